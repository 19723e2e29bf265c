import { api } from '../api/client';
import type { DeviceDetail } from '../api/types';
import { explain } from '../page/errors';
import { useTell } from '../page/Toasts';
import { t } from '../texts';
import { itemLines, type ItemLine } from './items';

interface Props { detail: DeviceDetail; onDone: () => void }

/** What the device should hold against what the ledger knows. */
export function ItemsTab({ detail, onDone }: Props) {
  const tell = useTell();
  const { wanted, leaving } = itemLines(detail);
  const retry = async (item: string) => {
    try {
      await api.retry(detail.id, item);
      tell('done', t.acts.retried);
      onDone();
    } catch (error) {
      tell('failed', explain(error));
    }
  };
  return (
    <>
      <section>
        <h3>{t.drawer.wanted}</h3>
        {wanted.length === 0 ? <p className="muted">{t.drawer.noItems}</p> : <Lines lines={wanted} onRetry={retry} />}
      </section>
      <section>
        <h3>{t.drawer.leaving}</h3>
        {leaving.length === 0 ? <p className="muted">{t.drawer.noLeaving}</p> : <Lines lines={leaving} onRetry={retry} />}
      </section>
    </>
  );
}

function Lines({ lines, onRetry }: { lines: ItemLine[]; onRetry: (item: string) => void }) {
  return (
    <ul className="lines">
      {lines.map((line) => (
        <li key={line.item}>
          <div className="line">
            <div className="two">
              <span className="first">{line.name || line.item}</span>
              <span className="second">{[line.kind, line.why, line.revision === null ? '' : t.drawer.revision(line.revision)].filter(Boolean).join(' · ')}</span>
            </div>
            <span className="spring" />
            {line.state === 'refused' && <button type="button" className="button small" onClick={() => onRetry(line.item)}>{t.acts.retryOne}</button>}
            <span className={`pill item-${line.state}`}>{t.drawer.item[line.state]}</span>
          </div>
          {line.detail && <p className={line.state === 'refused' ? 'problem small' : 'muted small'}>{line.detail}</p>}
        </li>
      ))}
    </ul>
  );
}
