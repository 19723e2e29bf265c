/** A refusal by the server (problem+json), or status 0 when the server can't be reached. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, readonly title: string, readonly detail: string) {
    super(detail || title || `HTTP ${status}`);
  }

  get unreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

const TIMEOUT_MS = 20_000;

async function refusal(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as Record<string, unknown>;
    const say = (member: string) => (typeof problem[member] === 'string' ? problem[member] : '');
    return new ApiError(response.status, say('code'), say('title'), say('detail'));
  } catch {
    return new ApiError(response.status, '', response.statusText, '');
  }
}

/** Calls the admin API with the session cookie. `null` for an answer without a body. */
export async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') headers['X-CSRF'] = '1';
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method === 'POST') headers['Idempotency-Key'] = idempotencyKey();
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method, headers, credentials: 'same-origin', cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'unreachable', '', '');
  }
  if (!response.ok) throw await refusal(response);
  const text = await response.text();
  return (text ? JSON.parse(text) : null) as T;
}

// crypto.randomUUID exists only on secure pages; a console on plain HTTP in a laboratory needs a key too.
function idempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
