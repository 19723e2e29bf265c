import type { Session } from '../api/types';
import type { LiveState } from '../live/subscription';
import { t } from '../texts';
import { LeaveIcon, Logo, PlusIcon } from './icons';

interface Props { session: Session; live: LiveState; onEnrol: () => void; onSignOut: () => void }

export function Header({ session, live, onEnrol, onSignOut }: Props) {
  return (
    <header className="header">
      <div className="header-row">
        <h1 className="brand"><Logo /> {t.product}</h1>
        <span className={`live ${live.is}`} role="status"><span className="dot" aria-hidden="true" />{t.live[live.is]}</span>
        <span className="spring" />
        <button type="button" className="button primary" onClick={onEnrol}><PlusIcon />{t.header.enrol}</button>
        <span className="who">{t.header.signedInAs(session.name, session.role)}</span>
        <button type="button" className="button quiet" onClick={onSignOut}><LeaveIcon />{t.header.signOut}</button>
      </div>
    </header>
  );
}
