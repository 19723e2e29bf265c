import { describe, expect, it } from 'vitest';
import { ANY_PERSON, NO_FILTER, isFiltered, matchesChoices, matchesText, staysShown, toQuery } from './filter';
import { ANA, row } from './sample';

describe('the search text', () => {
  it('finds every word in any of name, serial, model and person', () => {
    const held = row('7', 0, { ...ANA, name: 'Ward 3 iPad 7' });
    expect(matchesText(held, 'silva ward')).toBe(true);
    expect(matchesText(held, 'S7')).toBe(true);
    expect(matchesText(held, '')).toBe(true);
    expect(matchesText(held, 'silva cart')).toBe(false);
  });
});

describe('the choices', () => {
  it.each([
    ['', true, true], ['nobody', true, false], [ANY_PERSON, false, true], ['ana', false, true], ['ANA', false, true], ['ben', false, false],
  ])('holder "%s" shows nobody’s %s and Ana’s %s', (holder, nobodys, anas) => {
    expect(matchesChoices(row('1'), { ...NO_FILTER, holder })).toBe(nobodys);
    expect(matchesChoices(row('1', 0, ANA), { ...NO_FILTER, holder })).toBe(anas);
  });

  it('hold together', () => {
    const filter = { ...NO_FILTER, status: 'enrolled', handOver: 'residue' } as const;
    expect(matchesChoices(row('1', 0, { handOver: 'residue' }), filter)).toBe(true);
    expect(matchesChoices(row('1', 0, { handOver: 'residue', status: 'retired' }), filter)).toBe(false);
    expect(matchesChoices(row('1', 0, { handOver: 'clean' }), filter)).toBe(false);
  });
});

describe('a shown row', () => {
  it('stays when the server found it by something that the row does not show', () => {
    expect(staysShown(row('1'), row('1', 1, ANA), { ...NO_FILTER, q: 'asset-4711' })).toBe(true);
  });

  it('goes when what was searched for is no longer there', () => {
    expect(staysShown(row('1', 0, ANA), row('1', 1), { ...NO_FILTER, q: 'silva' })).toBe(false);
  });
});

describe('the query', () => {
  it('asks only for what is chosen', () => {
    expect(toQuery(NO_FILTER, null, 200)).toBe('limit=200');
    expect(isFiltered(NO_FILTER)).toBe(false);
    expect(isFiltered({ ...NO_FILTER, q: ' ' })).toBe(false);
  });

  it('carries every choice and the cursor', () => {
    const query = new URLSearchParams(toQuery({ q: ' a&b ', status: 'enrolled', holder: 'ana', handOver: 'clean' }, 'c/1', 50));
    expect(Object.fromEntries(query)).toEqual({ limit: '50', q: 'a&b', status: 'enrolled', owner: 'ana', handOver: 'clean', cursor: 'c/1' });
  });

  it('asks for any person without naming one', () => {
    expect(toQuery({ ...NO_FILTER, holder: ANY_PERSON }, null, 1)).toBe('limit=1&people=true');
  });
});
