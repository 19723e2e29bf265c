import { NOBODY, type DeviceRow } from '../api/types';
import type { Change } from './rows';

export type ActivityKind = 'signIn' | 'signOut' | 'clean' | 'residue' | 'ready' | 'enrolled' | 'checkedOut' | 'retired';
export interface Activity { key: string; kind: ActivityKind; deviceId: string; deviceName: string; person: string; at: string }

export const ACTIVITY_MAX = 40;

/** What an admin would say happened between two states of a device; nothing when only numbers moved. */
export function activitiesOf({ before, after }: Change): Activity[] {
  const say = (kind: ActivityKind, person = after.ownerName): Activity => ({
    key: `${after.id} ${after.epoch} ${kind} ${after.updated}`, kind, deviceId: after.id, deviceName: after.name || after.serial, person, at: after.updated,
  });
  return kindsOf(before, after).map((kind) => (kind === 'signOut' ? say(kind, before?.ownerName ?? '') : say(kind)));
}

function kindsOf(before: DeviceRow | undefined, after: DeviceRow): ActivityKind[] {
  const kinds: ActivityKind[] = [];
  if (after.status !== before?.status) {
    if (after.status === 'enrolled' && (before !== undefined || after.owner === NOBODY)) kinds.push('enrolled');
    if (after.status === 'checkedOut' || after.status === 'retired') return [after.status];
  }
  if (after.epoch !== before?.epoch || after.owner !== before.owner) {
    if (after.owner !== NOBODY) kinds.push('signIn');
    else if (before !== undefined && before.owner !== NOBODY) kinds.push('signOut');
  }
  if (before !== undefined && after.handOver !== before.handOver) {
    if (after.handOver === 'clean' || after.handOver === 'residue') kinds.push(after.handOver);
  }
  if (before !== undefined && after.owner !== NOBODY && after.ready && !before.ready) kinds.push('ready');
  return kinds;
}

/** The newest first, bounded, without repeats. */
export function addActivities(list: readonly Activity[], more: readonly Activity[]): readonly Activity[] {
  if (more.length === 0) return list;
  const keys = new Set<string>();
  return [...[...more].reverse(), ...list].filter((a) => !keys.has(a.key) && keys.add(a.key)).slice(0, ACTIVITY_MAX);
}
