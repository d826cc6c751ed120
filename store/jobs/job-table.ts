/** Jobs, their journal and the events they owe, in jobs.db. Runs in the store's thread. */
import type { Database, Statement } from 'better-sqlite3';
import type { Event } from '../../core/event.js';
import { fail } from '../../core/errors/index.js';
import type { JobRecord, StepRecord } from '../../core/job.js';
import type { JobChange, JobFilter } from '../../core/ports/job-store.js';
import { applyChange } from './apply-change.js';

interface RecordRow {
  readonly record: string;
}

export interface OpenJob {
  readonly id: string;
  readonly portId: string;
  readonly createdAtMs: number;
}

export interface OwedEvent {
  readonly key: number;
  readonly event: Event;
}

export class JobTable {
  /** Methods that write: they go into a group commit. */
  static readonly writes: readonly string[] = ['create', 'change', 'settled', 'forgetEndedBefore'];
  readonly #database: Database;
  readonly #insert: Statement;
  readonly #update: Statement;
  readonly #one: Statement<[string], RecordRow>;
  readonly #addStep: Statement;
  readonly #owe: Statement;

  constructor(database: Database) {
    this.#database = database;
    this.#insert = database.prepare(
      `INSERT INTO jobs (id, port_id, state, created_at_ms, ended_at_ms, record) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO NOTHING`,
    );
    this.#update = database.prepare('UPDATE jobs SET state = ?, ended_at_ms = ?, record = ? WHERE id = ?');
    this.#one = database.prepare('SELECT record FROM jobs WHERE id = ?');
    this.#addStep = database.prepare('INSERT INTO steps (job_id, seq, record) VALUES (?, ?, ?)');
    this.#owe = database.prepare('INSERT INTO outbox (event) VALUES (?)');
  }

  create(job: JobRecord, events: readonly Event[]): { readonly job: JobRecord; readonly created: boolean } {
    const created = this.#add(job);
    if (created) this.#oweAll(events);
    return { job: created ? job : this.#must(job.id), created };
  }

  change(change: JobChange): JobRecord {
    const job = applyChange(this.#must(change.jobId), change);
    this.#update.run(job.state, job.endedAtMs ?? null, JSON.stringify(job), job.id);
    if (change.journal) this.#addStep.run(job.id, change.journal.seq, JSON.stringify(change.journal));
    if (change.successor) this.#add(change.successor);
    this.#oweAll(change.events);
    return job;
  }

  get(jobId: string): JobRecord | undefined {
    const row = this.#one.get(jobId);
    return row && toJob(row);
  }

  list(filter: JobFilter): readonly JobRecord[] {
    const where: string[] = [];
    const values: (string | number)[] = [];
    if (filter.portId !== undefined) {
      where.push('port_id = ?');
      values.push(filter.portId);
    }
    if (filter.states) {
      where.push(`state IN (${filter.states.map(() => '?').join(', ')})`);
      values.push(...filter.states);
    }
    const condition = where.length > 0 ? `WHERE ${where.join(' AND ')}` : '';
    const sql = `SELECT record FROM jobs ${condition} ORDER BY n DESC LIMIT ?`;
    return this.#database
      .prepare<unknown[], RecordRow>(sql)
      .all(...values, filter.limit)
      .map(toJob);
  }

  unfinished(): readonly JobRecord[] {
    const sql = `SELECT record FROM jobs WHERE state <> 'ended' ORDER BY n`;
    return this.#database.prepare<[], RecordRow>(sql).all().map(toJob);
  }

  steps(jobId: string): readonly StepRecord[] {
    return this.#database
      .prepare<[string], RecordRow>('SELECT record FROM steps WHERE job_id = ? ORDER BY seq')
      .all(jobId)
      .map((row) => JSON.parse(row.record) as StepRecord);
  }

  owed(limit: number): readonly OwedEvent[] {
    return this.#database
      .prepare<[number], { key: number; event: string }>('SELECT key, event FROM outbox ORDER BY key LIMIT ?')
      .all(limit)
      .map((row) => ({ key: row.key, event: JSON.parse(row.event) as Event }));
  }

  settled(throughKey: number): void {
    this.#database.prepare('DELETE FROM outbox WHERE key <= ?').run(throughKey);
  }

  /** What retention must not touch. */
  open(): readonly OpenJob[] {
    return this.#database
      .prepare<[], OpenJob>(
        `SELECT id, port_id AS portId, created_at_ms AS createdAtMs FROM jobs WHERE state <> 'ended' ORDER BY n`,
      )
      .all();
  }

  /** Drops jobs whose transcripts have reached their age too. */
  forgetEndedBefore(timeMs: number): void {
    this.#database.prepare(`DELETE FROM jobs WHERE state = 'ended' AND ended_at_ms < ?`).run(timeMs);
  }

  #add(job: JobRecord): boolean {
    const { id, portId, state, createdAtMs, endedAtMs } = job;
    return this.#insert.run(id, portId, state, createdAtMs, endedAtMs ?? null, JSON.stringify(job)).changes > 0;
  }

  #must(jobId: string): JobRecord {
    const job = this.get(jobId);
    if (!job) throw fail('JOB_UNKNOWN', { job: jobId });
    return job;
  }

  #oweAll(events: readonly Event[]): void {
    for (const event of events) this.#owe.run(JSON.stringify(event));
  }
}

function toJob(row: RecordRow): JobRecord {
  return JSON.parse(row.record) as JobRecord;
}
