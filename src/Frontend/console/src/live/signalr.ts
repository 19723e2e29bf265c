import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import type { Connect } from './connection';

/** The hub over SignalR. Reconnecting is the subscription's work, because only it knows the cursor. */
export const connectHub: Connect = (handlers) => {
  // One request opens the connection: a negotiation before it could be answered by another frontend.
  const options = { transport: HttpTransportType.WebSockets, skipNegotiation: true };
  const hub = new HubConnectionBuilder().withUrl('/hubs/fleet', options).configureLogging(LogLevel.None).build();
  hub.serverTimeoutInMilliseconds = 30_000;
  hub.keepAliveIntervalInMilliseconds = 10_000;
  hub.on('devices', handlers.devices);
  hub.on('events', handlers.events);
  hub.onclose(handlers.closed);
  return {
    start: () => hub.start(),
    subscribe: async (request) => { await hub.invoke('Subscribe', request); },
    stop: () => hub.stop(),
  };
};
