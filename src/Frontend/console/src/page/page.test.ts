import { describe, expect, it } from 'vitest';
import { ApiError } from '../api/http';
import { initials } from '../devices/marks';
import { explain } from './errors';
import { deviceHash, deviceOf } from './useHash';
import { ROW_PX, sliceOf } from './useWindow';

describe('the drawn slice of a long list', () => {
  it('is a screenful and some, wherever the page is', () => {
    for (const top of [200, 0, -5_000, -300_000, -599_000]) {
      const { start, end } = sliceOf(top, 800, 10_000);
      const firstSeen = Math.max(0, -top) / ROW_PX;
      expect(start).toBeLessThanOrEqual(firstSeen);
      expect(end).toBeGreaterThanOrEqual(Math.min(10_000, firstSeen + 800 / ROW_PX));
      expect(end - start).toBeLessThan(60);
    }
  });

  it('is the whole of a short list and nothing of none', () => {
    expect(sliceOf(100, 800, 5)).toEqual({ start: 0, end: 5 });
    expect(sliceOf(100, 800, 0)).toEqual({ start: 0, end: 0 });
  });
});

describe('the address of a device', () => {
  it('comes back as the id that went in', () => {
    for (const id of ['00008110-000A', 'a/b?c#d', 'ü %']) expect(deviceOf(deviceHash(id))).toBe(id);
  });

  it('is none for anything else', () => {
    expect([deviceOf(''), deviceOf('#devices'), deviceOf('#/devices/'), deviceOf('#/devices/%')]).toEqual([null, null, null, null]);
  });
});

describe('an error', () => {
  it('is told in the words of the server when it gave any', () => {
    expect(explain(new ApiError(409, 'topic-changed', 'Conflict', 'The topic differs.'))).toBe('The topic differs.');
    expect(explain(new ApiError(403, '', 'Forbidden', ''))).toBe('Your role does not allow this.');
    expect(explain(new ApiError(0, 'unreachable', '', ''))).toContain('does not answer');
    expect(explain(new ApiError(429, '', '', 'x'), { 429: 'Full.' })).toBe('Full.');
    expect(explain(new ApiError(500, '', '', ''))).toContain('500');
  });

  it('of the program itself is not hidden', () => {
    expect(() => explain(new TypeError('bug'))).toThrow('bug');
  });
});

describe('initials', () => {
  it.each([['Ana Silva', 'AS'], ['kmori', 'K'], ['Louise de la Tour', 'LT'], ['j.doe', 'JD'], ['', '?']])('of "%s" are %s', (name, letters) => {
    expect(initials(name)).toBe(letters);
  });
});
