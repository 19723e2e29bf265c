import { describe, expect, it } from 'vitest';
import { advance, retryDelayMs } from './resume';

describe('the cursor', () => {
  it('starts with the first message', () => {
    expect(advance({ cursor: undefined, firstOfConnection: true }, 7)).toEqual({ at: { cursor: 7, firstOfConnection: false }, lost: false });
  });

  it('never goes back within a connection', () => {
    expect(advance({ cursor: 9, firstOfConnection: false }, 7)).toEqual({ at: { cursor: 9, firstOfConnection: false }, lost: false });
  });

  it('tells a restored store by a lower number at the start of a connection', () => {
    expect(advance({ cursor: 9, firstOfConnection: true }, 7)).toEqual({ at: { cursor: 7, firstOfConnection: false }, lost: true });
  });
});

describe('the wait before another attempt', () => {
  it('grows to its bound and is spread', () => {
    const middle = [0, 1, 2, 3, 4, 5, 50].map((attempt) => retryDelayMs(attempt, () => 0.5));
    expect(middle).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    expect(retryDelayMs(0, () => 0)).toBe(375);
    expect(retryDelayMs(50, () => 1)).toBe(18_750);
  });
});
