import { describe, expect, it } from 'vitest';
import { ACTIVITY_MAX, activitiesOf, addActivities } from './activity';
import { announcement } from './Announcer';
import { ANA, row } from './sample';

const told = (before: ReturnType<typeof row> | undefined, after: ReturnType<typeof row>) =>
  activitiesOf({ before, after }).map((a) => (a.kind === 'signIn' || a.kind === 'signOut' ? `${a.kind} ${a.person}` : a.kind));

describe('what happened', () => {
  it('tells a shift: enrolled, signed in, ready, signed out, clean', () => {
    const free = row('1');
    const held = row('1', 1, { ...ANA, ready: false });
    const ready = row('1', 2, ANA);
    const left = row('1', 3, { epoch: 3, handOver: 'cleaning', ready: false });
    const clean = row('1', 4, { epoch: 3, handOver: 'clean' });
    expect(told(undefined, free)).toEqual(['enrolled']);
    expect(told(free, held)).toEqual(['signIn Ana Silva']);
    expect(told(held, ready)).toEqual(['ready']);
    expect(told(ready, left)).toEqual(['signOut Ana Silva']);
    expect(told(left, clean)).toEqual(['clean']);
  });

  it('tells that one person followed another between two updates', () => {
    expect(told(row('1', 0, ANA), row('1', 5, { owner: 'ben', ownerName: 'Ben Ito', epoch: 4 }))).toEqual(['signIn Ben Ito']);
  });

  it('tells a sign-in on a device that was not loaded yet', () => {
    expect(told(undefined, row('1', 0, ANA))).toEqual(['signIn Ana Silva']);
  });

  it('tells that the device left, and nothing else of it', () => {
    expect(told(row('1', 0, ANA), row('1', 1, { status: 'retired', epoch: 3 }))).toEqual(['retired']);
    expect(told(row('1', 0, ANA), row('1', 1, { status: 'checkedOut', epoch: 3 }))).toEqual(['checkedOut']);
  });

  it('is silent when only numbers moved', () => {
    expect(told(row('1'), row('1', 1, { lastSeen: null }))).toEqual([]);
  });
});

describe('the list', () => {
  it('has the newest first, each once, and an end', () => {
    const acts = Array.from({ length: 60 }, (_, i) => activitiesOf({ before: row('1'), after: row('1', i, { ...ANA, epoch: i + 2 }) })).flat();
    const list = addActivities(addActivities([], acts), acts.slice(-1));
    expect(list).toHaveLength(ACTIVITY_MAX);
    expect(list[0]?.at).toBe(acts[59]?.at);
    expect(new Set(list.map((a) => a.key)).size).toBe(ACTIVITY_MAX);
  });

  it('is spoken by name for one change and as a number for several', () => {
    const [act] = activitiesOf({ before: row('1'), after: row('1', 1, ANA) });
    if (act === undefined) throw new Error('no activity');
    expect(announcement([act])).toBe('iPad 1: Ana Silva signed in.');
    expect(announcement([act, act, act])).toBe('3 changes on devices.');
  });
});
