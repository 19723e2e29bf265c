import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api/http';
import type { DeviceRow, Overview, Page } from '../api/types';
import type { ConnectionHandlers } from '../live/connection';
import { Fleet } from './fleet';
import { NO_FILTER, type Filter } from './filter';
import { ANA, row } from './sample';

const OVERVIEW: Overview = { devices: { enrolled: 2 }, owners: { nobody: 2, people: 0 }, handOvers: { cleaning: 0, residue: 0 }, warnings: [] };

/** An API whose answers wait until the test gives them. */
class FakeServer {
  asked: { filter: Filter; cursor: string | null; answer: (page: Page<DeviceRow> | ApiError) => void }[] = [];
  overviews = 0;
  hub: ConnectionHandlers | undefined;

  readonly source = {
    devices: (filter: Filter, cursor: string | null) => new Promise<Page<DeviceRow>>((resolve, reject) => {
      this.asked.push({ filter, cursor, answer: (page) => (page instanceof ApiError ? reject(page) : resolve(page)) });
    }),
    overview: async () => { this.overviews++; return OVERVIEW; },
    session: async () => ({ name: 'owner', role: 'owner' }),
  };

  readonly connect = (handlers: ConnectionHandlers) => ({
    start: async () => undefined,
    subscribe: async () => { this.hub = handlers; },
    stop: async () => handlers.closed(),
  });

  async answer(page: Page<DeviceRow> | ApiError): Promise<void> {
    this.asked.at(-1)?.answer(page);
    await vi.advanceTimersByTimeAsync(0);
  }
}

let server: FakeServer;
let fleet: Fleet;
let signedOut: number;
const shown = () => fleet.state.rows.order.join(' ');

beforeEach(async () => {
  vi.useFakeTimers();
  server = new FakeServer();
  signedOut = 0;
  fleet = new Fleet(server.source, server.connect, () => { signedOut++; });
  fleet.start();
  await vi.advanceTimersByTimeAsync(0);
});
afterEach(() => {
  fleet.stop();
  vi.useRealTimers();
});

describe('the live page', () => {
  it('loads again once it is subscribed, and takes no answer from before', async () => {
    expect(server.asked).toHaveLength(2);
    await server.answer({ items: [row('a')], next: null });
    server.asked[0]?.answer({ items: [row('old')], next: null });
    await vi.advanceTimersByTimeAsync(0);
    expect(shown()).toBe('a');
    expect(fleet.state.loading).toBe(false);
  });

  it('shows and tells a sign-in that comes over the hub', async () => {
    await server.answer({ items: [row('a'), row('b')], next: null });
    server.hub?.devices({ cursor: 1, rows: [row('b', 1, ANA)], removed: [] });
    expect(fleet.state.rows.known.get('b')?.ownerName).toBe('Ana Silva');
    expect(fleet.state.activities.map((a) => `${a.deviceName} ${a.kind}`)).toEqual(['iPad b signIn']);
  });

  it('tells nothing of a flood of devices that it had not loaded', async () => {
    await server.answer({ items: [], next: 'c1' });
    server.hub?.devices({ cursor: 1, rows: Array.from({ length: 500 }, (_, i) => row(String(i), 1, ANA)), removed: [] });
    expect(fleet.state.activities).toEqual([]);
  });

  it('reads the overview at most once a second, and not when it comes along', async () => {
    await server.answer({ items: [row('a')], next: null });
    const before = server.overviews;
    for (let i = 1; i <= 8; i++) server.hub?.devices({ cursor: i, rows: [row('a', i)], removed: [] });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.overviews).toBe(before + 1);
    server.hub?.devices({ cursor: 9, rows: [], removed: [], overview: { ...OVERVIEW, owners: { nobody: 1, people: 1 } } });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(server.overviews).toBe(before + 1);
    expect(fleet.state.overview?.owners.people).toBe(1);
  });

  it('narrows at once by a filter and reads on while few rows of a page fit', async () => {
    await server.answer({ items: [row('a'), row('b', 0, ANA)], next: null });
    fleet.filterBy({ ...NO_FILTER, holder: '*' });
    expect(shown()).toBe('b');
    await server.answer({ items: [row('a'), row('b', 0, ANA)], next: 'c1' });
    expect(server.asked.at(-1)?.cursor).toBe('c1');
    await server.answer({ items: [row('c', 0, ANA)], next: null });
    expect(shown()).toBe('b c');
    expect(fleet.state.loading).toBe(false);
  });

  it('asks for the next page once, however often it is told to', async () => {
    await server.answer({ items: [row('a')], next: 'c1' });
    const before = server.asked.length;
    fleet.more();
    fleet.more();
    expect(server.asked).toHaveLength(before + 1);
    await server.answer({ items: [row('b')], next: null });
    fleet.more();
    expect(server.asked).toHaveLength(before + 1);
    expect(shown()).toBe('a b');
  });

  it('keeps its rows when the server fails, and loads when told to try again', async () => {
    await server.answer({ items: [row('a')], next: 'c1' });
    fleet.more();
    await server.answer(new ApiError(503, '', '', ''));
    expect(fleet.state.error?.status).toBe(503);
    expect(shown()).toBe('a');
    fleet.retry();
    await server.answer({ items: [row('a'), row('b')], next: null });
    expect(fleet.state.error).toBeNull();
    expect(shown()).toBe('a b');
  });

  it('goes back to the sign-in when the session ended', async () => {
    await server.answer(new ApiError(401, '', '', ''));
    expect(signedOut).toBe(1);
    expect(fleet.state.error).toBeNull();
  });
});
