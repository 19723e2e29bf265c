import { describe, expect, it } from 'vitest';
import { ago, clock, duration } from './time';

const now = Date.UTC(2026, 5, 15, 12, 0, 0);
const before = (seconds: number) => new Date(now - seconds * 1_000).toISOString();

describe('ago', () => {
  it.each([
    [-5, 'just now'], [0, 'just now'], [44, 'just now'], [50, '1 min ago'], [180, '3 min ago'], [3_600, '1 h ago'], [86_399, '23 h ago'],
    [86_400, '1 day ago'], [3 * 86_400, '3 days ago'],
  ])('says of %i seconds: %s', (seconds, text) => {
    expect(ago(before(seconds), now)).toBe(text);
  });

  it('gives the date after a week, with the year when it was another', () => {
    expect(ago(new Date(2026, 5, 1, 12).toISOString(), now)).toBe('Jun 1');
    expect(ago(new Date(2025, 5, 1, 12).toISOString(), now)).toBe('Jun 1, 2025');
  });

  it('is empty for no time and for nonsense', () => {
    expect([ago(null, now), ago(undefined, now), ago('soon', now)]).toEqual(['', '', '']);
  });
});

describe('clock', () => {
  it('leaves out the date of today alone', () => {
    const today = new Date(2026, 5, 15, 7, 5, 9);
    expect(clock(today.toISOString(), today.getTime())).toBe('07:05:09');
    expect(clock(new Date(2026, 5, 14, 7, 5, 9).toISOString(), today.getTime())).toBe('Jun 14, 07:05:09');
  });
});

describe('duration', () => {
  it.each([[0.84, '0.8 s'], [42, '42 s'], [180, '3 min'], [7_500, '2 h 5 min']])('says of %d seconds: %s', (seconds, text) => {
    expect(duration(before(seconds), before(0))).toBe(text);
  });

  it('says nothing when the clocks disagree', () => {
    expect(duration(before(0), before(5))).toBe('');
  });
});
