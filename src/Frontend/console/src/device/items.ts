import type { DesiredItem, DeviceDetail, LedgerEntry } from '../api/types';

export type ItemState = 'present' | 'absent' | 'unknown' | 'going' | 'refused' | 'gone';
export interface ItemLine { item: string; name: string; state: ItemState; kind: string; why: string; detail: string; revision: string | number | null }

const REFUSED = /refus|error|reject|unsupported|fail/i;

export function isRefused(entry: Pick<LedgerEntry, 'outcome'> | undefined): boolean {
  return REFUSED.test(entry?.outcome ?? '');
}

/** Desired against the ledger: what should be there, and what of earlier sessions is not gone yet. */
export function itemLines(detail: Pick<DeviceDetail, 'desired' | 'ledger'>): { wanted: ItemLine[]; leaving: ItemLine[] } {
  const ledger = new Map(detail.ledger.map((entry) => [entry.item, entry]));
  const desired = new Set(detail.desired.map((d) => d.item));
  return {
    wanted: detail.desired.map((d) => wanted(d, ledger.get(d.item))),
    leaving: detail.ledger.filter((l) => !desired.has(l.item) && l.presence !== 'absent').map(leaving),
  };
}

function wanted(desired: DesiredItem, entry: LedgerEntry | undefined): ItemLine {
  const state = isRefused(entry) ? 'refused' : entry?.presence ?? 'absent';
  return {
    item: desired.item, name: desired.name, kind: desired.kind, why: desired.why ?? '', detail: entry?.detail ?? '', revision: desired.revision, state,
  };
}

function leaving(entry: LedgerEntry): ItemLine {
  return {
    item: entry.item, name: entry.name, kind: '', why: '', detail: entry.detail ?? '', revision: entry.revision ?? null,
    state: isRefused(entry) ? 'refused' : 'going',
  };
}
