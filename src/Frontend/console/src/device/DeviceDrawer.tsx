import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { DeviceRow } from '../api/types';
import type { Filter } from '../devices/filter';
import { StateMark } from '../devices/marks';
import { explain } from '../page/errors';
import { CloseIcon, DeviceIcon } from '../page/icons';
import { count, t } from '../texts';
import { DeviceActions } from './DeviceActions';
import { ItemsTab } from './ItemsTab';
import { LogTab } from './LogTab';
import { NowTab } from './NowTab';
import { QueueTab } from './QueueTab';
import { useDevice } from './useDevice';

const TABS = ['now', 'items', 'queue', 'log'] as const;
type Tab = (typeof TABS)[number];

interface Props { id: string; row: DeviceRow | undefined; onClose: () => void; onFilter: (filter: Filter) => void }

export function DeviceDrawer({ id, row, onClose, onFilter }: Props) {
  const device = useDevice(id, row?.updated ?? '');
  const { detail } = device;
  const [tab, setTab] = useState<Tab>('now');
  const drawer = useDrawerFocus(onClose);
  const facts = detail ?? row;
  const name = facts?.name || facts?.serial || id;
  return (
    <aside ref={drawer} className="drawer" aria-label={t.drawer.label(name)} tabIndex={-1}>
      <header className="drawer-head">
        <span className="glyph large"><DeviceIcon size={24} /></span>
        <div className="two">
          <h2 className="first">{name}</h2>
          <span className="second">{facts ? [facts.serial, facts.model, facts.osVersion].filter(Boolean).join(' · ') : ''}</span>
        </div>
        <span className="spring" />
        {facts && <StateMark row={facts} />}
        <button type="button" className="button icon-only quiet" aria-label={t.close} onClick={onClose}><CloseIcon /></button>
      </header>
      {device.error && (
        <div className="banner" role="alert">
          <p>{device.error.status === 404 ? t.drawer.gone : <><strong>{t.drawer.failed}</strong> {explain(device.error)}</>}</p>
          {device.error.status !== 404 && <button type="button" className="button" onClick={device.reload}>{t.retry}</button>}
        </div>
      )}
      {detail === null
        ? device.error === null && <p className="muted pad" role="status">{t.drawer.loading}</p>
        : (
          <>
            <DeviceActions detail={detail} onDone={device.reload} />
            <Tabs tab={tab} onTab={setTab} queue={detail.commands.length} />
            <div className="tab-body" role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} tabIndex={0}>
              {tab === 'now' && <NowTab detail={detail} onFilter={onFilter} />}
              {tab === 'items' && <ItemsTab detail={detail} onDone={device.reload} />}
              {tab === 'queue' && <QueueTab detail={detail} />}
              {tab === 'log' && <LogTab id={id} live={device.events} />}
            </div>
          </>
        )}
    </aside>
  );
}

function Tabs({ tab, onTab, queue }: { tab: Tab; onTab: (tab: Tab) => void; queue: number }) {
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length];
    if (step === 0 || next === undefined) return;
    onTab(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" onKeyDown={onKey}>
      {TABS.map((name) => (
        <button key={name} id={`tab-${name}`} type="button" role="tab" aria-selected={name === tab} aria-controls={`panel-${name}`}
          tabIndex={name === tab ? 0 : -1} onClick={() => onTab(name)}>
          {t.drawer.tabs[name]}{name === 'queue' && queue > 0 && <span className="badge">{count(queue)}</span>}
        </button>
      ))}
    </div>
  );
}

/** Takes the focus when it opens and gives it back; Escape closes unless a dialog is open. */
function useDrawerFocus(onClose: () => void) {
  const drawer = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    drawer.current?.focus();
    return () => { if (before instanceof HTMLElement && before.isConnected) before.focus(); };
  }, []);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => { if (event.key === 'Escape' && !document.querySelector('dialog[open]')) onClose(); };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [onClose]);
  return drawer;
}
