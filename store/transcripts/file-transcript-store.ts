/** TranscriptStore in files. Entries are gathered and written together, off the main loop. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';
import type { TranscriptEntry, TranscriptRef, TranscriptStore } from '../../core/ports/transcript-store.js';
import { DAY_MS } from '../segment-name.js';
import { storeError } from '../worker/failure.js';
import { batchesOf } from './log-layout.js';
import type { LogLine } from './log-line.js';
import { LogStream } from './log-stream.js';
import type { DaySpan } from './log-stream.js';
import { CONSOLE_FOLDER, JOB_FOLDERS, placeOf } from './stream-place.js';

/** When a job's entries were written, epoch ms: spares looking through every day. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs?: number;
}

export interface FileTranscriptStoreParts {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly segmentBytes: number;
  spanOf(jobId: string): Promise<TimeSpan | undefined>;
  /** Told of every write; the next one waits for the promise, if there is one. */
  onWritten(bytes: number): Promise<void> | undefined;
}

/** Entries wait this long for others: what a crash may cost of a transcript. */
const GATHER_MS = 100;
/** They are written earlier when this much text has come. */
const GATHER_CHARS = 256 * 1024;
/** Text that may wait for a disk that does not answer; past it entries are counted and left out. */
const WAITING_LIMIT_CHARS = 16 * 1024 * 1024;

interface Waiting {
  readonly stream: LogStream;
  lines: LogLine[];
}

/** Errors of `flush` and `read`: STORE_FAILED. `append` never fails: what a full disk refuses waits, then is counted. */
export class FileTranscriptStore implements TranscriptStore {
  readonly #parts: FileTranscriptStoreParts;
  readonly #streams = new Map<string, LogStream>();
  readonly #waiting = new Map<string, Waiting>();
  #waitingChars = 0;
  #lost = 0;
  #cancelTimer: (() => void) | undefined;
  /** Retention at work on a full folder: writes wait for it, outside of their order, which it needs itself to drop files. */
  #pressure: Promise<void> | undefined;
  /** The writes so far, one after the other; never rejects. */
  #writing: Promise<unknown> = Promise.resolve();
  #isFailing = false;
  #isStopped = false;

  constructor(parts: FileTranscriptStoreParts) {
    this.#parts = parts;
  }

  append(ref: TranscriptRef, entry: TranscriptEntry): void {
    if (this.#isStopped) return;
    if (this.#waitingChars >= WAITING_LIMIT_CHARS) {
      this.#lost += 1;
      return;
    }
    const { path, kind, key } = placeOf(ref);
    const name = join(...path);
    let waiting = this.#waiting.get(name);
    if (!waiting) {
      waiting = { stream: this.#stream(name, kind), lines: [] };
      this.#waiting.set(name, waiting);
    }
    waiting.lines.push({ key, entry });
    this.#waitingChars += entry.text.length;
    if (this.#waitingChars >= GATHER_CHARS && !this.#isFailing) this.#writeSoon(0);
    else this.#writeSoon(GATHER_MS);
  }

  async flush(): Promise<void> {
    await this.#pressure;
    await this.#inOrder(async () => {
      await this.#writeWaiting();
      for (const stream of this.#streams.values()) await stream.sync();
    });
  }

  async read(
    ref: TranscriptRef,
    options: { readonly sinceMs?: number; readonly limit?: number },
  ): Promise<readonly TranscriptEntry[]> {
    await this.#inOrder(() => this.#writeWaiting()).catch(() => undefined);
    const { path, kind, key } = placeOf(ref);
    const stream = this.#stream(join(...path), kind);
    try {
      const span = ref.kind === 'console' ? undefined : await this.#parts.spanOf(ref.jobId);
      const found = await stream.read({ ...options, key, ...(span ? { days: withSlack(span) } : {}) });
      // A clock that was set meanwhile may have put them under another day.
      return found.length === 0 && span ? await stream.read({ ...options, key }) : found;
    } catch (error) {
      throw storeError(error);
    }
  }

  /** Every stream that there is on disk or will be, for retention. */
  async streams(): Promise<ReadonlyMap<string, LogStream>> {
    const ports = await readdir(join(this.#parts.dataDir, CONSOLE_FOLDER)).catch(() => []);
    for (const port of ports) this.#stream(join(CONSOLE_FOLDER, port), 'consoleLogs');
    for (const folder of JOB_FOLDERS) this.#stream(folder, 'transcripts');
    return this.#streams;
  }

  /** Does something between two writes. */
  between<T>(action: () => Promise<T>): Promise<T> {
    return this.#inOrder(action);
  }

  /** Writes what waits. What comes later is left out: the folder may be another node's by then. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    await this.flush();
  }

  #stream(name: string, kind: 'consoleLogs' | 'transcripts' | 'events'): LogStream {
    const known = this.#streams.get(name);
    if (known) return known;
    const folder = join(this.#parts.dataDir, name);
    const stream = new LogStream({ folder, kind, segmentBytes: this.#parts.segmentBytes });
    this.#streams.set(name, stream);
    return stream;
  }

  #writeSoon(delayMs: number): void {
    if (delayMs > 0 && this.#cancelTimer) return;
    this.#cancelTimer?.();
    this.#cancelTimer = this.#parts.clock.after(delayMs, () => {
      this.#cancelTimer = undefined;
      void this.#writeInBackground();
    });
  }

  async #writeInBackground(): Promise<void> {
    await this.#pressure;
    await this.#inOrder(() => this.#writeWaiting()).catch(() => undefined);
  }

  #inOrder<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#writing.then(action);
    this.#writing = result.catch(() => undefined);
    return result;
  }

  async #writeWaiting(): Promise<void> {
    for (const [name, { stream, lines }] of [...this.#waiting]) {
      this.#waiting.delete(name);
      const batches = [...batchesOf(lines)];
      try {
        for (let batch = batches[0]; batch; batch = batches[0]) {
          const bytes = await stream.write(batch);
          batches.shift();
          this.#waitingChars -= charsOf(batch);
          this.#recovered();
          this.#pressure = this.#parts.onWritten(bytes);
        }
      } catch (error) {
        const later = this.#waiting.get(name)?.lines ?? [];
        this.#waiting.set(name, { stream, lines: [...batches.flat(), ...later] });
        throw this.#failed(error);
      }
    }
  }

  #failed(error: unknown): Error {
    const failure = storeError(error);
    if (!this.#isFailing) this.#parts.log.error('logs and transcripts wait for the disk', { reason: failure.message });
    this.#isFailing = true;
    return failure;
  }

  #recovered(): void {
    this.#isFailing = false;
    if (this.#lost === 0) return;
    this.#parts.log.error('entries of logs and transcripts were left out: the disk did not take them', {
      entries: this.#lost,
    });
    this.#lost = 0;
  }
}

/** What is noted about a job just before it is made and after it ended belongs to it. */
function withSlack({ fromMs, toMs = Infinity }: TimeSpan): DaySpan {
  return { fromMs: fromMs - DAY_MS, toMs: toMs + DAY_MS };
}

function charsOf(lines: readonly LogLine[]): number {
  return lines.reduce((sum, line) => sum + line.entry.text.length, 0);
}
