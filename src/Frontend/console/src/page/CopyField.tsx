import { useId, useRef, useState } from 'react';
import { t } from '../texts';

/** A value to take away: selected on focus, copied by the button. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const [copied, setCopied] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const copy = async () => {
    input.current?.select();
    // Without a clipboard (plain HTTP, or refused) the selection is left for the keyboard.
    const done = await navigator.clipboard?.writeText(value).then(() => true, () => false);
    setCopied(done === true);
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="joined">
        <input id={id} ref={input} className="mono" readOnly value={value} onFocus={(e) => e.target.select()} />
        <button type="button" className="button" onClick={copy}><span aria-live="polite">{copied ? t.copied : t.copy}</span></button>
      </div>
    </div>
  );
}
