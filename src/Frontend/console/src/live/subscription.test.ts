import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionHandlers, SubscribeRequest } from './connection';
import { Subscription } from './subscription';

/** A hub that is up or down, and what was asked of it. */
class FakeHub {
  up = true;
  asked: SubscribeRequest[] = [];
  open: ConnectionHandlers[] = [];
  attempts = 0;

  readonly connect = (handlers: ConnectionHandlers) => ({
    start: async () => {
      this.attempts++;
      if (!this.up) throw new Error('refused');
    },
    subscribe: async (request: SubscribeRequest) => {
      this.asked.push(request);
      this.open.push(handlers);
    },
    stop: async () => { this.drop(handlers); },
  });

  send(cursor: number): void {
    for (const handlers of this.open) handlers.devices({ cursor, rows: [], removed: [] });
  }

  drop(only?: ConnectionHandlers): void {
    const going = this.open.filter((h) => only === undefined || h === only);
    this.open = this.open.filter((h) => !going.includes(h));
    for (const handlers of going) handlers.closed();
  }
}

let hub: FakeHub;
let told: string[];
let subscription: Subscription;
const later = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function begin(device?: string): void {
  subscription = new Subscription(hub.connect, {
    state: (s) => told.push(s.is), fresh: () => told.push('fresh'), devices: (m) => told.push(`rows to ${m.cursor}`),
  }, device, () => 0.5);
  void subscription.run();
}

beforeEach(() => {
  vi.useFakeTimers();
  hub = new FakeHub();
  told = [];
});
afterEach(() => {
  subscription.stop();
  vi.useRealTimers();
});

describe('a subscription', () => {
  it('asks for everything loaded again after its first connection', async () => {
    begin();
    await later(0);
    expect(told).toEqual(['connecting', 'live', 'fresh']);
    expect(hub.asked).toEqual([{}]);
  });

  it('resumes after the last message when the connection broke', async () => {
    begin();
    await later(0);
    hub.send(41);
    hub.send(42);
    hub.drop();
    await later(500);
    expect(hub.asked).toEqual([{}, { cursor: 42 }]);
    expect(told).toEqual(['connecting', 'live', 'fresh', 'rows to 41', 'rows to 42', 'waiting', 'connecting', 'live']);
  });

  it('keeps trying while the server is down', async () => {
    hub.up = false;
    begin();
    await later(60_000);
    expect(hub.attempts).toBe(8);
    hub.up = true;
    await later(15_000);
    expect(told.at(-2)).toBe('live');
  });

  it('tries at once when told to', async () => {
    hub.up = false;
    begin();
    await later(8_000);
    const before = hub.attempts;
    hub.up = true;
    subscription.retryNow();
    await later(0);
    expect(hub.attempts).toBe(before + 1);
    expect(told).toContain('live');
  });

  it('loads again when the numbering of the server went back', async () => {
    begin();
    await later(0);
    hub.send(42);
    hub.drop();
    await later(500);
    told.length = 0;
    hub.send(3);
    expect(told).toEqual(['fresh', 'rows to 3']);
    expect(subscription.cursor).toBe(3);
  });

  it('names its device each time', async () => {
    begin('d1');
    await later(0);
    hub.send(5);
    hub.drop();
    await later(500);
    expect(hub.asked).toEqual([{ device: 'd1' }, { cursor: 5, device: 'd1' }]);
  });

  it('closes its connection when stopped and stays closed', async () => {
    begin();
    await later(0);
    subscription.stop();
    await later(60_000);
    expect(hub.open).toEqual([]);
    expect(hub.attempts).toBe(1);
  });
});
