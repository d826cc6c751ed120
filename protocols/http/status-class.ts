/** What a status code means for a transfer, RFC 9110 §15. */

export type StatusClass = 'ok' | 'redirect' | 'remoteFile' | 'refused' | 'space' | 'transport';

/** Not found, gone. */
const REMOTE_FILE = new Set([404, 410]);
/** Content too large; insufficient storage (RFC 4918 §11.5). */
const SPACE = new Set([413, 507]);
/** Codes of 4xx after which the same request may succeed: time-out, too early (RFC 8470), too many requests (RFC 6585). */
const TEMPORARY = new Set([408, 425, 429]);
/** Codes of 5xx after which it will not: not implemented, version not supported. */
const NEVER = new Set([501, 505]);
/** Those that lead elsewhere with the same method for GET; 300 and 304 do not. */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function statusClass(status: number): StatusClass {
  if (status >= 200 && status < 300) return 'ok';
  if (REDIRECTS.has(status)) return 'redirect';
  if (REMOTE_FILE.has(status)) return 'remoteFile';
  if (SPACE.has(status)) return 'space';
  if (TEMPORARY.has(status)) return 'transport';
  return status >= 500 && !NEVER.has(status) ? 'transport' : 'refused';
}
