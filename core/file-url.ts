/** A URL of a file at another host, as users type it: `scp://admin@192.0.2.7/images/c1700.bin`. Pure. */
import { fail } from './errors/index.js';
import type { TransferMethod } from './settings.js';

/** Methods that a URL can name. */
export const URL_METHODS = ['http', 'https', 'ftp', 'tftp', 'sftp', 'scp'] as const satisfies readonly TransferMethod[];

export type UrlMethod = (typeof URL_METHODS)[number];

export interface FileUrl {
  readonly method: UrlMethod;
  readonly host: string;
  readonly port?: number;
  readonly username?: string;
  /**
   * As the protocol names the file. HTTP: with its query. FTP and TFTP: without the slash behind the host (RFC 1738 §3.2.2,
   * RFC 3617 §3), so that two of them begin an absolute path. SFTP and SCP: absolute, or `~/` for the home folder.
   */
  readonly path: string;
  /** Last part of the path; empty where it ends in a slash. */
  readonly fileName: string;
}

/** A password in a URL: `//user:password@`. */
const PASSWORD = /(\/\/[^\s/@:]*:)[^\s/]*(?=@)/g;

/** The text with what stands for a password in URLs made `•••`. */
export function maskUrls(text: string): string {
  return text.replace(PASSWORD, '$1•••');
}

/** Whether a word is meant as a URL. */
export function isUrl(word: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(word);
}

/** Errors: TRANSFER_URL, also where a password stands in it: it would be written into the job. */
export function parseFileUrl(text: string): FileUrl {
  const url = parsed(text);
  const method = URL_METHODS.find((name) => `${name}:` === url.protocol);
  if (method === undefined) throw refused(text, `a URL begins with ${URL_METHODS.join('://, ')}://`);
  if (url.password !== '') throw refused(text, 'a password does not belong in a URL: name a secret instead');
  const path = decoded(text, pathOf(method, url));
  if (url.hostname === '' || path === '') throw refused(text, 'it needs a host and a path');
  return {
    method,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...(url.username === '' ? {} : { username: decoded(text, url.username) }),
    path: method === 'http' || method === 'https' ? url.pathname + url.search : path,
    fileName: decoded(text, url.pathname).split('/').at(-1) ?? '',
  };
}

function parsed(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw refused(text, 'it is no URL');
  }
}

function pathOf(method: UrlMethod, { pathname }: URL): string {
  if (method === 'ftp' || method === 'tftp') return pathname.slice(1);
  if (method === 'sftp' || method === 'scp') return pathname.replace(/^\/~\//, '');
  return pathname;
}

function decoded(text: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw refused(text, 'a % stands there that escapes nothing');
  }
}

function refused(text: string, reason: string): Error {
  return fail('TRANSFER_URL', { url: maskUrls(text).slice(0, 300), reason });
}
