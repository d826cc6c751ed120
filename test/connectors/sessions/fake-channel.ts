/** A byte channel in memory: the test opens, breaks and reads it. */
import type { ByteChannel, ChannelEvents } from '../../../connectors/sessions/byte-channel.js';
import type { TranscriptEntry, TranscriptRef, TranscriptStore } from '../../../core/ports/transcript-store.js';
import type { Log } from '../../../core/ports/log.js';

export class FakeChannel implements ByteChannel {
  readonly target = 'fake';
  baudRate = 9600;
  /** Set to have a change of speed refused. */
  refusesSpeed = false;
  /** Openings that fail before one succeeds. */
  refusals = 0;
  /** What the next openings fail with. */
  readonly errors: Error[] = [];
  opens = 0;
  closes = 0;
  readonly written: string[] = [];
  /** Set to hold writes back; call to let the oldest go. */
  hold = false;
  readonly waiting: (() => void)[] = [];
  #events: ChannelEvents | undefined;

  async open(events: ChannelEvents): Promise<void> {
    this.opens++;
    const error = this.errors.shift();
    if (error !== undefined) throw error;
    if (this.refusals-- > 0) throw new Error('refused');
    this.#events = events;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#events === undefined) throw new Error('not open');
    if (this.hold) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.written.push(new TextDecoder().decode(bytes));
  }

  async setBaudRate(baudRate: number): Promise<void> {
    if (this.refusesSpeed) throw new Error('no such rate');
    this.written.push(`<${String(baudRate)}>`);
    this.baudRate = baudRate;
  }

  async close(): Promise<void> {
    this.closes++;
    this.drop('closed');
  }

  say(text: string | Uint8Array): void {
    this.#events?.onBytes(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  }

  drop(reason: string): void {
    const events = this.#events;
    this.#events = undefined;
    events?.onClosed(reason);
  }
}

export class MemoryTranscripts implements TranscriptStore {
  readonly entries: TranscriptEntry[] = [];
  append(_ref: TranscriptRef, entry: TranscriptEntry): void {
    this.entries.push(entry);
  }
  async flush(): Promise<void> {}
  async read(): Promise<readonly TranscriptEntry[]> {
    return this.entries;
  }
}

export const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
