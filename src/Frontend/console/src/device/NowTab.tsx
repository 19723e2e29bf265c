import type { ReactNode } from 'react';
import { NOBODY, type DeviceDetail, type HandOver } from '../api/types';
import { NO_FILTER, type Filter } from '../devices/filter';
import { Avatar, HandOverMark } from '../devices/marks';
import { CopyField } from '../page/CopyField';
import { ago, clock, duration, exactly } from '../page/time';
import { useNow } from '../page/useNow';
import { t } from '../texts';

interface Props { detail: DeviceDetail; onFilter: (filter: Filter) => void }

/** Who holds the device, how the hand-overs went, and the facts. */
export function NowTab({ detail, onFilter }: Props) {
  const now = useNow();
  const free = detail.owner === NOBODY;
  return (
    <>
      <section className="card holder-card">
        <Avatar owner={detail.owner} name={detail.ownerName} large />
        <div className="two">
          <span className="first">{free ? t.nobody : detail.ownerName || detail.owner}</span>
          <span className="second">{free ? t.drawer.free : detail.owner}</span>
          <span className="second">{detail.ready ? t.drawer.ready : t.drawer.preparing}</span>
        </div>
        <span className="spring" />
        <div className="aside">
          <span className="muted small">{t.drawer.epoch(detail.epoch)}</span>
          {!free && <button type="button" className="button quiet small" onClick={() => onFilter({ ...NO_FILTER, holder: detail.owner })}>{t.drawer.onlyTheirs}</button>}
        </div>
      </section>
      <section>
        <h3>{t.drawer.handOvers}</h3>
        {detail.handOvers.length === 0 ? <p className="muted">{t.drawer.noHandOvers}</p> : (
          <ol className="lines">{detail.handOvers.map((h) => <HandOverLine key={h.epoch} handOver={h} now={now} />)}</ol>
        )}
      </section>
      <section>
        <h3>{t.drawer.details}</h3>
        <dl className="facts">
          <Fact name={t.drawer.facts.serial}>{detail.serial}</Fact>
          <Fact name={t.drawer.facts.model}>{detail.model}</Fact>
          <Fact name={t.drawer.facts.os}>{detail.osVersion}</Fact>
          <Fact name={t.drawer.facts.kind}>{detail.kind} · {t.status[detail.status]}</Fact>
          <Fact name={t.drawer.facts.groups}>{detail.groups.length === 0 ? t.drawer.noGroups : detail.groups.join(', ')}</Fact>
          <Fact name={t.drawer.facts.push}>{detail.push?.valid ? t.drawer.pushValid : t.drawer.pushInvalid}</Fact>
          <Fact name={t.drawer.facts.seen}><span title={exactly(detail.lastSeen)}>{ago(detail.lastSeen, now) || t.table.never}</span></Fact>
          <Fact name={t.drawer.facts.id}><span className="mono">{detail.id}</span></Fact>
        </dl>
        {detail.signInUrl && <CopyField label={t.drawer.signInUrl} value={detail.signInUrl} />}
      </section>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return <div><dt>{name}</dt><dd>{children || '—'}</dd></div>;
}

function HandOverLine({ handOver, now }: { handOver: HandOver; now: number }) {
  const took = handOver.endedAt ? duration(handOver.startedAt, handOver.endedAt) : '';
  return (
    <li>
      <div className="line">
        <HandOverMark state={handOver.state} />
        <span>{t.drawer.from(handOver.userName)}</span>
        <span className="spring" />
        <span className="muted small" title={exactly(handOver.startedAt)}>{clock(handOver.startedAt, now)}{took && ` · ${t.drawer.took(took)}`}</span>
      </div>
      {handOver.left.length > 0 && <p className="muted small">{t.drawer.left(handOver.left.length)}: {handOver.left.join(', ')}</p>}
      {handOver.residue.map((r) => <p key={r.item} className="problem small"><strong>{r.item}</strong>: {r.reason}</p>)}
    </li>
  );
}
