import type { DeviceRow } from '../api/types';

/** A row for tests: nobody's enrolled iPad, changed at the given second. */
export function row(id: string, second = 0, change: Partial<DeviceRow> = {}): DeviceRow {
  return {
    id, name: `iPad ${id}`, serial: `S${id}`, model: 'iPad', osVersion: 'iPadOS 18.3', kind: 'Device', status: 'enrolled', owner: 'nobody', ownerName: 'Nobody',
    epoch: 1, handOver: 'none', ready: true, lastSeen: null, updated: new Date(Date.UTC(2026, 0, 5, 8, 0, second)).toISOString(), ...change,
  };
}

export const ANA = { owner: 'ana', ownerName: 'Ana Silva', epoch: 2 };
