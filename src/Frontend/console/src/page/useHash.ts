import { useSyncExternalStore } from 'react';

const PREFIX = '#/devices/';

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

/** The link to a device on this page. */
export const deviceHash = (id: string) => PREFIX + encodeURIComponent(id);

export function deviceOf(hash: string): string | null {
  if (!hash.startsWith(PREFIX)) return null;
  try {
    return decodeURIComponent(hash.slice(PREFIX.length)) || null;
  } catch {
    return null;
  }
}

/** The device named in the address, if any. */
export function useDeviceInHash(): string | null {
  return deviceOf(useSyncExternalStore(subscribe, () => window.location.hash));
}

export function closeDevice(): void {
  window.history.pushState(null, '', window.location.pathname);
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}
