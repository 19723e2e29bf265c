import { useCallback, useEffect, useState } from 'react';
import { api } from './api/client';
import { ApiError } from './api/http';
import type { Session } from './api/types';
import { FleetPage } from './page/FleetPage';
import { Toasts } from './page/Toasts';
import { SignIn } from './session/SignIn';
import { Unreachable } from './session/Unreachable';

type State = { is: 'asking' } | { is: 'out' } | { is: 'in'; session: Session } | { is: 'unreachable' };

export function App() {
  const [state, setState] = useState<State>({ is: 'asking' });
  const ask = useCallback(async () => {
    try {
      setState({ is: 'in', session: await api.session() });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setState(error.status === 401 ? { is: 'out' } : { is: 'unreachable' });
    }
  }, []);
  const signedOut = useCallback(() => setState({ is: 'out' }), []);
  useEffect(() => { void ask(); }, [ask]);

  switch (state.is) {
    case 'asking': return null;
    case 'out': return <SignIn onSignedIn={ask} />;
    case 'unreachable': return <Unreachable onRetry={ask} />;
    case 'in': return <Toasts><FleetPage session={state.session} onSignedOut={signedOut} /></Toasts>;
  }
}
