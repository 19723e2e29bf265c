import { useState } from 'react';
import { api } from '../api/client';
import type { Warning } from '../api/types';
import { explain } from '../page/errors';
import { AlertIcon } from '../page/icons';
import { useTell } from '../page/Toasts';
import { t } from '../texts';
import { PushDialog } from './PushDialog';

interface Props { warnings: Warning[]; onChanged: () => void }

/** What the admin should know, each with the act that ends it where there is one. */
export function Warnings({ warnings, onChanged }: Props) {
  const [push, setPush] = useState(false);
  const [busy, setBusy] = useState(false);
  const tell = useTell();

  const distribute = async () => {
    setBusy(true);
    try {
      await api.distributeSignInToAll();
      tell('done', t.warnings['nobody-not-reached']?.done ?? '');
      onChanged();
    } catch (error) {
      tell('failed', explain(error));
    } finally {
      setBusy(false);
    }
  };
  const act = (code: string) => (code === 'nobody-not-reached' ? void distribute() : setPush(true));

  return (
    <section aria-label={t.overview.warnings} className="warnings">
      {warnings.map((warning) => {
        const known = t.warnings[warning.code] ?? (warning.code.startsWith('push-certificate') ? t.warnings['push-certificate-missing'] : undefined);
        const own = t.warnings[warning.code];
        return (
          <div key={warning.code + warning.message} className="warning">
            <AlertIcon />
            <p>{own ? <><strong>{own.title}.</strong> {own.text}</> : warning.message}</p>
            {known && <button type="button" className="button" disabled={busy} onClick={() => act(warning.code)}>{known.act}</button>}
          </div>
        );
      })}
      {push && <PushDialog onClose={() => { setPush(false); onChanged(); }} />}
    </section>
  );
}
