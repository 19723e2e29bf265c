export type DeviceStatus = 'pending' | 'enrolled' | 'checkedOut' | 'retiring' | 'retired';
export type HandOverState = 'none' | 'cleaning' | 'clean' | 'residue';

/** The user name of the owner of every device without a session. */
export const NOBODY = 'nobody';

export interface DeviceRow {
  id: string;
  name: string;
  serial: string;
  model: string;
  osVersion: string;
  kind: string;
  status: DeviceStatus;
  owner: string;
  ownerName: string;
  epoch: number;
  handOver: HandOverState;
  ready: boolean;
  lastSeen?: string | null;
  updated: string;
}

export interface DesiredItem { item: string; name: string; kind: string; revision: string | number; why?: string | null }
export interface LedgerEntry {
  item: string; name: string; presence: 'absent' | 'present' | 'unknown';
  revision?: string | number | null; outcome?: string | null; detail?: string | null;
}
export interface QueuedCommand { id: string; command: string; lane: string; epoch: number; state: string; item?: string | null }
export interface Residue { item: string; reason: string }
export interface HandOver {
  epoch: number; userName: string; state: HandOverState;
  startedAt: string; endedAt?: string | null; left: string[]; residue: Residue[];
}
export interface PushFacts { valid: boolean; [fact: string]: unknown }

/** A device with everything that the drawer shows. */
export interface DeviceDetail extends DeviceRow {
  signInUrl?: string | null;
  groups: string[];
  desired: DesiredItem[];
  ledger: LedgerEntry[];
  commands: QueuedCommand[];
  handOvers: HandOver[];
  push?: PushFacts | null;
}

export interface DeviceEvent {
  cursor: number; deviceId?: string; type: string; at: string; data?: Record<string, unknown> | null;
}

export interface Page<T> { items: T[]; next: string | null }

export interface Warning { code: string; message: string }
export interface PushCertificate {
  topic?: string | null; appleAccount?: string | null; notBefore?: string | null; notAfter?: string | null; warnings?: Warning[];
}
export interface Overview {
  devices: { enrolled: number; [status: string]: number };
  owners: { nobody: number; people: number };
  handOvers: { cleaning: number; residue: number };
  pushCertificate?: PushCertificate | null;
  warnings: Warning[];
}

export interface Session { name: string; role: string }
export interface EnrolmentTokenOrder { name: string; deviceGroups: string[]; uses: number | null; expiresInHours: number | null; kind: 'Device' }
export interface EnrolmentToken { id: string; token: string; url: string }

export const COMMANDS = [
  'DeviceInformation', 'SecurityInfo', 'InstalledApplicationList', 'ManagedApplicationList', 'ProfileList', 'CertificateList',
  'SetDeviceName', 'DeviceLock', 'ClearPasscode', 'EraseDevice',
] as const;
export type CommandName = (typeof COMMANDS)[number];
export interface CommandOrder { command: CommandName; message?: string; phoneNumber?: string; deviceName?: string }
export interface CommandReceipt { commandId: string; coalescedWith?: string | null }
