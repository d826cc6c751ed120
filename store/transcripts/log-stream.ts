/**
 * One stream of lines: a folder of dated log files, each with its index beside it. Only the newest is appended to. Calls that
 * write are made one after the other by the owner; reads may run beside them.
 */
import { mkdir, open, readFile, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { TranscriptEntry } from '../../core/ports/transcript-store.js';
import type { Piece, PieceKind } from '../retention.js';
import {
  DAY_MS,
  compareSegments,
  dayOf,
  dayStartMs,
  parseSegmentFile,
  segmentAfter,
  segmentFile,
} from '../segment-name.js';
import type { SegmentName } from '../segment-name.js';
import { decodeIndex, encodeChunks, rangesFor } from './log-index.js';
import type { ByteRange } from './log-index.js';
import { layOut } from './log-layout.js';
import { decodeLines } from './log-line.js';
import type { LogLine } from './log-line.js';

export interface LogStreamParts {
  readonly folder: string;
  readonly kind: PieceKind;
  readonly segmentBytes: number;
}

/** Logs of other days need not be looked at; epoch ms. */
export interface DaySpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface StreamQuery {
  readonly key: string;
  readonly sinceMs?: number;
  readonly days?: DaySpan;
  /** The newest so many. */
  readonly limit?: number;
}

interface Segment {
  readonly name: SegmentName;
  logBytes: number;
  indexBytes: number;
  fromMs: number;
  toMs: number;
  /** The last line is torn: what comes next starts on a new one. */
  isTorn: boolean;
}

export class LogStream {
  readonly #parts: LogStreamParts;
  #segments: Segment[] = [];
  #loading: Promise<void> | undefined;
  readonly #unsynced = new Set<string>();

  constructor(parts: LogStreamParts) {
    this.#parts = parts;
  }

  /** Appends and indexes lines of one day; returns the bytes written. On an error the log is as before. */
  async write(lines: readonly LogLine[]): Promise<number> {
    await this.#load();
    const segment = this.#writable(lines[0]?.entry.atMs ?? 0);
    const start = segment.isTorn ? '\n' : '';
    const { text, chunks } = layOut(lines, segment.logBytes + start.length);
    const index = encodeChunks(chunks);
    const log = Buffer.concat([Buffer.from(start), text]);
    await this.#append(this.#logFile(segment), log, segment.logBytes);
    segment.isTorn = false;
    segment.logBytes += log.length;
    for (const { firstMs, lastMs } of chunks) {
      segment.fromMs = Math.min(segment.fromMs, firstMs);
      segment.toMs = Math.max(segment.toMs, lastMs);
    }
    await this.#addIndex(segment, index);
    return log.length + index.length;
  }

  /** Resolves when everything written is on disk. */
  async sync(): Promise<void> {
    for (const file of [...this.#unsynced]) {
      const handle = await open(file, 'r+');
      try {
        await handle.datasync();
      } finally {
        await handle.close();
      }
      this.#unsynced.delete(file);
    }
  }

  /** In the order in which they were written; reads backwards and no more than needed. */
  async read(query: StreamQuery): Promise<TranscriptEntry[]> {
    await this.#load();
    const firstMs = Math.max(query.sinceMs ?? 0, query.days?.fromMs ?? 0);
    const limit = query.limit ?? Infinity;
    const found: TranscriptEntry[][] = [];
    let count = 0;
    for (const segment of [...this.#segments].reverse()) {
      const dayMs = dayStartMs(segment.name.day);
      if (dayMs + DAY_MS <= firstMs || count >= limit) break;
      if (dayMs > (query.days?.toMs ?? Infinity)) continue;
      const entries = await this.#readSegment(segment, query, limit - count);
      found.push(entries);
      count += entries.length;
    }
    return found.reverse().flat();
  }

  async pieces(): Promise<readonly Piece[]> {
    await this.#load();
    return this.#segments.map(({ name, fromMs, toMs, logBytes, indexBytes }) => ({
      kind: this.#parts.kind,
      name: join(this.#parts.folder, segmentFile(name, 'log')),
      fromMs,
      toMs,
      bytes: logBytes + indexBytes,
    }));
  }

  /** The keys that a piece holds lines of. */
  async keysOf(piece: Piece): Promise<ReadonlySet<string>> {
    return new Set(decodeIndex(await textOf(indexOf(piece.name))).map((chunk) => chunk.key));
  }

  async drop(piece: Piece): Promise<void> {
    this.#segments = this.#segments.filter((segment) => this.#logFile(segment) !== piece.name);
    for (const file of [indexOf(piece.name), piece.name]) {
      this.#unsynced.delete(file);
      await rm(file, { force: true });
    }
  }

  async #readSegment(segment: Segment, query: StreamQuery, limit: number): Promise<TranscriptEntry[]> {
    const chunks = decodeIndex(await textOf(this.#indexFile(segment)));
    const ranges = rangesFor(chunks, segment.logBytes, query).reverse();
    const found: TranscriptEntry[][] = [];
    let count = 0;
    for (const range of ranges) {
      if (count >= limit) break;
      const text = await readRange(this.#logFile(segment), range);
      const entries = decodeLines(text, query.key).filter((entry) => entry.atMs >= (query.sinceMs ?? -Infinity));
      const wanted = entries.slice(-(limit - count));
      found.push(wanted);
      count += wanted.length;
    }
    return found.reverse().flat();
  }

  #writable(atMs: number): Segment {
    const day = dayOf(atMs);
    const last = this.#segments.at(-1);
    if (last && last.name.day >= day && last.logBytes + last.indexBytes < this.#parts.segmentBytes) return last;
    const name = segmentAfter(last?.name, day);
    const segment: Segment = { name, logBytes: 0, indexBytes: 0, fromMs: atMs, toMs: atMs, isTorn: false };
    this.#segments.push(segment);
    return segment;
  }

  /** The lines are stored by now; where their index does not fit any more they are found without it. */
  async #addIndex(segment: Segment, index: string): Promise<void> {
    try {
      await this.#append(this.#indexFile(segment), Buffer.from(index), segment.indexBytes);
      segment.indexBytes += Buffer.byteLength(index);
    } catch {
      this.#unsynced.delete(this.#indexFile(segment));
    }
  }

  async #append(file: string, bytes: Uint8Array, sizeBytes: number): Promise<void> {
    if (sizeBytes === 0) await mkdir(this.#parts.folder, { recursive: true });
    this.#unsynced.add(file);
    try {
      const handle = await open(file, 'a');
      try {
        await handle.appendFile(bytes);
      } finally {
        await handle.close();
      }
    } catch (error) {
      // What a full disk took of it must not stay: the offsets of the index count from here.
      await truncate(file, sizeBytes).catch(() => undefined);
      throw error;
    }
  }

  #load(): Promise<void> {
    this.#loading ??= this.#readFolder().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #readFolder(): Promise<void> {
    const files = await readdir(this.#parts.folder).catch(() => []);
    const names = files.flatMap((file) => parseSegmentFile(file, 'log') ?? []).sort(compareSegments);
    this.#segments = await Promise.all(names.map((name) => this.#measure(name)));
  }

  async #measure(name: SegmentName): Promise<Segment> {
    const file = join(this.#parts.folder, segmentFile(name, 'log'));
    const logBytes = await sizeOf(file);
    const indexBytes = await sizeOf(indexOf(file));
    const isTorn = logBytes > 0 && (await readRange(file, { offset: logBytes - 1, length: 1 })) !== '\n';
    const fromMs = dayStartMs(name.day);
    return { name, logBytes, indexBytes, fromMs, toMs: fromMs + DAY_MS - 1, isTorn };
  }

  #logFile(segment: Segment): string {
    return join(this.#parts.folder, segmentFile(segment.name, 'log'));
  }

  #indexFile(segment: Segment): string {
    return indexOf(this.#logFile(segment));
  }
}

function indexOf(logFile: string): string {
  return logFile.replace(/\.log$/, '.idx');
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (found) => found.size,
    () => 0,
  );
}

/** Empty where retention has dropped the file meanwhile. */
async function readRange(file: string, { offset, length }: ByteRange): Promise<string> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return '';
  try {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await handle.read(bytes, 0, length, offset);
    return bytes.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
