import { call } from './http';
import type {
  CommandOrder, CommandReceipt, DeviceDetail, DeviceEvent, DeviceRow, EnrolmentToken, EnrolmentTokenOrder, Overview, Page, PushCertificate, Session,
} from './types';
import type { Filter } from '../devices/filter';
import { toQuery } from '../devices/filter';

export const PAGE_ROWS = 200;
export const LOG_ROWS = 50;

const device = (id: string) => `/devices/${encodeURIComponent(id)}`;

/** The detail as the server sends it: there the row's `owner` is an object and `queue` a list. */
interface RawDetail extends Omit<DeviceDetail, 'owner' | 'commands'> {
  owner: string | { userName?: string; displayName?: string };
  queue: DeviceDetail['commands'];
}

export function toDetail(raw: RawDetail): DeviceDetail {
  const owner = typeof raw.owner === 'string' ? raw.owner : raw.owner.userName ?? '';
  const named = typeof raw.owner === 'string' ? undefined : raw.owner.displayName;
  const { queue, ...rest } = raw;
  return {
    ...rest,
    owner,
    ownerName: raw.ownerName ?? named ?? owner,
    commands: queue ?? [],
    groups: raw.groups ?? [],
    desired: raw.desired ?? [],
    ledger: raw.ledger ?? [],
    handOvers: (raw.handOvers ?? []).map((h) => ({ ...h, left: h.left ?? [], residue: h.residue ?? [] })),
  };
}

/** The part of `/api/v1` that the page uses. */
export const api = {
  session: () => call<Session>('GET', '/session'),
  signIn: (token: string) => call<null>('POST', '/session', { token }),
  signOut: () => call<null>('DELETE', '/session'),
  overview: () => call<Overview>('GET', '/overview'),
  devices: (filter: Filter, cursor: string | null, signal?: AbortSignal) =>
    call<Page<DeviceRow>>('GET', `/devices?${toQuery(filter, cursor, PAGE_ROWS)}`, undefined, signal),
  device: async (id: string) => toDetail(await call<RawDetail>('GET', device(id))),
  log: (id: string, before: string | number | null) =>
    call<Page<DeviceEvent>>('GET', `${device(id)}/log?limit=${LOG_ROWS}${before === null ? '' : `&before=${encodeURIComponent(before)}`}`),
  send: (id: string, order: CommandOrder) => call<CommandReceipt>('POST', `${device(id)}/commands`, order),
  signOutDevice: (id: string) => call<null>('POST', `${device(id)}/sign-out`),
  retry: (id: string, item?: string) => call<null>('POST', `${device(id)}/retry`, item === undefined ? {} : { item }),
  retire: (id: string) => call<null>('POST', `${device(id)}/retire`),
  enrolmentToken: (order: EnrolmentTokenOrder) => call<EnrolmentToken>('POST', '/enrolment-tokens', order),
  distributeSignInToAll: () =>
    call<null>('PUT', '/configurations/multi-user-sign-in/distribution', { to: 'all', userGroups: [], deviceGroups: [] }),
  pushRequest: () => call<{ csrPem: string }>('POST', '/push-certificate/request'),
  pushCertificate: (certificatePem: string) => call<PushCertificate>('PUT', '/push-certificate', { certificatePem }),
};
