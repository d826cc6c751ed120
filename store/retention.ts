/**
 * What is kept, and how long: each kind by age, and all of it by size, oldest first. jobs.db and images do not count.
 * What an open job refers to stays, whatever its age: each store knows best which of its pieces those are.
 */
import type { Log } from '../core/ports/log.js';
import type { OpenJob } from './jobs/job-table.js';

export type PieceKind = 'events' | 'consoleLogs' | 'transcripts';

/** The smallest thing that is dropped: one segment. */
export interface Piece {
  readonly kind: PieceKind;
  /** Unique within its store. */
  readonly name: string;
  /** First and last moment in it, epoch ms. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly bytes: number;
  /** Being written, in a store that cannot drop what it writes. */
  readonly isFixed?: boolean;
}

/** A store that retention thins out. */
export interface RetentionPart {
  pieces(nowMs: number): Promise<readonly Piece[]>;
  /** Whether an open job refers to it. */
  isNeeded(piece: Piece, openJobs: readonly OpenJob[]): Promise<boolean>;
  drop(piece: Piece): Promise<void>;
}

/** Ages in ms; `maxBytes` bounds all three kinds together. */
export interface RetentionSettings {
  readonly eventsMs: number;
  readonly consoleLogsMs: number;
  readonly transcriptsMs: number;
  readonly maxBytes: number;
}

export interface RetentionParts {
  readonly settings: RetentionSettings;
  readonly stores: readonly RetentionPart[];
  readonly log: Log;
  openJobs(): Promise<readonly OpenJob[]>;
  nowMs(): number;
}

/** What happened this long around the moment when a job was made belongs to it, ms: what fired it, and the decision. */
export const REFERRED_MARGIN_MS = 600_000;

/** Share of `maxBytes` after which the sizes are looked at again. */
const STEP = 1 / 50;
/** Unseen share at which writers wait for the look: with the step it keeps the folder under 110 %. */
const PRESSURE = 1 / 25;

export class Retention {
  readonly #parts: RetentionParts;
  #unseenBytes = 0;
  #running: Promise<void> | undefined;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** Counts what is written. Where it answers with a promise, the writer waits for it before it writes more. */
  noteWritten(bytes: number): Promise<void> | undefined {
    this.#unseenBytes += bytes;
    const { maxBytes } = this.#parts.settings;
    if (this.#unseenBytes >= maxBytes * STEP) this.#running ??= this.#quietly();
    return this.#unseenBytes >= maxBytes * PRESSURE ? this.#running : undefined;
  }

  /** Drops what is too old or too much. Errors: STORE_FAILED, STORE_CLOSED. */
  async enforce(nowMs: number): Promise<void> {
    this.#unseenBytes = 0;
    const { stores, settings } = this.#parts;
    const openJobs = await this.#parts.openJobs();
    const perStore = await Promise.all(
      stores.map(async (store) => (await store.pieces(nowMs)).map((piece) => ({ store, piece }))),
    );
    const found = perStore.flat().sort((a, b) => a.piece.toMs - b.piece.toMs || a.piece.fromMs - b.piece.fromMs);
    let total = found.reduce((sum, { piece }) => sum + piece.bytes, 0);
    const wanted = settings.maxBytes * (1 - STEP);
    for (const { store, piece } of found) {
      if (piece.toMs >= nowMs - this.#ageOf(piece.kind) && total <= wanted) continue;
      if (piece.isFixed === true || (await store.isNeeded(piece, openJobs))) continue;
      await store.drop(piece);
      total -= piece.bytes;
    }
    if (total > settings.maxBytes) {
      this.#parts.log.warn('the data folder is over maxBytes: open jobs refer to the rest', { bytes: total });
    }
  }

  #ageOf(kind: PieceKind): number {
    const { eventsMs, consoleLogsMs, transcriptsMs } = this.#parts.settings;
    return { events: eventsMs, consoleLogs: consoleLogsMs, transcripts: transcriptsMs }[kind];
  }

  async #quietly(): Promise<void> {
    try {
      await this.enforce(this.#parts.nowMs());
    } catch (error) {
      this.#parts.log.warn('retention failed; it is tried again with the next writes', { reason: String(error) });
    } finally {
      this.#running = undefined;
    }
  }
}
