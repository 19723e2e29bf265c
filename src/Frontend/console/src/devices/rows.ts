import type { DeviceRow, Page } from '../api/types';
import { matchesChoices, matchesText, staysShown, type Filter } from './filter';

/**
 * The devices known and those shown. `order` keeps the server's order; `next` is the cursor of the page after it,
 * null when all is loaded, undefined before the first page.
 */
export interface RowSet {
  known: ReadonlyMap<string, DeviceRow>;
  order: readonly string[];
  changedAt: ReadonlyMap<string, number>;
  next: string | null | undefined;
}

export interface Change { before: DeviceRow | undefined; after: DeviceRow }

export const EMPTY: RowSet = { known: new Map(), order: [], changedAt: new Map(), next: undefined };

/** The same knowledge, nothing shown: what a new filter or a reload starts from. */
export function restart(set: RowSet): RowSet {
  return { ...set, order: [], next: undefined };
}

/** What of the shown rows fits another filter, until the server's first page for it is there. */
export function narrow(set: RowSet, filter: Filter): RowSet {
  const fits = (row: DeviceRow | undefined) => row !== undefined && matchesChoices(row, filter) && matchesText(row, filter.q);
  return { ...set, order: set.order.filter((id) => fits(set.known.get(id))), next: undefined };
}

export function newest(a: DeviceRow | undefined, b: DeviceRow): DeviceRow {
  if (a === undefined) return b;
  return Date.parse(b.updated) >= Date.parse(a.updated) ? b : a;
}

/** Whether anything that a row shows differs; when it was last seen alone is no news. */
export function differs(a: DeviceRow, b: DeviceRow): boolean {
  return a.name !== b.name || a.status !== b.status || a.owner !== b.owner || a.ownerName !== b.ownerName || a.handOver !== b.handOver
    || a.ready !== b.ready || a.epoch !== b.epoch || a.osVersion !== b.osVersion;
}

/** Adds a page that the server listed; a row that a live update already overtook keeps the newer state. */
export function appendPage(set: RowSet, page: Page<DeviceRow>, filter: Filter): RowSet {
  const known = new Map(set.known);
  const shown = new Set(set.order);
  const order = [...set.order];
  for (const item of page.items) {
    const row = newest(known.get(item.id), item);
    known.set(row.id, row);
    if (shown.has(row.id) || !staysShown(item, row, filter)) continue;
    shown.add(row.id);
    order.push(row.id);
  }
  return { ...set, known, order, next: page.next };
}

/**
 * Merges live rows. A shown row changes in place or leaves by the filter. A new one that fits comes to the top
 * once everything is loaded; before that it arrives with its page.
 */
export function mergeLive(
  set: RowSet, rows: readonly DeviceRow[], removed: readonly string[], filter: Filter, now: number,
): { set: RowSet; changes: Change[] } {
  const known = new Map(set.known);
  const changedAt = new Map([...set.changedAt].filter(([, at]) => now - at < FLASH_MS));
  const shown = new Set(set.order);
  const leaving = new Set(removed.filter((id) => shown.has(id)));
  const arriving: string[] = [];
  const changes: Change[] = [];
  for (const after of rows) {
    const before = known.get(after.id);
    if (newest(before, after) !== after) continue;
    known.set(after.id, after);
    if (before === undefined || differs(before, after)) {
      changes.push({ before, after });
      changedAt.set(after.id, now);
    }
    if (shown.has(after.id)) {
      if (before !== undefined && !staysShown(before, after, filter)) leaving.add(after.id);
      else leaving.delete(after.id);
    } else if (set.next === null && matchesChoices(after, filter) && matchesText(after, filter.q)) {
      shown.add(after.id);
      arriving.push(after.id);
    }
  }
  for (const id of removed) known.delete(id);
  const order = leaving.size === 0 && arriving.length === 0
    ? set.order
    : [...arriving, ...set.order.filter((id) => !leaving.has(id))].filter((id) => known.has(id));
  return { set: { known, order, changedAt, next: set.next }, changes };
}

/** How long a changed row is marked, in milliseconds. */
export const FLASH_MS = 2_500;
