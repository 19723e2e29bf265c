import { useState, type FormEvent } from 'react';
import { api } from '../api/client';
import { COMMANDS, type CommandName, type CommandOrder, type DeviceDetail } from '../api/types';
import { Dialog } from '../page/Dialog';
import { explain } from '../page/errors';
import { t } from '../texts';

type Extra = 'message' | 'phoneNumber' | 'deviceName';

const EXTRAS: Partial<Record<CommandName, { name: Extra; required: boolean }[]>> = {
  DeviceLock: [{ name: 'message', required: false }, { name: 'phoneNumber', required: false }],
  SetDeviceName: [{ name: 'deviceName', required: true }],
};

/** What is sent: the command with the extras that are its own and filled in. */
export function toOrder(command: CommandName, extras: Partial<Record<Extra, string>>): CommandOrder {
  const own = (EXTRAS[command] ?? []).map(({ name }) => [name, extras[name]?.trim() ?? ''] as const);
  return { command, ...Object.fromEntries(own.filter(([, value]) => value !== '')) };
}

interface Props { detail: DeviceDetail; onDone: (text: string) => void; onClose: () => void }

export function CommandDialog({ detail, onDone, onClose }: Props) {
  const [command, setCommand] = useState<CommandName>('DeviceInformation');
  const [extras, setExtras] = useState<Partial<Record<Extra, string>>>({});
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const danger = command === 'EraseDevice';
  const name = detail.name || detail.serial || detail.id;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      const receipt = await api.send(detail.id, toOrder(command, extras));
      onDone(receipt?.coalescedWith ? t.acts.coalesced : t.acts.sent);
    } catch (failure) {
      setError(explain(failure, { 429: t.acts.full }));
      setBusy(false);
    }
  };

  return (
    <Dialog title={t.command.title} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <div className="field">
          <label htmlFor="command">{t.command.choose}</label>
          <select id="command" value={command} onChange={(e) => setCommand(e.target.value as CommandName)}>
            {COMMANDS.map((c) => <option key={c} value={c}>{t.command.names[c]}</option>)}
          </select>
        </div>
        {t.command.notes[command] && <p className={danger ? 'problem' : 'muted'}>{t.command.notes[command]}</p>}
        {(EXTRAS[command] ?? []).map((extra) => (
          <div key={extra.name} className="field">
            <label htmlFor={extra.name}>{t.command[extra.name]}{!extra.required && <span className="muted"> ({t.command.optional})</span>}</label>
            <input id={extra.name} required={extra.required} value={extras[extra.name] ?? ''} onChange={(e) => setExtras({ ...extras, [extra.name]: e.target.value })} />
          </div>
        ))}
        {danger && (
          <div className="field">
            <label htmlFor="typed">{t.acts.retireType(name)}</label>
            <input id="typed" value={typed} autoComplete="off" spellCheck={false} onChange={(e) => setTyped(e.target.value)} />
          </div>
        )}
        <p role="alert" className="field-error">{error}</p>
        <footer className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>{t.cancel}</button>
          <button type="submit" className={danger ? 'button primary danger' : 'button primary'} disabled={busy || (danger && typed.trim() !== name.trim())}>
            {t.command.submit}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
