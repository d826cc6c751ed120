/** One segment: a database of events and decisions. Runs in the store's thread. */
import { rmSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Database, Statement } from 'better-sqlite3';
import type { Decision } from '../../core/decision.js';
import { fail } from '../../core/errors/index.js';
import type { Event } from '../../core/event.js';
import type { EventFilter, StoredEvent } from '../../core/ports/event-store.js';
import { eventsMigrations } from '../migrations/index.js';
import { openDatabase } from '../worker/database.js';

/** An event as the main loop hands it over: its JSON is made there, once. */
export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly portId?: string;
  /** RFC 3339. */
  readonly time: string;
  readonly arrivedMs: number;
  readonly json: string;
}

export interface DecisionFilter {
  readonly rule?: string;
  readonly eventId?: string;
  readonly limit: number;
}

interface SeqRow {
  readonly seq: number;
}

interface StoredRow extends SeqRow {
  readonly event: string;
}

export interface SegmentMeta {
  readonly firstSeq: number;
  readonly openedAtMs: number;
}

/** SQLite reads RFC 3339 itself; a time that it cannot read becomes the time of arrival. */
const INSERT_EVENT = `
INSERT INTO events (seq, id, type, port_id, at_ms, event)
VALUES (coalesce((SELECT max(seq) + 1 FROM events), :firstSeq), :id, :type, :portId,
  coalesce(CAST(round(unixepoch(:time, 'subsec') * 1000) AS INTEGER), :arrivedMs), :json)
ON CONFLICT (id) DO NOTHING RETURNING seq`;

export class EventSegment {
  readonly database: Database;
  readonly meta: SegmentMeta;
  readonly #insert: Statement<[Record<string, string | number | null>], SeqRow>;
  readonly #find: Statement<[string], SeqRow>;
  readonly #insertDecision: Statement<[string, string, string, string]>;

  /** `whenNew` only for a segment that is to be made. Errors: STORE_NEWER, STORE_DAMAGED, and SQLite's own. */
  constructor(file: string, options: { readonly isChecked: boolean; readonly whenNew?: SegmentMeta }) {
    this.database = openDatabase({ file, migrations: eventsMigrations, isChecked: options.isChecked });
    const found = this.database
      .prepare<[], SegmentMeta>('SELECT first_seq AS firstSeq, opened_at_ms AS openedAtMs FROM meta')
      .get();
    const meta = found ?? options.whenNew;
    if (!meta) {
      this.database.close();
      throw fail('STORE_DAMAGED', { file: basename(file), reason: 'it was never finished' });
    }
    if (!found) this.database.prepare('INSERT INTO meta VALUES (?, ?)').run(meta.firstSeq, meta.openedAtMs);
    this.meta = meta;
    this.#insert = this.database.prepare(INSERT_EVENT);
    this.#find = this.database.prepare('SELECT seq FROM events WHERE id = ?');
    this.#insertDecision = this.database.prepare(
      'INSERT INTO decisions (id, rule, event_id, decision) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
    );
  }

  /** Next seq of this segment. */
  nextSeq(): number {
    const row = this.database.prepare<[], { last: number | null }>('SELECT max(seq) AS last FROM events').get();
    return row?.last == null ? this.meta.firstSeq : row.last + 1;
  }

  /** The seq it got, or undefined where the id is here already. */
  insert(row: EventRow): number | undefined {
    const { id, type, time, arrivedMs, json } = row;
    const { firstSeq } = this.meta;
    return this.#insert.get({ firstSeq, id, type, portId: row.portId ?? null, time, arrivedMs, json })?.seq;
  }

  seqOf(id: string): number | undefined {
    return this.#find.get(id)?.seq;
  }

  insertDecision(decision: Decision): void {
    this.#insertDecision.run(decision.id, decision.rule, decision.eventId, JSON.stringify(decision));
  }

  after(seq: number, limit: number): readonly StoredEvent[] {
    return this.database
      .prepare<[number, number], StoredRow>('SELECT seq, event FROM events WHERE seq > ? ORDER BY seq LIMIT ?')
      .all(seq, limit)
      .map(toStored);
  }

  newest(filter: EventFilter): readonly StoredEvent[] {
    const { id, type, portId, sinceMs, limit } = filter;
    const { condition, values } = conditionOf([
      ['id = ?', id],
      ['type = ?', type],
      ['port_id = ?', portId],
      ['at_ms >= ?', sinceMs],
    ]);
    return this.database
      .prepare<unknown[], StoredRow>(`SELECT seq, event FROM events ${condition} ORDER BY seq DESC LIMIT ?`)
      .all(...values, limit)
      .map(toStored);
  }

  newestDecisions(filter: DecisionFilter): readonly Decision[] {
    const { condition, values } = conditionOf([
      ['rule = ?', filter.rule],
      ['event_id = ?', filter.eventId],
    ]);
    return this.database
      .prepare<unknown[], { decision: string }>(`SELECT decision FROM decisions ${condition} ORDER BY n DESC LIMIT ?`)
      .all(...values, filter.limit)
      .map((row) => JSON.parse(row.decision) as Decision);
  }

  /** Folds the write-ahead log back, so that the file alone is the segment. */
  settle(): void {
    this.database.pragma('wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    this.database.close();
  }
}

/** Bytes on disk, with the write-ahead log. */
export function segmentBytes(file: string): number {
  return [file, `${file}-wal`].reduce((sum, part) => sum + (statSync(part, { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** Takes a segment off the disk; the database itself last, so that a crash in between leaves no log without one. */
export function removeSegment(file: string): void {
  for (const part of [`${file}-wal`, `${file}-shm`, file]) rmSync(part, { force: true });
}

function conditionOf(parts: readonly (readonly [string, string | number | undefined])[]): {
  readonly condition: string;
  readonly values: readonly (string | number)[];
} {
  const given = parts.filter((part): part is readonly [string, string | number] => part[1] !== undefined);
  const condition = given.length > 0 ? `WHERE ${given.map(([sql]) => sql).join(' AND ')}` : '';
  return { condition, values: given.map(([, value]) => value) };
}

function toStored(row: StoredRow): StoredEvent {
  return { seq: row.seq, event: JSON.parse(row.event) as Event };
}
