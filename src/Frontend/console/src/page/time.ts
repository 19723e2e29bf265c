const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const date = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });
const dateOfYear = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });
const full = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const hours = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/** "just now", "4 min ago", "2 h ago", "3 days ago", then the date. A time slightly ahead of this clock is now. */
export function ago(iso: string | null | undefined, now: number): string {
  const at = iso ? Date.parse(iso) : NaN;
  if (Number.isNaN(at)) return '';
  const past = now - at;
  if (past < 45_000) return 'just now';
  if (past < HOUR_MS) return `${Math.max(1, Math.round(past / MINUTE_MS))} min ago`;
  if (past < DAY_MS) return `${Math.floor(past / HOUR_MS)} h ago`;
  if (past < 7 * DAY_MS) return past < 2 * DAY_MS ? '1 day ago' : `${Math.floor(past / DAY_MS)} days ago`;
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? date.format(at) : dateOfYear.format(at);
}

/** Date and time to the second, for tooltips and details. */
export function exactly(iso: string | null | undefined): string {
  const at = iso ? Date.parse(iso) : NaN;
  return Number.isNaN(at) ? '' : full.format(at);
}

/** The day, with its year. */
export function day(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? '' : dateOfYear.format(at);
}

/** Time of day; with the date when it was another day. */
export function clock(iso: string, now: number): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return '';
  return new Date(at).toDateString() === new Date(now).toDateString() ? hours.format(at) : `${date.format(at)}, ${hours.format(at)}`;
}

/** How long something took: "0.8 s", "42 s", "3 min", "2 h 5 min". */
export function duration(fromIso: string, toIso: string): string {
  const ms = Date.parse(toIso) - Date.parse(fromIso);
  if (Number.isNaN(ms) || ms < 0) return '';
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < MINUTE_MS) return `${Math.round(ms / 1_000)} s`;
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  return `${Math.floor(ms / HOUR_MS)} h ${Math.round((ms % HOUR_MS) / MINUTE_MS)} min`;
}
