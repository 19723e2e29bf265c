import { useRef, useState, type FormEvent } from 'react';
import { api } from '../api/client';
import { explain } from '../page/errors';
import { Logo } from '../page/icons';
import { t } from '../texts';

export function SignIn({ onSignedIn }: { onSignedIn: () => Promise<void> }) {
  const [token, setToken] = useState('');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const input = useRef<HTMLInputElement>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() === '') return refuse(t.signIn.empty);
    setBusy(true);
    setError('');
    try {
      await api.signIn(token.trim());
      await onSignedIn();
    } catch (failure) {
      refuse(explain(failure, { 400: t.signIn.wrong, 401: t.signIn.wrong, 403: t.signIn.wrong, 429: t.signIn.slow }));
    } finally {
      setBusy(false);
    }
  };
  const refuse = (why: string) => {
    setError(why);
    input.current?.focus();
  };

  return (
    <main className="gate">
      <form className="gate-card" onSubmit={submit} noValidate>
        <Logo />
        <h1>{t.signIn.title}</h1>
        <p className="muted">{t.signIn.lead}</p>
        <label htmlFor="token">{t.signIn.label}</label>
        <div className="joined">
          <input
            id="token" ref={input} name="token" type={shown ? 'text' : 'password'} className="mono" value={token} autoFocus autoComplete="current-password"
            spellCheck={false} autoCapitalize="off" aria-invalid={error !== ''} aria-describedby="token-error" onChange={(e) => setToken(e.target.value)}
          />
          <button type="button" className="button quiet" aria-pressed={shown} onClick={() => setShown(!shown)}>{shown ? t.signIn.hide : t.signIn.show}</button>
        </div>
        <p id="token-error" role="alert" className="field-error">{error}</p>
        <button type="submit" className="button primary wide" disabled={busy}>{busy ? t.signIn.busy : t.signIn.submit}</button>
      </form>
    </main>
  );
}
