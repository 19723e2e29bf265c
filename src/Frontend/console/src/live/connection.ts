import type { DeviceEvent, DeviceRow, Overview } from '../api/types';

/** `reset`: more has changed since the cursor than the server tells one by one. */
export interface DevicesMessage { cursor: number; rows: DeviceRow[]; removed: string[]; overview?: Overview; reset?: boolean }
export interface EventsMessage { cursor: number; items: DeviceEvent[]; reset?: boolean }
export interface SubscribeRequest { cursor?: number; device?: string }

export interface ConnectionHandlers {
  devices(message: DevicesMessage): void;
  events(message: EventsMessage): void;
  closed(): void;
}

/** One connection to the hub: started once, one subscription, closed once. */
export interface Connection {
  start(): Promise<void>;
  subscribe(request: SubscribeRequest): Promise<void>;
  stop(): Promise<void>;
}

export type Connect = (handlers: ConnectionHandlers) => Connection;
