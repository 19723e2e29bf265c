import { useEffect, useState } from 'react';
import type { ApiError } from '../api/http';
import type { LiveState } from '../live/subscription';
import { t } from '../texts';
import { explain } from './errors';
import { AlertIcon } from './icons';

const PATIENCE_MS = 1_500;

interface Props { live: LiveState; error: ApiError | null; onRetry: () => void }

/** Says that the page is not live, once it has not been for a moment, or that the list could not be loaded. */
export function LiveBanner({ live, error, onRetry }: Props) {
  const [late, setLate] = useState(false);
  const down = live.is !== 'live';
  useEffect(() => {
    if (!down) { setLate(false); return undefined; }
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [down]);
  if (!late && error === null) return <div role="alert" />;
  return (
    <div role="alert">
      <div className="banner">
        <AlertIcon />
        <p>
          <strong>{late ? t.live.bannerTitle : t.live.loadFailed}</strong> {late ? t.live.banner : explain(error)}
        </p>
        <button type="button" className="button" onClick={onRetry}>{late ? t.live.retry : t.retry}</button>
      </div>
    </div>
  );
}
