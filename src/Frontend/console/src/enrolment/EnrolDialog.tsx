import { useState, type FormEvent } from 'react';
import { api } from '../api/client';
import type { EnrolmentToken } from '../api/types';
import { CopyField } from '../page/CopyField';
import { Dialog } from '../page/Dialog';
import { explain } from '../page/errors';
import { QrCode } from '../qr/QrCode';
import { t } from '../texts';

/** Makes an enrolment token and shows its link, once. */
export function EnrolDialog({ onClose }: { onClose: () => void }) {
  const [token, setToken] = useState<EnrolmentToken | null>(null);
  return (
    <Dialog title={t.enrol.title} onClose={onClose}>
      {token === null
        ? <Order onMade={setToken} onClose={onClose} />
        : <Made token={token} onAnother={() => setToken(null)} onClose={onClose} />}
    </Dialog>
  );
}

function Order({ onMade, onClose }: { onMade: (token: EnrolmentToken) => void; onClose: () => void }) {
  const [name, setName] = useState('');
  const [uses, setUses] = useState('');
  const [hours, setHours] = useState('168');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      onMade(await api.enrolmentToken({
        name: name.trim(), deviceGroups: [], uses: uses === '' ? null : Number(uses), expiresInHours: hours === '' ? null : Number(hours), kind: 'Device',
      }));
    } catch (failure) {
      setError(explain(failure));
      setBusy(false);
    }
  };
  return (
    <form className="form" onSubmit={submit}>
      <p className="muted">{t.enrol.lead}</p>
      <div className="field">
        <label htmlFor="enrol-name">{t.enrol.name}</label>
        <input id="enrol-name" required value={name} placeholder={t.enrol.namePlaceholder} onChange={(e) => setName(e.target.value)} />
      </div>
      <div className="pair">
        <div className="field">
          <label htmlFor="enrol-uses">{t.enrol.uses}</label>
          <input id="enrol-uses" type="number" min={1} step={1} inputMode="numeric" aria-describedby="enrol-uses-hint" value={uses} onChange={(e) => setUses(e.target.value)} />
          <span id="enrol-uses-hint" className="muted small">{t.enrol.usesHint}</span>
        </div>
        <div className="field">
          <label htmlFor="enrol-hours">{t.enrol.hours}</label>
          <select id="enrol-hours" value={hours} onChange={(e) => setHours(e.target.value)}>
            {['1', '24', '168', '720', ''].map((h) => <option key={h} value={h}>{t.enrol.hoursUnit[h]}</option>)}
          </select>
        </div>
      </div>
      <p role="alert" className="field-error">{error}</p>
      <footer className="dialog-foot">
        <button type="button" className="button" onClick={onClose}>{t.cancel}</button>
        <button type="submit" className="button primary" disabled={busy}>{t.enrol.submit}</button>
      </footer>
    </form>
  );
}

function Made({ token, onAnother, onClose }: { token: EnrolmentToken; onAnother: () => void; onClose: () => void }) {
  return (
    <div className="form">
      <p role="status">{t.enrol.ready}</p>
      <CopyField label={t.enrol.url} value={token.url} />
      <div className="scan">
        <QrCode text={token.url} label={t.enrol.scan} />
        <ol className="steps">{t.enrol.steps.map((step) => <li key={step}>{step}</li>)}</ol>
      </div>
      <footer className="dialog-foot">
        <button type="button" className="button" onClick={onAnother}>{t.enrol.another}</button>
        <button type="button" className="button primary" onClick={onClose}>{t.enrol.done}</button>
      </footer>
    </div>
  );
}
