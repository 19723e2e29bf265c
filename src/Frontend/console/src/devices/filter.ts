import { NOBODY, type DeviceRow, type DeviceStatus, type HandOverState } from '../api/types';

/** `holder`: '' anyone, 'nobody', '*' any person, or one user name. */
export interface Filter { q: string; status: '' | DeviceStatus; holder: string; handOver: '' | HandOverState }

export const NO_FILTER: Filter = { q: '', status: '', holder: '', handOver: '' };
export const ANY_PERSON = '*';

export function isFiltered(filter: Filter): boolean {
  return filter.q.trim() !== '' || filter.status !== '' || filter.holder !== '' || filter.handOver !== '';
}

/** Whether the row holds every word that was typed. */
export function matchesText(row: DeviceRow, q: string): boolean {
  const hay = `${row.name} ${row.serial} ${row.model} ${row.owner} ${row.ownerName} ${row.id}`.toLowerCase();
  return q.toLowerCase().split(/\s+/).every((word) => hay.includes(word));
}

/** The filters other than the search text, which the server may answer by more fields than a row has. */
export function matchesChoices(row: DeviceRow, filter: Filter): boolean {
  const status = filter.status === '' || row.status === filter.status;
  const handOver = filter.handOver === '' || row.handOver === filter.handOver;
  return status && handOver && matchesHolder(row, filter.holder);
}

function matchesHolder(row: DeviceRow, holder: string): boolean {
  switch (holder) {
    case '': return true;
    case ANY_PERSON: return row.owner !== NOBODY;
    default: return row.owner.toLowerCase() === holder.toLowerCase();
  }
}

/** Whether a row that was shown stays after a change: one that the server found by a field unseen here is kept. */
export function staysShown(before: DeviceRow, after: DeviceRow, filter: Filter): boolean {
  return matchesChoices(after, filter) && (matchesText(after, filter.q) || !matchesText(before, filter.q));
}

export function toQuery(filter: Filter, cursor: string | null, limit: number): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (filter.q.trim()) query.set('q', filter.q.trim());
  if (filter.status) query.set('status', filter.status);
  if (filter.holder === ANY_PERSON) query.set('people', 'true');
  else if (filter.holder) query.set('owner', filter.holder);
  if (filter.handOver) query.set('handOver', filter.handOver);
  if (cursor !== null) query.set('cursor', cursor);
  return query.toString();
}
