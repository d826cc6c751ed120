/**
 * Byte ranges of RFC 9110 §14. Done: one range and several, first-last, open end, suffix, `Content-Range` of answers.
 * Not done: units other than bytes (§14.1: ignored, as for a server that does not know them).
 */

/** Part of a file, bytes. `endOffset` is the first byte that is not meant. */
export interface ByteRange {
  readonly offset: number;
  readonly endOffset: number;
}

export type RangeAnswer =
  /** No range, or one that is to be ignored (§14.2): the whole file. */
  | { readonly kind: 'whole' }
  | { readonly kind: 'ranges'; readonly ranges: readonly ByteRange[] }
  /** 416 (§15.5.17). */
  | { readonly kind: 'unsatisfiable' };

/** More ranges than a resuming client has any use for are an attack (§17.15): the header is ignored. */
const MOST_RANGES = 8;
/** `first-last`, `first-`, `-suffix`. Longer numbers than a file can have are no range. */
const SPEC = /^(\d{0,15})-(\d{0,15})$/;

/** `header`: the value of `Range`. Ranges that overlap or go backwards are ignored, as §14.2 allows. */
export function parseRange(header: string | undefined, sizeBytes: number): RangeAnswer {
  const set = /^bytes=(.*)$/i.exec(header ?? '')?.[1];
  if (set === undefined) return { kind: 'whole' };
  const specs = set.split(',').map((spec) => SPEC.exec(spec.trim()));
  if (specs.length > MOST_RANGES) return { kind: 'whole' };
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const range = spec === null ? undefined : rangeOf(spec[1] ?? '', spec[2] ?? '', sizeBytes);
    if (range === undefined) return { kind: 'whole' };
    if (range.offset < range.endOffset) ranges.push(range);
  }
  if (ranges.length === 0) return { kind: 'unsatisfiable' };
  const apart = ranges.every((range, i) => i === 0 || range.offset >= (ranges[i - 1]?.endOffset ?? 0));
  return apart ? { kind: 'ranges', ranges } : { kind: 'whole' };
}

/** An empty range is one that the file does not reach; undefined is no range at all. */
function rangeOf(first: string, last: string, sizeBytes: number): ByteRange | undefined {
  if (first === '') {
    return last === '' ? undefined : { offset: Math.max(0, sizeBytes - Number(last)), endOffset: sizeBytes };
  }
  if (last !== '' && Number(last) < Number(first)) return undefined;
  const endOffset = last === '' ? sizeBytes : Math.min(sizeBytes, Number(last) + 1);
  return { offset: Number(first), endOffset };
}

/** `Content-Range` of a 206. */
export function contentRange({ offset, endOffset }: ByteRange, sizeBytes: number): string {
  return `bytes ${offset}-${endOffset - 1}/${sizeBytes}`;
}

/** What a `Content-Range` says; `sizeBytes` is absent where the length is `*`. Undefined: it says nothing that makes sense. */
export function parseContentRange(
  header: string | undefined,
): (ByteRange & { readonly sizeBytes?: number }) | undefined {
  const [, first, last, size] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || size === undefined) return undefined;
  const range = { offset: Number(first), endOffset: Number(last) + 1 };
  if (range.endOffset <= range.offset) return undefined;
  if (size === '*') return range;
  return range.endOffset > Number(size) ? undefined : { ...range, sizeBytes: Number(size) };
}
