import { NOBODY, type DeviceRow, type HandOverState } from '../api/types';
import { AlertIcon, CheckIcon, PersonIcon, TurnIcon } from '../page/icons';
import { t } from '../texts';

/** The first letters of a name's first and last word. */
export function initials(name: string): string {
  const words = name.trim().split(/[\s._-]+/).filter(Boolean);
  const first = words[0]?.[0] ?? '?';
  const last = words.length > 1 ? words[words.length - 1]?.[0] ?? '' : '';
  return (first + last).toUpperCase();
}

export function Avatar({ owner, name, large = false }: { owner: string; name: string; large?: boolean }) {
  const free = owner === NOBODY;
  return <span className={`avatar${free ? ' free' : ''}${large ? ' large' : ''}`} aria-hidden="true">{free ? <PersonIcon /> : initials(name || owner)}</span>;
}

export function Holder({ row }: { row: Pick<DeviceRow, 'owner' | 'ownerName'> }) {
  const free = row.owner === NOBODY;
  return (
    <span className="holder">
      <Avatar owner={row.owner} name={row.ownerName} />
      <span className="two">
        <span className={free ? 'first muted' : 'first'}>{free ? t.nobody : row.ownerName || row.owner}</span>
        {!free && row.ownerName !== row.owner && <span className="second">{row.owner}</span>}
      </span>
    </span>
  );
}

export function HandOverMark({ state }: { state: HandOverState }) {
  switch (state) {
    case 'none': return <span className="muted" title={t.handOver.none}>—</span>;
    case 'cleaning': return <span className="pill cleaning"><TurnIcon />{t.handOver.cleaning}</span>;
    case 'clean': return <span className="pill clean"><CheckIcon />{t.handOver.clean}</span>;
    case 'residue': return <span className="pill residue"><AlertIcon />{t.handOver.residue}</span>;
  }
}

/** One word for the device: whether it has what it should, or why it is not in service. */
export function StateMark({ row }: { row: Pick<DeviceRow, 'status' | 'ready' | 'owner'> }) {
  if (row.status !== 'enrolled') return <span className={`state ${row.status}`}>{t.status[row.status]}</span>;
  if (row.owner === NOBODY) return <span className="state is-free"><span className="dot" aria-hidden="true" />{t.free}</span>;
  return <span className={`state ${row.ready ? 'is-ready' : 'is-preparing'}`}><span className="dot" aria-hidden="true" />{row.ready ? t.ready : t.preparing}</span>;
}
