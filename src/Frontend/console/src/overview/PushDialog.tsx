import { useState, type FormEvent } from 'react';
import { api } from '../api/client';
import { Dialog } from '../page/Dialog';
import { explain } from '../page/errors';
import { useTell } from '../page/Toasts';
import { t } from '../texts';

/** The push certificate's way: request, Apple's portal, certificate. */
export function PushDialog({ onClose }: { onClose: () => void }) {
  const [request, setRequest] = useState('');
  const [certificate, setCertificate] = useState('');
  const [error, setError] = useState('');
  const tell = useTell();

  const ask = async () => {
    setError('');
    try {
      setRequest((await api.pushRequest()).csrPem);
    } catch (failure) {
      setError(explain(failure));
    }
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setError('');
    try {
      await api.pushCertificate(certificate.trim());
      tell('done', t.push.done);
      onClose();
    } catch (failure) {
      setError(explain(failure));
    }
  };

  return (
    <Dialog title={t.push.title} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <p className="muted">{t.push.lead}</p>
        <p>{t.push.step1}</p>
        {request === ''
          ? <button type="button" className="button" onClick={ask}>{t.push.request}</button>
          : <a className="button" href={`data:application/x-pem-file,${encodeURIComponent(request)}`} download="push-request.pem">{t.push.save}</a>}
        <p>{t.push.step2}</p>
        <p>{t.push.step3}</p>
        <div className="field">
          <label htmlFor="push-pem">{t.push.label}</label>
          <textarea id="push-pem" className="mono" rows={5} spellCheck={false} value={certificate} onChange={(e) => setCertificate(e.target.value)} />
        </div>
        <p role="alert" className="field-error">{error}</p>
        <footer className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>{t.cancel}</button>
          <button type="submit" className="button primary" disabled={certificate.trim() === ''}>{t.push.submit}</button>
        </footer>
      </form>
    </Dialog>
  );
}
