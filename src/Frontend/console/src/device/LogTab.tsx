import { useCallback, useEffect, useState } from 'react';
import { api } from '../api/client';
import { ApiError } from '../api/http';
import type { DeviceEvent } from '../api/types';
import { explain } from '../page/errors';
import { clock, exactly } from '../page/time';
import { useNow } from '../page/useNow';
import { t } from '../texts';
import { describeEvent, mergeLog } from './log';

/** What happened to the device: stored entries by page, live ones on top. */
export function LogTab({ id, live }: { id: string; live: readonly DeviceEvent[] }) {
  const [stored, setStored] = useState<DeviceEvent[]>([]);
  const [next, setNext] = useState<string | number | null>(null);
  const [state, setState] = useState<'loading' | 'idle' | ApiError>('loading');
  const now = useNow();

  const load = useCallback(async (before: string | number | null) => {
    setState('loading');
    try {
      const page = await api.log(id, before);
      setStored((list) => mergeLog(list, page.items));
      setNext(page.next ?? null);
      setState('idle');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setState(error);
    }
  }, [id]);
  useEffect(() => { void load(null); }, [load]);

  const events = mergeLog(stored, live);
  return (
    <>
      {state instanceof ApiError && (
        <div className="banner" role="alert">
          <p><strong>{t.drawer.logFailed}</strong> {explain(state)}</p>
          <button type="button" className="button" onClick={() => load(next)}>{t.retry}</button>
        </div>
      )}
      {events.length === 0 && state === 'idle' && <p className="muted">{t.drawer.noLog}</p>}
      <ol className="log" aria-live="polite" aria-busy={state === 'loading'}>
        {events.map((event) => {
          const { title, text } = describeEvent(event);
          return (
            <li key={event.cursor} className={event.type}>
              <time dateTime={event.at} title={exactly(event.at)}>{clock(event.at, now)}</time>
              <div><span className="first">{title}</span> {text && <span className="muted">{text}</span>}</div>
            </li>
          );
        })}
      </ol>
      {next !== null && <button type="button" className="button" disabled={state === 'loading'} onClick={() => load(next)}>{t.drawer.older}</button>}
    </>
  );
}
