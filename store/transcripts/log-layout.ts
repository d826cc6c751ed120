/** How lines that are written together are laid out: those of one key side by side, in chunks that are not too long. */
import { dayOf } from '../segment-name.js';
import type { Chunk } from './log-index.js';
import { encodeLine } from './log-line.js';
import type { LogLine } from './log-line.js';

/** Longest chunk of one key, bytes: the least that a read of its newest lines costs. */
const CHUNK_BYTES = 64 * 1024;

/** Text that is written at once, at most: a long wait for the disk must not end in one huge file. */
const BATCH_CHARS = 1024 * 1024;

export interface Layout {
  readonly text: Buffer;
  readonly chunks: readonly Chunk[];
}

interface Growing {
  readonly times: number[];
  readonly texts: Buffer[];
  bytes: number;
}

/** `offset`: where in the log the text will start. */
export function layOut(lines: readonly LogLine[], offset: number): Layout {
  const texts: Buffer[] = [];
  const chunks: Chunk[] = [];
  let at = offset;
  for (const [key, own] of groupByKey(lines)) {
    for (const part of cut(own)) {
      const text = Buffer.concat(part.texts);
      chunks.push({ offset: at, length: text.length, firstMs: least(part.times), lastMs: most(part.times), key });
      texts.push(text);
      at += text.length;
    }
  }
  return { text: Buffer.concat(texts), chunks };
}

/** Lines in batches of one day and a bounded size; a day never goes back (see `segmentAfter`). */
export function batchesOf(lines: readonly LogLine[]): readonly (readonly LogLine[])[] {
  const batches: LogLine[][] = [];
  let day = '';
  let chars = 0;
  for (const line of lines) {
    const lineDay = dayOf(line.entry.atMs);
    if (lineDay > day || chars >= BATCH_CHARS) {
      batches.push([]);
      day = lineDay > day ? lineDay : day;
      chars = 0;
    }
    batches.at(-1)?.push(line);
    chars += line.entry.text.length;
  }
  return batches;
}

function groupByKey(lines: readonly LogLine[]): ReadonlyMap<string, readonly LogLine[]> {
  const groups = new Map<string, LogLine[]>();
  for (const line of lines) {
    const group = groups.get(line.key);
    if (group) group.push(line);
    else groups.set(line.key, [line]);
  }
  return groups;
}

function cut(lines: readonly LogLine[]): readonly Growing[] {
  const parts: Growing[] = [];
  for (const line of lines) {
    const text = Buffer.from(encodeLine(line));
    let last = parts.at(-1);
    if (!last || last.bytes + text.length > CHUNK_BYTES) {
      last = { times: [], texts: [], bytes: 0 };
      parts.push(last);
    }
    last.times.push(line.entry.atMs);
    last.texts.push(text);
    last.bytes += text.length;
  }
  return parts;
}

function least(times: readonly number[]): number {
  return times.reduce((a, b) => Math.min(a, b), Infinity);
}

function most(times: readonly number[]): number {
  return times.reduce((a, b) => Math.max(a, b), -Infinity);
}
