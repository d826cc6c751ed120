/** How OS files of a port rotate (vendors §1.2): current → previous → archive 1 … archive 20. Pure. */
import { MAX_ARCHIVES } from '../../core/image.js';
import type { ImageVersion } from '../../core/image.js';

/** Rotated versions, newest first. */
export const ROTATED: readonly ImageVersion[] = [
  'current',
  'previous',
  ...Array.from({ length: MAX_ARCHIVES }, (_, index) => `archive ${String(index + 1)}`),
];

/** Whether this is a user's own name. */
export function isNamed(version: ImageVersion): boolean {
  return version !== 'candidate' && version !== 'archive' && !ROTATED.includes(version);
}

/**
 * The rotated versions after `newest` became current. Each moves down by one, as far as the first empty place; what moves
 * past the last archive is gone. Where `from` is a rotated version itself, its place is empty first. `into`: the version that
 * `newest` becomes, where it is not `current`.
 */
export function rotate<T>(
  before: ReadonlyMap<ImageVersion, T>,
  newest: T,
  { from, into = 'current' }: { readonly from?: ImageVersion | undefined; readonly into?: ImageVersion } = {},
): ReadonlyMap<ImageVersion, T> {
  const after = new Map([...before].filter(([version]) => version !== from));
  let carried: T | undefined = newest;
  for (const version of ROTATED.slice(ROTATED.indexOf(into))) {
    if (carried === undefined) break;
    const displaced = after.get(version);
    after.set(version, carried);
    carried = displaced;
  }
  return after;
}
