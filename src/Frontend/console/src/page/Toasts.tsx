import { createContext, useCallback, useContext, useEffect, useState, type ReactNode } from 'react';
import { AlertIcon, CheckIcon, CloseIcon } from './icons';
import { t } from '../texts';

export interface Toast { id: number; kind: 'done' | 'failed'; text: string }
type Tell = (kind: Toast['kind'], text: string) => void;

const STAY_MS = 6_000;
const TellContext = createContext<Tell>(() => undefined);

/** Tells the admin how an act went. */
export const useTell = () => useContext(TellContext);

export function Toasts({ children }: { children: ReactNode }) {
  const [toast, setToast] = useState<Toast | null>(null);
  const tell = useCallback<Tell>((kind, text) => setToast((last) => ({ id: (last?.id ?? 0) + 1, kind, text })), []);
  useEffect(() => {
    if (toast === null || toast.kind === 'failed') return undefined;
    const timer = setTimeout(() => setToast(null), STAY_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  return (
    <TellContext value={tell}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toast && (
          <div key={toast.id} className={`toast ${toast.kind}`}>
            {toast.kind === 'done' ? <CheckIcon /> : <AlertIcon />}
            <span>{toast.text}</span>
            <button type="button" className="button icon-only quiet" aria-label={t.close} onClick={() => setToast(null)}><CloseIcon /></button>
          </div>
        )}
      </div>
    </TellContext>
  );
}
