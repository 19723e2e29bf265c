import { describe, expect, it } from 'vitest';
import { toDetail } from '../api/client';
import { row } from '../devices/sample';
import { toOrder } from './CommandDialog';
import { itemLines } from './items';
import { describeEvent, mergeLog } from './log';

describe('the items', () => {
  it('set what is desired against the ledger', () => {
    const desired = ['here', 'coming', 'new', 'no'].map((item) => ({ item, name: item, kind: 'wifi', revision: 1, why: 'all devices' }));
    const ledger = [
      { item: 'here', name: 'here', presence: 'present', outcome: 'installed' },
      { item: 'coming', name: 'coming', presence: 'unknown' },
      { item: 'no', name: 'no', presence: 'absent', outcome: 'refused', detail: 'Error 4009' },
      { item: 'old', name: 'old', presence: 'unknown' },
      { item: 'stuck', name: 'stuck', presence: 'present', outcome: 'Error' },
      { item: 'done', name: 'done', presence: 'absent' },
    ] as const;
    const { wanted, leaving } = itemLines({ desired, ledger: [...ledger] });
    expect(wanted.map((l) => `${l.item} ${l.state}`)).toEqual(['here present', 'coming unknown', 'new absent', 'no refused']);
    expect(leaving.map((l) => `${l.item} ${l.state}`)).toEqual(['old going', 'stuck refused']);
    expect(wanted[3]?.detail).toBe('Error 4009');
  });
});

describe('the log', () => {
  const event = (cursor: number) => ({ cursor, type: 'ready', at: '2026-01-05T08:00:00Z' });

  it('joins stored and live entries, the newest first, each once', () => {
    expect(mergeLog([event(3), event(2)], [event(4), event(3), event(1)]).map((e) => e.cursor)).toEqual([4, 3, 2, 1]);
  });

  it('names commands by Apple’s word and people by their name', () => {
    expect(describeEvent({ ...event(1), type: 'command', data: { command: 'RemoveProfile', state: 'Acknowledged', item: 'Wi-Fi' } }))
      .toEqual({ title: 'RemoveProfile', text: 'Acknowledged · Wi-Fi' });
    expect(describeEvent({ ...event(1), type: 'signIn', data: { userName: 'ana', displayName: 'Ana Silva' } })).toEqual({ title: 'Signed in', text: 'Ana Silva' });
  });

  it('keeps ids to itself', () => {
    const data = { id: '95eab7f5', command: 'ProfileList', state: 'Acknowledged' };
    expect(describeEvent({ ...event(1), type: 'command', data })).toEqual({ title: 'ProfileList', text: 'Acknowledged' });
  });

  it('shows what it does not know as it is', () => {
    expect(describeEvent({ ...event(1), type: 'moved', data: { floor: 3, gone: null, tags: ['a', 'b'] } })).toEqual({ title: 'moved', text: 'floor 3 · tags a, b' });
    expect(describeEvent({ ...event(1), type: 'ready', data: null })).toEqual({ title: 'Ready', text: '' });
  });
});

describe('the detail', () => {
  it('takes the owner as an object or a name, and the queue under the name of commands', () => {
    const queue = [{ id: '1', command: 'ProfileList', lane: 'inventory', epoch: 1, state: 'queued' }];
    const rest = { groups: [], desired: [], ledger: [], handOvers: [] };
    const full = toDetail({ ...row('1'), ...rest, owner: { userName: 'ana', displayName: 'Ana Silva' }, queue });
    expect([full.owner, full.commands]).toEqual(['ana', queue]);
    const bare = toDetail({ ...row('1'), ...rest, queue: [] });
    expect([bare.owner, bare.commands]).toEqual(['nobody', []]);
  });
});

describe('a command', () => {
  it('carries its own extras alone, when filled in', () => {
    expect(toOrder('DeviceLock', { message: ' Call us ', deviceName: 'x', phoneNumber: ' ' })).toEqual({ command: 'DeviceLock', message: 'Call us' });
    expect(toOrder('ProfileList', { message: 'x' })).toEqual({ command: 'ProfileList' });
  });
});
