export interface Position { cursor: number | undefined; firstOfConnection: boolean }

/**
 * Takes a message's cursor. `lost` says that the server's numbering went back (its store was restored):
 * what is on the page may be wrong and has to be loaded again.
 */
export function advance(at: Position, cursor: number): { at: Position; lost: boolean } {
  const before = at.cursor;
  const lost = at.firstOfConnection && before !== undefined && cursor < before;
  const kept = before === undefined || lost ? cursor : Math.max(before, cursor);
  return { at: { cursor: kept, firstOfConnection: false }, lost };
}

const STEPS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];

/** How long to wait before the given attempt (from 0); spread, so that a thousand pages don't return at one instant. */
export function retryDelayMs(attempt: number, random: () => number): number {
  const step = STEPS_MS[Math.min(attempt, STEPS_MS.length - 1)] ?? 15_000;
  return Math.round(step * (0.75 + random() * 0.5));
}
