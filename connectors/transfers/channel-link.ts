/**
 * One SSH channel as engines want it: bytes in while they are wanted, bytes out without end in memory.
 *
 * Small answers are put together before they are written: each write becomes an SSH packet of its own at least, and an SSH
 * packet costs as much time as 20 KiB of payload.
 */
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';

/** Written at once. */
const BATCH_BYTES = 256 * 1024;
/** Not taken by the network yet: above it the engine is not given more to send. */
const MOST_UNSENT_BYTES = 1024 * 1024;

export class ChannelLink {
  readonly #channel: Duplex;
  readonly #socket: Socket | undefined;
  #batch: Uint8Array[] = [];
  #batchBytes = 0;
  #writing = 0;
  #flushing = false;
  #waiters: (() => void)[] = [];
  #closed = false;
  readonly #onActivity: () => void;

  /**
   * `socket`: the TCP connection below, where what it has not sent yet is to count. `onActivity` is called whenever bytes
   * have come, or have left.
   */
  constructor(channel: Duplex, socket?: Socket, onActivity: () => void = () => undefined) {
    this.#channel = channel;
    this.#socket = socket;
    this.#onActivity = onActivity;
  }

  /**
   * `onBytes` gets what comes; false from it stops the flow until `resume`. `onEnd` is called once: the far end sends no
   * more, or the channel is gone.
   */
  open(onBytes: (bytes: Uint8Array) => boolean, onEnd: () => void): void {
    const channel = this.#channel;
    const end = (): void => {
      if (this.#closed) return;
      this.#closed = true;
      this.#wake();
      onEnd();
    };
    channel.on('data', (bytes: Uint8Array) => {
      this.#onActivity();
      if (!onBytes(bytes)) channel.pause();
    });
    channel.on('end', end);
    channel.on('close', end);
    channel.on('error', end);
    this.#socket?.on('drain', this.#drained);
  }

  resume(): void {
    if (this.#channel.isPaused()) this.#channel.resume();
  }

  send(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#batch.push(bytes);
    this.#batchBytes += bytes.length;
    if (this.#batchBytes >= BATCH_BYTES) this.flush();
    else if (!this.#flushing) {
      this.#flushing = true;
      queueMicrotask(() => this.flush());
    }
  }

  /** More to send would only lie in memory: wait for `drained`. */
  get isFull(): boolean {
    return this.#unsentBytes > MOST_UNSENT_BYTES;
  }

  /** Resolves when more may be sent, or the channel is gone. */
  async drained(): Promise<void> {
    this.flush();
    while (this.isFull && !this.#closed) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  flush(): void {
    this.#flushing = false;
    const [first] = this.#batch;
    if (first === undefined) return;
    const bytes = this.#batch.length === 1 ? first : Buffer.concat(this.#batch, this.#batchBytes);
    this.#batch = [];
    this.#batchBytes = 0;
    if (this.#closed || !this.#channel.writable) return;
    this.#writing += bytes.length;
    this.#channel.write(bytes, () => {
      this.#writing -= bytes.length;
      this.#onActivity();
      this.#wake();
    });
  }

  /** Lets go of the socket's events. */
  detach(): void {
    this.#socket?.off('drain', this.#drained);
  }

  get #unsentBytes(): number {
    return this.#batchBytes + this.#writing + (this.#socket?.writableLength ?? 0);
  }

  readonly #drained = (): void => this.#wake();

  #wake(): void {
    if (this.isFull && !this.#closed) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
