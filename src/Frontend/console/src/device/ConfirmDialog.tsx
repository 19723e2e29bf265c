import { useState, type FormEvent } from 'react';
import { Dialog } from '../page/Dialog';
import { explain } from '../page/errors';
import { t } from '../texts';

interface Props {
  title: string; text: string; submit: string; danger?: boolean;
  /** What has to be typed before the act is allowed. */
  typed?: string;
  onSubmit: () => Promise<void>; onClose: () => void;
}

export function ConfirmDialog({ title, text, submit, danger = false, typed, onSubmit, onClose }: Props) {
  const [entry, setEntry] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const confirmed = typed === undefined || entry.trim() === typed.trim();
  const act = async (event: FormEvent) => {
    event.preventDefault();
    if (!confirmed) return;
    setBusy(true);
    try {
      await onSubmit();
    } catch (failure) {
      setError(explain(failure, { 409: t.acts.already }));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="form" onSubmit={act}>
        <p>{text}</p>
        {typed !== undefined && (
          <div className="field">
            <label htmlFor="typed">{t.acts.retireType(typed)}</label>
            <input id="typed" value={entry} autoComplete="off" spellCheck={false} onChange={(e) => setEntry(e.target.value)} />
          </div>
        )}
        <p role="alert" className="field-error">{error}</p>
        <footer className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>{t.cancel}</button>
          <button type="submit" className={danger ? 'button primary danger' : 'button primary'} disabled={!confirmed || busy}>{submit}</button>
        </footer>
      </form>
    </Dialog>
  );
}
