/** One Telnet connection: the engine of protocols/telnet on a socket. */
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import { TelnetSession } from '../../protocols/telnet/index.js';
import type { ComPortResult, TelnetInput, TelnetOutput } from '../../protocols/telnet/index.js';
import type { ByteChannel, ChannelEvents } from './byte-channel.js';
import { EarlyBytes } from './early-bytes.js';
import { LineNews } from './line-news.js';

export class TelnetConnection {
  readonly #target: string;
  readonly #tcp: Pick<ByteChannel, 'write' | 'close'>;
  readonly #clock: Clock;
  readonly #events: ChannelEvents;
  readonly #session: TelnetSession;
  readonly #news: LineNews;
  readonly #early: EarlyBytes;
  readonly #asked = new Map<
    number,
    { readonly resolve: (result: ComPortResult) => void; readonly reject: (error: Error) => void }
  >();
  readonly #waiting = new Set<() => void>();
  #ready: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  #writing: Promise<void> = Promise.resolve();
  #suspended = false;
  #fault: Error | undefined;
  #ended: string | undefined;
  #lastId = 0;
  #cancel = (): void => undefined;

  constructor(
    target: string,
    options: { readonly baudRate?: number; readonly clock: Clock },
    tcp: Pick<ByteChannel, 'write' | 'close'>,
    events: ChannelEvents,
  ) {
    this.#target = target;
    this.#tcp = tcp;
    this.#clock = options.clock;
    this.#events = events;
    this.#session = new TelnetSession(options.baudRate === undefined ? {} : { baudRate: options.baudRate });
    this.#early = new EarlyBytes((bytes) => {
      events.onBytes(bytes);
    });
    this.#news = new LineNews(options.clock, (text) => events.onNote?.(text));
  }

  get baudRate(): number | undefined {
    return this.#session.baudRate;
  }

  /** Begins to negotiate. */
  async settled(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#ready = { resolve, reject };
      if (this.#ended === undefined) this.feed({ kind: 'start' });
      else reject(new Error(this.#ended));
    });
    this.#early.release();
  }

  feed(input: TelnetInput): void {
    for (const output of this.#session.handle(input, this.#clock.monotonicMs())) this.#take(output);
    this.#cancel();
    const dueMs = this.#ended === undefined ? this.#session.nextDeadlineMs() : undefined;
    if (dueMs === undefined) return;
    this.#cancel = this.#clock.after(Math.max(0, dueMs - this.#clock.monotonicMs()), () => {
      this.feed({ kind: 'time' });
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    while (this.#suspended && this.#ended === undefined) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
    if (this.#ended !== undefined) throw new Error(this.#ended);
    this.feed({ kind: 'send', bytes });
    await this.#writing;
  }

  ask(input: (id: number) => TelnetInput): Promise<ComPortResult> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.feed(input(id));
    });
  }

  closed(reason: string): void {
    this.#ended = reason;
    this.#cancel();
    const error = this.#fault ?? new Error(reason);
    for (const { reject } of this.#asked.values()) reject(error);
    this.#asked.clear();
    this.#wake();
    const opening = this.#ready;
    this.#ready = undefined;
    if (opening !== undefined) {
      opening.reject(error);
      return;
    }
    this.#early.flush();
    this.#events.onClosed(this.#fault?.message ?? reason, this.#fault);
  }

  #take(output: TelnetOutput): void {
    switch (output.kind) {
      case 'transmit':
        this.#writing = this.#tcp.write(output.bytes);
        // Whoever waits for this write is told; nobody waits for an answer to an option.
        this.#writing.catch(() => undefined);
        return;
      case 'data':
        this.#early.push(output.bytes);
        return;
      case 'ready':
        this.#ready?.resolve();
        this.#ready = undefined;
        return;
      case 'done':
        this.#asked.get(output.id)?.resolve(output.result);
        this.#asked.delete(output.id);
        return;
      case 'suspended':
        this.#suspended = output.suspended;
        if (!output.suspended) this.#wake();
        return;
      case 'failed':
        this.#fault = fail(output.code, { target: this.#target, reason: output.reason });
        void this.#tcp.close();
        return;
      case 'modemState':
      case 'lineState':
        this.#news.tell(output);
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
