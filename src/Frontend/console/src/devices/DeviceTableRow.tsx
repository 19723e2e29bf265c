import { memo } from 'react';
import type { DeviceRow } from '../api/types';
import { DeviceIcon } from '../page/icons';
import { ago, exactly } from '../page/time';
import { deviceHash } from '../page/useHash';
import { t } from '../texts';
import { HandOverMark, Holder, StateMark } from './marks';

interface Props { row: DeviceRow; index: number; now: number; selected: boolean; flash: number }

export const DeviceTableRow = memo(function DeviceTableRow({ row, index, now, selected, flash }: Props) {
  const name = row.name || row.serial || row.id;
  // Two names of one animation, in turn: a second change starts it anew.
  const marked = flash === 0 ? '' : flash % 2 === 0 ? ' flash-a' : ' flash-b';
  return (
    <tr className={`device${marked}`} aria-rowindex={index} aria-current={selected || undefined} data-device={row.id} data-status={row.status}
      data-owner={row.owner} data-hand-over={row.handOver} onClick={() => { window.location.hash = deviceHash(row.id); }}>
      <td>
        <span className="device-name">
          <span className="glyph"><DeviceIcon size={20} /></span>
          <span className="two">
            <a className="first" href={deviceHash(row.id)} aria-label={t.table.open(name)}>{name}</a>
            <span className="second">{[row.serial, row.model].filter(Boolean).join(' · ')}</span>
          </span>
        </span>
      </td>
      <td><Holder row={row} /></td>
      <td className="col-state"><StateMark row={row} /></td>
      <td className="col-hand-over"><HandOverMark state={row.handOver} /></td>
      <td className="col-changed number muted" title={exactly(row.updated)}>{ago(row.updated, now)}</td>
    </tr>
  );
});
