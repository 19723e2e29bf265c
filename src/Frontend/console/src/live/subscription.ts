import type { Connect, Connection, DevicesMessage, EventsMessage } from './connection';
import { advance, retryDelayMs, type Position } from './resume';

export type LiveState =
  | { is: 'connecting' }
  | { is: 'live' }
  | { is: 'waiting'; retryAt: number };

export interface SubscriptionHandlers {
  state(state: LiveState): void;
  /** Connected without a cursor to resume from, too much was missed, or the numbering went back: load what is shown again. */
  fresh(): void;
  devices?(message: DevicesMessage): void;
  events?(message: EventsMessage): void;
}

/** Keeps one subscription alive: connects, resumes from the last cursor, waits and tries again until stopped. */
export class Subscription {
  private at: Position = { cursor: undefined, firstOfConnection: true };
  private stopped = false;
  private connection: Connection | undefined;
  private wake: () => void = () => undefined;

  constructor(
    private readonly connect: Connect,
    private readonly handlers: SubscriptionHandlers,
    private readonly device?: string,
    private readonly random: () => number = Math.random,
  ) {}

  get cursor(): number | undefined {
    return this.at.cursor;
  }

  async run(): Promise<void> {
    for (let attempt = 0; !this.stopped; attempt++) {
      this.handlers.state({ is: 'connecting' });
      if (await this.connected()) attempt = 0;
      if (this.stopped) return;
      const delay = retryDelayMs(attempt, this.random);
      this.handlers.state({ is: 'waiting', retryAt: Date.now() + delay });
      await this.sleep(delay);
    }
  }

  /** Tries again at once when it is waiting. */
  retryNow(): void {
    this.wake();
  }

  stop(): void {
    this.stopped = true;
    this.wake();
    void this.connection?.stop().catch(() => undefined);
  }

  /** One connection from its start to its end; whether it ever was live. */
  private async connected(): Promise<boolean> {
    let live = false;
    try {
      let end: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => { end = resolve; });
      const connection = this.connect({
        devices: (message) => { if (this.take(message.cursor, message.reset)) this.handlers.devices?.(message); },
        events: (message) => { if (this.take(message.cursor, message.reset)) this.handlers.events?.(message); },
        closed: () => end(),
      });
      this.connection = connection;
      await connection.start();
      if (this.stopped) { await connection.stop(); return false; }
      const { cursor } = this.at;
      this.at = { cursor, firstOfConnection: true };
      await connection.subscribe({ ...(cursor === undefined ? {} : { cursor }), ...(this.device === undefined ? {} : { device: this.device }) });
      live = true;
      this.handlers.state({ is: 'live' });
      if (cursor === undefined) this.handlers.fresh();
      await ended;
    } catch {
      await this.connection?.stop().catch(() => undefined);
    }
    return live;
  }

  private take(cursor: number, reset = false): boolean {
    if (this.stopped) return false;
    const { at, lost } = advance(this.at, cursor);
    this.at = at;
    if (lost || reset) this.handlers.fresh();
    return true;
  }

  private sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.wake = () => { clearTimeout(timer); resolve(); };
    });
  }
}
