import type { DeviceEvent } from '../api/types';
import { t } from '../texts';

/** Joins log entries, the newest first, each once. */
export function mergeLog(list: readonly DeviceEvent[], more: readonly DeviceEvent[]): DeviceEvent[] {
  const byCursor = new Map([...list, ...more].map((event) => [event.cursor, event]));
  return [...byCursor.values()].sort((a, b) => b.cursor - a.cursor);
}

/** Nothing that helps a reader: the kind is the title, and ids are in the API. */
const SILENT = ['id', 'event'];
const TOLD = ['displayName', 'userName', 'command', 'state', 'item', 'detail', 'reason'];

/** The title and the rest of one entry; unknown kinds and members show as they are. */
export function describeEvent(event: DeviceEvent): { title: string; text: string } {
  const data = event.data ?? {};
  const value = (member: string) => (data[member] === undefined || data[member] === null ? '' : text(data[member]));
  const title = event.type === 'command' && value('command') ? value('command') : t.events[event.type] ?? event.type;
  const told = TOLD.filter((m) => m !== 'command' || event.type !== 'command').filter((m) => m !== 'userName' || !value('displayName'));
  const rest = Object.keys(data).filter((m) => !TOLD.includes(m) && !SILENT.includes(m));
  const parts = [...told.map(value), ...rest.map((m) => (value(m) ? `${m} ${value(m)}` : ''))];
  return { title, text: parts.filter(Boolean).join(' · ') };
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
