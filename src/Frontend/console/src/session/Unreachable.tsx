import { useEffect, useState } from 'react';
import { Logo } from '../page/icons';
import { t } from '../texts';

const AGAIN_MS = 5_000;

/** Before anything could be loaded: asks again by itself and on the button. */
export function Unreachable({ onRetry }: { onRetry: () => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  const retry = async () => {
    setBusy(true);
    await onRetry();
    setBusy(false);
  };
  useEffect(() => {
    const timer = setInterval(() => void onRetry(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [onRetry]);
  return (
    <main className="gate">
      <div className="gate-card" role="alert">
        <Logo />
        <h1>{t.unreachable.title}</h1>
        <p className="muted">{t.unreachable.lead}</p>
        <button type="button" className="button primary wide" disabled={busy} onClick={retry}>{t.retry}</button>
      </div>
    </main>
  );
}
