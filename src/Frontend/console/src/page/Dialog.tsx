import { useEffect, useId, useRef, type ReactNode } from 'react';
import { CloseIcon } from './icons';
import { t } from '../texts';

interface Props { title: string; onClose: () => void; children: ReactNode }

/** A modal dialog: the browser keeps the focus inside, Escape closes, and the focus returns to where it was. */
export function Dialog({ title, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    if (shown && !shown.open) shown.showModal();
    return () => {
      shown?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={heading} onCancel={(e) => { e.preventDefault(); onClose(); }}>
      <header className="dialog-head">
        <h2 id={heading}>{title}</h2>
        <button type="button" className="button icon-only quiet" aria-label={t.close} onClick={onClose}><CloseIcon /></button>
      </header>
      {children}
    </dialog>
  );
}
