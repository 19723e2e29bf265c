import { ApiError } from '../api/http';
import { t } from '../texts';

/** One sentence for a person: the server's own when it gave one. */
export function explain(error: unknown, byStatus: Partial<Record<number, string>> = {}): string {
  if (!(error instanceof ApiError)) throw error;
  const own = byStatus[error.status];
  if (own !== undefined) return own;
  if (error.detail) return error.detail;
  if (error.unreachable) return t.errors.unreachable;
  if (error.status === 403) return t.errors.forbidden;
  return error.title || t.errors.other(error.status);
}
