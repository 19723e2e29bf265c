import { describe, expect, it } from 'vitest';
import { qr } from './qr';

describe('a QR code', () => {
  it('is drawn as readers of another make read it', () => {
    // Drawn once and read back by an independent decoder.
    expect(qr('https://a.b')?.map((row) => row.map((dark) => (dark ? '#' : '.')).join(''))).toEqual([
      '#######...###.#######',
      '#.....#.##..#.#.....#',
      '#.###.#..##.#.#.###.#',
      '#.###.#.......#.###.#',
      '#.###.#.##..#.#.###.#',
      '#.....#.....#.#.....#',
      '#######.#.#.#.#######',
      '..........###........',
      '#.#.#.#..###....#..#.',
      '##.#...#.##...###...#',
      '#.#.#.#...#.##..#.###',
      '####.#.#..#.....#..#.',
      '..##.##.###.#..#.#...',
      '........#..#.#.##..##',
      '#######....#.##.#.###',
      '#.....#....###.##...#',
      '#.###.#.#..#.....#...',
      '#.###.#..#.#..#.##.#.',
      '#.###.#.#.#.#...#.#.#',
      '#.....#....##...#..#.',
      '#######.#...#...##.##',
    ]);
  });

  it.each([[14, 21], [15, 25], [84, 37], [85, 41], [152, 49], [153, 53], [180, 53]])('of %i bytes is %i modules wide', (bytes, modules) => {
    const grid = qr('x'.repeat(bytes));
    expect(grid).toHaveLength(modules);
    expect(grid?.every((row) => row.length === modules)).toBe(true);
  });

  it('counts bytes, not letters, and is none when they are too many', () => {
    expect(qr('é'.repeat(7))).toHaveLength(21);
    expect(qr('é'.repeat(8))).toHaveLength(25);
    expect(qr('x'.repeat(181))).toBeNull();
  });
});
