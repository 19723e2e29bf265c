import { useState } from 'react';
import type { PushCertificate } from '../api/types';
import { day } from '../page/time';
import { t } from '../texts';
import { PushDialog } from './PushDialog';

interface Props { certificate: PushCertificate | null; onChanged: () => void }

/** The push certificate in use. A missing one is a warning, not a panel. */
export function PushPanel({ certificate, onChanged }: Props) {
  const [open, setOpen] = useState(false);
  if (!certificate?.notAfter) return null;
  return (
    <section className="panel push-panel" aria-labelledby="push-title">
      <h2 id="push-title">{t.push.title}</h2>
      <p className="small">{t.push.until(day(certificate.notAfter))}</p>
      {certificate.appleAccount && <p className="small muted">{t.push.account(certificate.appleAccount)}</p>}
      {certificate.topic && <p className="small muted">{certificate.topic}</p>}
      <button type="button" className="button quiet small" onClick={() => setOpen(true)}>{t.push.renew}</button>
      {open && <PushDialog onClose={() => { setOpen(false); onChanged(); }} />}
    </section>
  );
}
