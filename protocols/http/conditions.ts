/**
 * Conditional requests of RFC 9110 §13, by entity tags. Done: If-Match, If-None-Match, If-Range with a strong tag. Not done:
 * dates; a file here has none, so If-Modified-Since and If-Unmodified-Since are ignored (§13.1.3, §13.1.4) and an If-Range with
 * a date never matches (§13.1.5).
 */
import { parseRange } from './range.js';
import type { RangeAnswer } from './range.js';

export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifRange?: string | undefined;
  readonly range?: string | undefined;
}

export interface Representation {
  /** Strong entity tag with its quotes; absent where none is known. */
  readonly etag?: string;
  readonly sizeBytes: number;
}

/** What is to be answered, in the order of §13.2.2. */
export type Verdict = RangeAnswer | { readonly kind: 'notModified' } | { readonly kind: 'preconditionFailed' };

/** For GET; a HEAD has no `range` (§14.2). */
export function judge({ ifMatch, ifNoneMatch, ifRange, range }: Conditions, file: Representation): Verdict {
  const { etag, sizeBytes } = file;
  // If-Match compares strongly, If-None-Match weakly (§13.1.1, §13.1.2).
  if (ifMatch !== undefined && !names(ifMatch, etag, false)) return { kind: 'preconditionFailed' };
  if (ifNoneMatch !== undefined && names(ifNoneMatch, etag, true)) return { kind: 'notModified' };
  if (ifRange !== undefined && ifRange.trim() !== etag) return { kind: 'whole' };
  return parseRange(range, sizeBytes);
}

/** Whether a list of tags names this one. `*` stands for any file that there is. */
function names(list: string, etag: string | undefined, weakly: boolean): boolean {
  if (list.trim() === '*') return true;
  if (etag === undefined) return false;
  const tags = list.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => tag === etag || (weakly && tag === `W/${etag}`));
}

/** The strong tag of a content that is known by its hash. */
export function etagOf(sha256: string | undefined): string | undefined {
  return sha256 === undefined ? undefined : `"${sha256}"`;
}
