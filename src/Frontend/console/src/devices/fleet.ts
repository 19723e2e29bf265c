import { ApiError } from '../api/http';
import type { api } from '../api/client';
import type { Overview } from '../api/types';
import type { Connect, DevicesMessage } from '../live/connection';
import { Subscription, type LiveState } from '../live/subscription';
import { activitiesOf, addActivities, type Activity } from './activity';
import { NO_FILTER, isFiltered, type Filter } from './filter';
import { EMPTY, appendPage, mergeLive, narrow, restart, type RowSet } from './rows';

export interface FleetState {
  rows: RowSet;
  filter: Filter;
  loading: boolean;
  error: ApiError | null;
  live: LiveState;
  overview: Overview | null;
  activities: readonly Activity[];
  /** The newest activities not yet spoken, for the announcer. */
  news: readonly Activity[];
}

type Source = Pick<typeof api, 'devices' | 'overview' | 'session'>;

const OVERVIEW_EVERY_MS = 1_000;
/** A filter that the server does not know leaves few rows of a page: more pages are read until this many show. */
const SHOW_AT_LEAST = 40;
const UNKNOWN_AT_ONCE_MAX = 20;

/** The state of the live page: pages from the API, changes from the hub. */
export class Fleet {
  state: FleetState = {
    rows: EMPTY, filter: NO_FILTER, loading: true, error: null, live: { is: 'connecting' }, overview: null, activities: [], news: [],
  };
  private readonly listeners = new Set<() => void>();
  private subscription: Subscription | undefined;
  private loads: AbortController | undefined;
  private overviewTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly source: Source, private readonly connect: Connect, private readonly signedOut: () => void) {}

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  };

  start(): void {
    this.reload();
    this.subscription = new Subscription(this.connect, {
      state: (live) => this.connection(live),
      fresh: () => this.reload(),
      devices: (message) => this.merge(message),
    });
    void this.subscription.run();
  }

  stop(): void {
    this.subscription?.stop();
    this.loads?.abort();
    clearTimeout(this.overviewTimer);
    this.overviewTimer = undefined;
  }

  filterBy(filter: Filter): void {
    this.set({ filter, rows: narrow(this.state.rows, filter) });
    void this.load(null);
  }

  /** Loads anew; the rows shown stay until the first page is there. */
  reload(): void {
    void this.load(null);
    void this.loadOverview();
  }

  readonly more = (): void => {
    const { next } = this.state.rows;
    if (!this.state.loading && typeof next === 'string') void this.load(next);
  };

  retry(): void {
    this.subscription?.retryNow();
    if (this.state.error !== null) this.reload();
  }

  /** Reads the overview again soon, at most once a second however much changes. */
  overviewSoon(): void {
    if (this.overviewTimer !== undefined) return;
    this.overviewTimer = setTimeout(() => {
      this.overviewTimer = undefined;
      void this.loadOverview();
    }, OVERVIEW_EVERY_MS);
  }

  private async load(cursor: string | null): Promise<void> {
    this.loads?.abort();
    const load = new AbortController();
    this.loads = load;
    const { filter } = this.state;
    this.set({ loading: true, error: null });
    try {
      for (let next: string | null | undefined = cursor; next !== undefined;) {
        const page = await this.source.devices(filter, next, load.signal);
        if (load.signal.aborted) return;
        const rows = appendPage(next === null ? restart(this.state.rows) : this.state.rows, page, filter);
        this.set({ rows });
        next = page.next !== null && isFiltered(filter) && rows.order.length < SHOW_AT_LEAST ? page.next : undefined;
      }
      this.set({ loading: false });
    } catch (error) {
      if (load.signal.aborted) return;
      this.failed(error, () => this.set({ loading: false, error: error as ApiError }));
    }
  }

  private async loadOverview(): Promise<void> {
    try {
      this.set({ overview: await this.source.overview() });
    } catch (error) {
      // The list shows the outage; the strip keeps its last numbers until it is over.
      this.failed(error, () => undefined);
    }
  }

  private merge(message: DevicesMessage): void {
    const { set, changes } = mergeLive(this.state.rows, message.rows ?? [], message.removed ?? [], this.state.filter, Date.now());
    const unknown = changes.filter((c) => c.before === undefined).length;
    const told = unknown > UNKNOWN_AT_ONCE_MAX ? changes.filter((c) => c.before !== undefined) : changes;
    const news = told.flatMap(activitiesOf);
    this.set({ rows: set, ...(news.length === 0 ? {} : { news, activities: addActivities(this.state.activities, news) }) });
    if (message.overview) this.set({ overview: message.overview });
    else this.overviewSoon();
  }

  private connection(live: LiveState): void {
    const back = live.is === 'live' && this.state.error !== null;
    this.set({ live });
    if (back) this.reload();
    // A refused connection does not say why; the session does.
    if (live.is === 'waiting') void this.source.session().catch((error: unknown) => this.failed(error, () => undefined));
  }

  private failed(error: unknown, otherwise: () => void): void {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) this.signedOut();
    else otherwise();
  }

  private set(change: Partial<FleetState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
