/** The path that a request asks for, RFC 9112 §3.2. */

/** A longer one is nobody's. */
const LONGEST_PATH = 1024;

/**
 * The decoded path without its first slash, or undefined where the target can name no file of ours: another form, a query, a
 * broken escape. It is only ever looked up in a table, never joined to anything.
 */
export function requestPath(target: string): string | undefined {
  if (target.length > LONGEST_PATH) return undefined;
  // §3.2.2: a server must take the absolute form as well.
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '');
  if (!path.startsWith('/') || /[?#]/.test(path)) return undefined;
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    return undefined;
  }
}

/** A path of ours as it stands in a URL. */
export function urlPath(path: string): string {
  return `/${path.split('/').map(encodeURIComponent).join('/')}`;
}
