import { describe, expect, it } from 'vitest';
import { NO_FILTER } from './filter';
import { EMPTY, FLASH_MS, appendPage, mergeLive, narrow, restart } from './rows';
import { ANA, row } from './sample';

const two = appendPage(EMPTY, { items: [row('a'), row('b')], next: null }, NO_FILTER);
const begun = appendPage(EMPTY, { items: [row('a'), row('b')], next: 'c1' }, NO_FILTER);

describe('pages', () => {
  it('follow one another in the order of the server', () => {
    const set = appendPage(begun, { items: [row('c')], next: null }, NO_FILTER);
    expect(set.order).toEqual(['a', 'b', 'c']);
    expect(set.next).toBeNull();
  });

  it('show a device once even when it moved to a later page', () => {
    expect(appendPage(begun, { items: [row('b'), row('c')], next: null }, NO_FILTER).order).toEqual(['a', 'b', 'c']);
  });

  it('keep the newer state of a row that a live update overtook', () => {
    const live = mergeLive(begun, [row('c', 9, ANA)], [], NO_FILTER, 0).set;
    const set = appendPage(live, { items: [row('c', 3)], next: null }, NO_FILTER);
    expect(set.known.get('c')?.owner).toBe('ana');
    expect(set.order).toEqual(['a', 'b', 'c']);
  });

  it('leave out a row that a live update took out of the filter', () => {
    const filter = { ...NO_FILTER, holder: 'nobody' };
    const live = mergeLive(restart(EMPTY), [row('a', 9, ANA)], [], filter, 0).set;
    expect(appendPage(live, { items: [row('a', 3), row('b')], next: null }, filter).order).toEqual(['b']);
  });
});

describe('live rows', () => {
  it('change in place', () => {
    const { set, changes } = mergeLive(two, [row('b', 1, ANA)], [], NO_FILTER, 1_000);
    expect(set.order).toEqual(['a', 'b']);
    expect(set.known.get('b')?.ownerName).toBe('Ana Silva');
    expect(set.changedAt.get('b')).toBe(1_000);
    expect(changes).toEqual([{ before: row('b'), after: row('b', 1, ANA) }]);
  });

  it('are ignored when they come late', () => {
    const now = mergeLive(two, [row('a', 5, ANA)], [], NO_FILTER, 0).set;
    const { set, changes } = mergeLive(now, [row('a', 4)], [], NO_FILTER, 0);
    expect(set.known.get('a')?.owner).toBe('ana');
    expect(changes).toEqual([]);
  });

  it('make no news when they come twice', () => {
    const now = mergeLive(two, [row('a', 5, ANA)], [], NO_FILTER, 0).set;
    expect(mergeLive(now, [row('a', 5, ANA)], [], NO_FILTER, 9).changes).toEqual([]);
  });

  it('do not mark a row that was only seen again', () => {
    const { set, changes } = mergeLive(two, [row('a', 5, { lastSeen: '2026-01-05T08:00:05Z' })], [], NO_FILTER, 9);
    expect(set.changedAt.has('a')).toBe(false);
    expect(changes).toEqual([]);
    expect(set.known.get('a')?.lastSeen).toBe('2026-01-05T08:00:05Z');
  });

  it('come to the top when all is loaded', () => {
    expect(mergeLive(two, [row('z', 1)], [], NO_FILTER, 0).set.order).toEqual(['z', 'a', 'b']);
  });

  it('wait for their page while there are more', () => {
    const { set } = mergeLive(begun, [row('z', 1)], [], NO_FILTER, 0);
    expect(set.order).toEqual(['a', 'b']);
    expect(set.known.has('z')).toBe(true);
  });

  it('leave when they no longer fit the filter, and come back when they do', () => {
    const filter = { ...NO_FILTER, holder: 'nobody' };
    const gone = mergeLive(two, [row('a', 1, ANA)], [], filter, 0).set;
    expect(gone.order).toEqual(['b']);
    expect(mergeLive(gone, [row('a', 2, { epoch: 3 })], [], filter, 0).set.order).toEqual(['a', 'b']);
  });

  it('go when the server removes them', () => {
    const { set } = mergeLive(two, [], ['a', 'unknown'], NO_FILTER, 0);
    expect(set.order).toEqual(['b']);
    expect(set.known.has('a')).toBe(false);
  });

  it('lose their mark after a while', () => {
    const marked = mergeLive(two, [row('a', 1, ANA)], [], NO_FILTER, 0).set;
    expect(mergeLive(marked, [row('b', 1, ANA)], [], NO_FILTER, FLASH_MS + 1).set.changedAt.has('a')).toBe(false);
  });

  it('merge into ten thousand rows and keep all others', () => {
    const items = Array.from({ length: 10_000 }, (_, i) => row(String(i)));
    const big = appendPage(EMPTY, { items, next: null }, NO_FILTER);
    const { set } = mergeLive(big, [row('9999', 1, ANA)], [], NO_FILTER, 0);
    expect(set.order).toBe(big.order);
    expect(set.known.get('9999')?.owner).toBe('ana');
    expect(set.known.get('0')).toBe(items[0]);
  });
});

describe('another filter', () => {
  it('narrows what is shown at once and awaits its first page', () => {
    const set = narrow(mergeLive(two, [row('a', 1, ANA)], [], NO_FILTER, 0).set, { ...NO_FILTER, holder: '*' });
    expect(set.order).toEqual(['a']);
    expect(set.next).toBeUndefined();
  });
});
