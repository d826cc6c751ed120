/**
 * What a session sees of files: the one that its login is for, and the folders of that file's name. No name that a peer sends
 * becomes a path on disk; everything but this one name does not exist.
 */

/** The one file of a login. `sizeBytes` and what hangs on it are read anew each time: an upload grows. */
export interface SharedFile {
  /** Names separated by `/`, without one at its beginning. */
  readonly path: string;
  readonly access: 'fetch' | 'bring';
  /** Undefined: nothing is there yet. */
  readonly sizeBytes: number | undefined;
  /** Epoch ms. */
  readonly modifiedMs: number;
  /** `bring`: the longest file that is taken, bytes. */
  readonly maxBytes?: number;
}

export type Found = { readonly kind: 'file' } | { readonly kind: 'folder' } | { readonly kind: 'nothing' };

/** One row of a listing. */
export interface Entry {
  readonly name: string;
  readonly folder: boolean;
  readonly sizeBytes: number;
}

/** An absolute name, from one as typed and the folder it is relative to. `..` at the root stays there. */
export function resolveName(folder: string, name: string): string {
  const parts: string[] = [];
  for (const part of `${name.startsWith('/') ? '' : folder}/${name}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** What an absolute name is. A file to be brought is one before it is there. */
export function look(file: SharedFile, absolute: string): Found {
  const whole = `/${file.path}`;
  if (absolute === whole) return { kind: 'file' };
  return whole.startsWith(absolute === '/' ? '/' : `${absolute}/`) ? { kind: 'folder' } : { kind: 'nothing' };
}

/** What a listing of an absolute name shows; undefined where nothing is there. */
export function entriesOf(file: SharedFile, absolute: string): readonly Entry[] | undefined {
  const { kind } = look(file, absolute);
  const isThere = file.sizeBytes !== undefined;
  const size = file.sizeBytes ?? 0;
  if (kind === 'file') return isThere ? [{ name: lastOf(file.path), folder: false, sizeBytes: size }] : undefined;
  if (kind === 'nothing') return undefined;
  const below = `/${file.path}`.slice(absolute === '/' ? 1 : absolute.length + 1);
  const [name = '', ...deeper] = below.split('/');
  if (deeper.length > 0) return [{ name, folder: true, sizeBytes: 0 }];
  return isThere ? [{ name, folder: false, sizeBytes: size }] : [];
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
