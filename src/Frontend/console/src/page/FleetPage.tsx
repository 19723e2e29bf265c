import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { api } from '../api/client';
import type { Session } from '../api/types';
import { DeviceDrawer } from '../device/DeviceDrawer';
import { ActivityPanel } from '../devices/ActivityPanel';
import { Announcer } from '../devices/Announcer';
import { DeviceTable } from '../devices/DeviceTable';
import { Filters } from '../devices/Filters';
import { Fleet } from '../devices/fleet';
import { EnrolDialog } from '../enrolment/EnrolDialog';
import { connectHub } from '../live/signalr';
import { PushPanel } from '../overview/PushPanel';
import { Strip } from '../overview/Strip';
import { Warnings } from '../overview/Warnings';
import { t } from '../texts';
import { Header } from './Header';
import { LiveBanner } from './LiveBanner';
import { closeDevice, useDeviceInHash } from './useHash';

interface Props { session: Session; onSignedOut: () => void }

/** The live page: overview, devices, what happens now, and one device's drawer. */
export function FleetPage({ session, onSignedOut }: Props) {
  const fleet = useMemo(() => new Fleet(api, connectHub, onSignedOut), [onSignedOut]);
  useEffect(() => {
    fleet.start();
    return () => fleet.stop();
  }, [fleet]);
  const state = useSyncExternalStore(fleet.subscribe, () => fleet.state);
  const [enrolling, setEnrolling] = useState(false);
  const selected = useDeviceInHash();

  const leave = async () => {
    await api.signOut().catch(() => undefined);
    onSignedOut();
  };

  return (
    <>
      <a className="skip" href="#devices" onClick={(e) => { e.preventDefault(); document.getElementById('devices')?.focus(); }}>{t.header.skip}</a>
      <Header session={session} live={state.live} onEnrol={() => setEnrolling(true)} onSignOut={leave} />
      <main className="page">
        <LiveBanner live={state.live} error={state.error} onRetry={() => fleet.retry()} />
        <Strip overview={state.overview} filter={state.filter} onFilter={(filter) => fleet.filterBy(filter)} />
        <Warnings warnings={state.overview?.warnings ?? []} onChanged={() => fleet.overviewSoon()} />
        <div className="columns">
          <section id="devices" className="panel" tabIndex={-1} aria-label={t.table.caption}>
            <Filters filter={state.filter} onFilter={(filter) => fleet.filterBy(filter)} />
            <DeviceTable
              state={state} selected={selected} onMore={fleet.more} onEnrol={() => setEnrolling(true)} onFilter={(filter) => fleet.filterBy(filter)}
            />
          </section>
          <div className="side">
            <ActivityPanel activities={state.activities} />
            <PushPanel certificate={state.overview?.pushCertificate ?? null} onChanged={() => fleet.overviewSoon()} />
          </div>
        </div>
      </main>
      <Announcer news={state.news} />
      {selected !== null && (
        <DeviceDrawer
          key={selected} id={selected} row={state.rows.known.get(selected)} onClose={closeDevice} onFilter={(filter) => fleet.filterBy(filter)}
        />
      )}
      {enrolling && <EnrolDialog onClose={() => setEnrolling(false)} />}
    </>
  );
}
