import { useEffect, useRef } from 'react';
import { ROW_PX, useWindow } from '../page/useWindow';
import { useNow } from '../page/useNow';
import { t } from '../texts';
import { DeviceTableRow } from './DeviceTableRow';
import { EmptyDevices } from './EmptyDevices';
import type { FleetState } from './fleet';
import { isFiltered, type Filter } from './filter';
import { FLASH_MS } from './rows';

interface Props {
  state: FleetState; selected: string | null; onMore: () => void; onEnrol: () => void; onFilter: (filter: Filter) => void;
}

export function DeviceTable({ state, selected, onMore, onEnrol, onFilter }: Props) {
  const { rows, loading } = state;
  const body = useRef<HTMLTableSectionElement>(null);
  const { start, end } = useWindow(body, rows.order.length);
  const now = useNow();
  const filtered = isFiltered(state.filter);
  if (rows.order.length === 0 && !loading && state.error === null) return <EmptyDevices filtered={filtered} onEnrol={onEnrol} onFilter={onFilter} />;
  return (
    <>
      <table className="devices" aria-rowcount={rows.next === null ? rows.order.length + 1 : -1} aria-busy={loading}>
        <caption className="hidden">{t.table.caption}</caption>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">{t.table.device}</th>
            <th scope="col">{t.table.holder}</th>
            <th scope="col" className="col-state">{t.table.state}</th>
            <th scope="col" className="col-hand-over">{t.table.handOver}</th>
            <th scope="col" className="col-changed number">{t.table.changed}</th>
          </tr>
        </thead>
        <tbody ref={body}>
          <Spacer rows={start} />
          {rows.order.slice(start, end).map((id, i) => {
            const row = rows.known.get(id);
            const changedAt = rows.changedAt.get(id) ?? 0;
            return row && (
              <DeviceTableRow key={id} row={row} index={start + i + 2} now={now} selected={id === selected}
                flash={Date.now() - changedAt < FLASH_MS ? changedAt : 0} />
            );
          })}
          <Spacer rows={Math.max(0, rows.order.length - end)} />
        </tbody>
      </table>
      <Foot state={state} onMore={onMore} />
    </>
  );
}

/** Stands for the rows that are not drawn. */
function Spacer({ rows }: { rows: number }) {
  return rows === 0 ? null : <tr aria-hidden="true" className="spacer"><td height={rows * ROW_PX} /></tr>;
}

function Foot({ state, onMore }: { state: FleetState; onMore: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  const more = typeof state.rows.next === 'string';
  // Coming near the end asks for more by itself; the button stays for those who tab.
  useEffect(() => {
    const seen = button.current;
    if (seen === null) return undefined;
    const observer = new IntersectionObserver((entries) => { if (entries.some((e) => e.isIntersecting)) onMore(); }, { rootMargin: '400px' });
    observer.observe(seen);
    return () => observer.disconnect();
  }, [onMore, more, state.loading]);
  const first = state.rows.next === undefined && state.loading;
  return (
    <footer className="table-foot" aria-live="polite">
      <span className="muted">{first ? t.table.loading : t.table.shown(state.rows.order.length, more)}</span>
      {more && <button ref={button} type="button" className="button" disabled={state.loading} onClick={onMore}>{state.loading ? t.table.loading : t.table.more}</button>}
    </footer>
  );
}
