/** What the words of `copy` mean: SRC and DST are words, not one string. Pure. */
import { CONFIG_TYPES } from '../../core/config.js';
import { isUrl } from '../../core/file-url.js';
import { UsageError } from '../cli.js';

/** `c1700.bin`, `https://…`, or `1/1 os candidate`. */
export type CopyEnd =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'stored'; readonly port: string; readonly type: StoredType; readonly version: string };

const TYPES = ['os', ...CONFIG_TYPES] as const;
type StoredType = (typeof TYPES)[number];

const EXPECTED =
  'Expected SRC DST, each a file, a URL, or PORT TYPE VERSION, such as: copy ./c1700.bin 1/1 os candidate';

/** Errors: UsageError. */
export function copyEnds(words: readonly string[]): { readonly source: CopyEnd; readonly target: CopyEnd } {
  const [source, behind] = end(words);
  const [target, rest] = end(behind);
  if (rest.length > 0) throw new UsageError(EXPECTED);
  return { source, target };
}

function end([first, second, version, number, ...rest]: readonly string[]): readonly [CopyEnd, readonly string[]] {
  if (first === undefined) throw new UsageError(EXPECTED);
  const behind = [second, version, number, ...rest].filter((word) => word !== undefined);
  if (isUrl(first)) return [{ kind: 'url', url: first }, behind];
  const type = TYPES.find((name) => name === second);
  if (type === undefined) return [{ kind: 'file', path: first }, behind];
  if (version === undefined) throw new UsageError(EXPECTED);
  // `archive 3` is two words, unless the shell was told to make it one.
  const isNumbered = version === 'archive' && /^\d{1,2}$/.test(number ?? '');
  if (isNumbered) return [{ kind: 'stored', port: first, type, version: `archive ${number ?? ''}` }, rest];
  return [{ kind: 'stored', port: first, type, version }, behind.slice(2)];
}
