/** All segments of a node, oldest to newest; only the newest is written. Runs in the store's thread. */
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { Decision } from '../../core/decision.js';
import { codeOf, fail } from '../../core/errors/index.js';
import type { EventFilter, StoredEvent } from '../../core/ports/event-store.js';
import type { Piece } from '../retention.js';
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
import { EventSegment, removeSegment, segmentBytes } from './event-segment.js';
import type { DecisionFilter, EventRow, SegmentMeta } from './event-segment.js';

/** Older segments in which an id is looked for: the same event comes twice within seconds (a crash between two stores). */
const RECENT_SEGMENTS = 2;
/** Older segments kept open for readers. */
const OPEN_LIMIT = 8;
/** A segment whose last seq can no longer be read is followed at this distance: more than any segment holds. */
const SEQ_GAP = 1_000_000_000;

export interface EventSegmentsParts {
  readonly folder: string;
  readonly segmentBytes: number;
}

export class EventSegments {
  /** Methods that write: they go into a group commit. */
  static readonly writes: readonly string[] = ['append', 'appendDecision'];
  readonly #parts: EventSegmentsParts;
  #names: SegmentName[] = [];
  readonly #open = new Map<string, EventSegment>();
  readonly #meta = new Map<string, SegmentMeta>();
  /** Bytes of segments that are no longer written. */
  readonly #bytes = new Map<string, number>();
  /** First seq of the segment that is opened next. */
  #firstSeq = 1;
  #lastIsLost = false;

  constructor(parts: EventSegmentsParts) {
    this.#parts = parts;
  }

  /** Finds the segments; a damaged newest one is set aside. Returns what the log must say. Errors: STORE_NEWER. */
  start(): readonly string[] {
    mkdirSync(this.#parts.folder, { recursive: true });
    this.#names = readdirSync(this.#parts.folder)
      .flatMap((file) => parseSegmentFile(file, 'db') ?? [])
      .sort(compareSegments);
    const warnings: string[] = [];
    for (let last = this.#names.at(-1); last; last = this.#names.at(-1)) {
      try {
        this.#firstSeq += this.#segment(last, true).nextSeq() - 1;
        break;
      } catch (error) {
        if (codeOf(error) !== 'STORE_DAMAGED') throw error;
        warnings.push(this.#setAside(last, error));
      }
    }
    return warnings;
  }

  /** The connection that is written now; opens the next segment when the day or the size says so. */
  connection(atMs: number): Database {
    const day = dayOf(atMs);
    const last = this.#names.at(-1);
    if (last) {
      const isFull = segmentBytes(this.#file(last)) >= this.#parts.segmentBytes;
      if (last.day >= day && !isFull && !this.#lastIsLost) return this.#segment(last).database;
      this.#finish(last);
    }
    const name = segmentAfter(last, day);
    const whenNew = { firstSeq: this.#firstSeq, openedAtMs: atMs };
    const segment = new EventSegment(this.#file(name), { isChecked: false, whenNew });
    this.#lastIsLost = false;
    this.#names.push(name);
    this.#open.set(segmentFile(name, 'db'), segment);
    return segment.database;
  }

  append(row: EventRow): { readonly seq: number; readonly isNew: boolean } {
    const recent = this.#names.slice(-1 - RECENT_SEGMENTS).map((name) => this.#segment(name));
    for (const segment of recent) {
      const seq = segment.seqOf(row.id);
      if (seq !== undefined) return { seq, isNew: false };
    }
    const seq = recent.at(-1)?.insert(row);
    if (seq === undefined) throw fail('STORE_FAILED', { reason: `event ${row.id} was not inserted` });
    return { seq, isNew: true };
  }

  appendDecision(decision: Decision): void {
    const last = this.#names.at(-1);
    if (last) this.#segment(last).insertDecision(decision);
  }

  readAfter(seq: number, limit: number): readonly StoredEvent[] {
    let from = this.#names.length - 1;
    while (from > 0 && this.#metaAt(from).firstSeq > seq + 1) from -= 1;
    const found: StoredEvent[] = [];
    for (let index = Math.max(from, 0); index < this.#names.length && found.length < limit; index += 1) {
      found.push(...this.#at(index).after(seq, limit - found.length));
    }
    return found;
  }

  list(filter: EventFilter): readonly StoredEvent[] {
    const found: StoredEvent[] = [];
    for (let index = this.#names.length - 1; index >= 0 && found.length < filter.limit; index -= 1) {
      const segment = this.#at(index);
      found.push(...segment.newest({ ...filter, limit: filter.limit - found.length }));
      if (filter.sinceMs !== undefined && segment.meta.openedAtMs < filter.sinceMs) break;
    }
    return found;
  }

  decisions(filter: DecisionFilter): readonly Decision[] {
    const found: Decision[] = [];
    for (let index = this.#names.length - 1; index >= 0 && found.length < filter.limit; index -= 1) {
      found.push(...this.#at(index).newestDecisions({ ...filter, limit: filter.limit - found.length }));
    }
    return found;
  }

  /** For retention: what each segment holds, oldest first. The newest is never dropped. */
  pieces(nowMs: number): readonly Piece[] {
    return this.#names.map((name, index): Piece => {
      const isLast = index === this.#names.length - 1;
      return {
        kind: 'events',
        name: segmentFile(name, 'db'),
        fromMs: this.#metaAt(index).openedAtMs,
        toMs: isLast ? nowMs : Math.min(this.#metaAt(index + 1).openedAtMs, dayStartMs(name.day) + DAY_MS),
        bytes: isLast ? segmentBytes(this.#file(name)) : this.#closedBytes(name),
        isFixed: isLast,
      };
    });
  }

  drop(file: string): void {
    const index = this.#names.findIndex((name) => segmentFile(name, 'db') === file);
    const name = this.#names[index];
    if (!name || index === this.#names.length - 1) return;
    this.#close(file);
    removeSegment(this.#file(name));
    this.#names.splice(index, 1);
    this.#bytes.delete(file);
    this.#meta.delete(file);
  }

  stop(): void {
    for (const file of [...this.#open.keys()]) this.#close(file);
  }

  #finish(last: SegmentName): void {
    const segment = this.#segment(last);
    segment.settle();
    this.#firstSeq = Math.max(this.#firstSeq, segment.nextSeq());
    this.#bytes.set(segmentFile(last, 'db'), segmentBytes(this.#file(last)));
  }

  #setAside(name: SegmentName, error: unknown): string {
    const file = this.#file(name);
    this.#close(segmentFile(name, 'db'));
    renameSync(file, `${file}.damaged`);
    removeSegment(file);
    this.#names.pop();
    this.#firstSeq += SEQ_GAP;
    this.#lastIsLost = true;
    return `event segment ${segmentFile(name, 'db')} is damaged and set aside: ${String(error)}`;
  }

  #closedBytes(name: SegmentName): number {
    const known = this.#bytes.get(segmentFile(name, 'db'));
    if (known !== undefined) return known;
    const bytes = segmentBytes(this.#file(name));
    this.#bytes.set(segmentFile(name, 'db'), bytes);
    return bytes;
  }

  #at(index: number): EventSegment {
    const name = this.#names[index];
    if (!name) throw fail('STORE_FAILED', { reason: `there is no event segment ${String(index)}` });
    return this.#segment(name);
  }

  /** Known without opening the segment again. */
  #metaAt(index: number): SegmentMeta {
    const name = this.#names[index];
    return (name && this.#meta.get(segmentFile(name, 'db'))) ?? this.#at(index).meta;
  }

  /** Open segments in the order of their last use; the oldest in use is closed for a new one, never the written one. */
  #segment(name: SegmentName, isChecked = false): EventSegment {
    const file = segmentFile(name, 'db');
    const known = this.#open.get(file);
    const segment = known ?? new EventSegment(this.#file(name), { isChecked });
    this.#meta.set(file, segment.meta);
    this.#open.delete(file);
    this.#open.set(file, segment);
    const last = this.#names.at(-1);
    for (const other of this.#open.keys()) {
      if (this.#open.size <= OPEN_LIMIT) break;
      if (other !== file && (!last || other !== segmentFile(last, 'db'))) this.#close(other);
    }
    return segment;
  }

  #close(file: string): void {
    this.#open.get(file)?.close();
    this.#open.delete(file);
  }

  #file(name: SegmentName): string {
    return join(this.#parts.folder, segmentFile(name, 'db'));
  }
}
