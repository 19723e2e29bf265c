import { useState } from 'react';
import { api } from '../api/client';
import { NOBODY, type DeviceDetail } from '../api/types';
import { explain } from '../page/errors';
import { useTell } from '../page/Toasts';
import { t } from '../texts';
import { CommandDialog } from './CommandDialog';
import { ConfirmDialog } from './ConfirmDialog';
import { isRefused } from './items';

type Open = 'none' | 'signOut' | 'command' | 'retire';

interface Props { detail: DeviceDetail; onDone: () => void }

export function DeviceActions({ detail, onDone }: Props) {
  const [open, setOpen] = useState<Open>('none');
  const tell = useTell();
  const close = () => setOpen('none');
  const served = detail.status === 'enrolled';

  const done = (text: string) => {
    close();
    tell('done', text);
    onDone();
  };
  const retry = async () => {
    try {
      await api.retry(detail.id);
      done(t.acts.retried);
    } catch (error) {
      tell('failed', explain(error));
    }
  };
  const signOut = async () => {
    await api.signOutDevice(detail.id);
    done(t.acts.signedOut);
  };
  const retire = async () => {
    await api.retire(detail.id);
    done(t.acts.retired);
  };

  return (
    <div className="actions" role="group" aria-label={t.acts.label}>
      {detail.owner !== NOBODY && <button type="button" className="button" disabled={!served} onClick={() => setOpen('signOut')}>{t.acts.signOut}</button>}
      <button type="button" className="button" disabled={!served} onClick={() => setOpen('command')}>{t.acts.send}</button>
      {detail.ledger.some(isRefused) && <button type="button" className="button" disabled={!served} onClick={retry}>{t.acts.retry}</button>}
      <span className="spring" />
      <button type="button" className="button danger quiet" disabled={detail.status === 'retired' || detail.status === 'retiring'}
        onClick={() => setOpen('retire')}>{t.acts.retire}</button>
      {open === 'signOut' && (
        <ConfirmDialog title={t.acts.signOutTitle(detail.ownerName || detail.owner)} text={t.acts.signOutText} submit={t.acts.signOut} onSubmit={signOut} onClose={close} />
      )}
      {open === 'retire' && (
        <ConfirmDialog title={t.acts.retireTitle} text={t.acts.retireText} submit={t.acts.retireSubmit} typed={detail.name || detail.serial || detail.id} danger
          onSubmit={retire} onClose={close} />
      )}
      {open === 'command' && <CommandDialog detail={detail} onDone={done} onClose={close} />}
    </div>
  );
}
