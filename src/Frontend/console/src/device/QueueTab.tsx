import type { DeviceDetail } from '../api/types';
import { t } from '../texts';

export function QueueTab({ detail }: { detail: DeviceDetail }) {
  if (detail.commands.length === 0) return <p className="muted">{t.drawer.noQueue}</p>;
  return (
    <ol className="lines">
      {detail.commands.map((command) => (
        <li key={command.id}>
          <div className="line">
            <div className="two">
              <span className="first">{command.command}</span>
              <span className="second">{[t.lanes[command.lane.toLowerCase()] ?? command.lane, command.item].filter(Boolean).join(' · ')}</span>
            </div>
            <span className="spring" />
            <span className={command.epoch === detail.epoch ? 'pill' : 'pill faint'}>{command.state}</span>
          </div>
        </li>
      ))}
    </ol>
  );
}
