import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../api/client';
import { ApiError } from '../api/http';
import type { DeviceDetail, DeviceEvent } from '../api/types';
import { connectHub } from '../live/signalr';
import { Subscription } from '../live/subscription';
import { mergeLog } from './log';

const RELOAD_MS = 400;

export interface DeviceState { detail: DeviceDetail | null; events: DeviceEvent[]; error: ApiError | null }

/** One device: its detail, read again whenever something happens to it, and its live events. */
export function useDevice(id: string, rowVersion: string): DeviceState & { reload: () => void } {
  const [state, setState] = useState<DeviceState>({ detail: null, events: [], error: null });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const load = useCallback(async () => {
    try {
      const detail = await api.device(id);
      setState((s) => ({ ...s, detail, error: null }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setState((s) => ({ ...s, error }));
    }
  }, [id]);
  const soon = useCallback(() => {
    if (timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      void load();
    }, RELOAD_MS);
  }, [load]);

  useEffect(() => {
    void load();
    // Closing the connection ends the server's subscription to this device.
    const subscription = new Subscription(connectHub, {
      state: () => undefined,
      fresh: soon,
      events: ({ items }) => {
        setState((s) => ({ ...s, events: mergeLog(s.events, items.filter((e) => e.deviceId === undefined || e.deviceId === id)) }));
        soon();
      },
    }, id);
    void subscription.run();
    return () => {
      subscription.stop();
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [id, load, soon]);
  useEffect(soon, [rowVersion, soon]);

  return { ...state, reload: soon };
}
