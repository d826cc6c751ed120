/**
 * A serial line between two pseudo terminals, as slow and as bad as it is told to be: one for the program under test, one
 * for the other end. Bytes arrive at the line's speed by the monotonic clock.
 *
 * Exactness: while a piece is under way its bytes are handed over about once a millisecond, as a UART's FIFO does; its last
 * byte is waited for without sleeping, because that is when the receiver acts, and a timer would add a millisecond a block.
 */
import { openPty } from '../consoles/pty.js';
import type { PtyPort } from '../consoles/pty.js';
import { seededLine } from './damage.js';
import { Wire } from './wire.js';
import type { WireCounts, WireOptions } from './wire.js';

export interface PacedLineOptions extends WireOptions {
  readonly seed: number;
  /** How long a broken line stays away, ms. Default 1000. */
  readonly disconnectMs?: number;
  /** Symbolic links to the terminals; a broken line comes back under the same one. */
  readonly near?: string;
  readonly far?: string;
}

/** What a UART and its driver buffer; a writer that is ahead waits. */
const BUFFER_BYTES = 4_096;
/** Below this a timer is too coarse: the event loop is kept turning instead. */
const SPIN_MS = 2;
const TICK_MS = 1;
const DEFAULT_DISCONNECT_MS = 1_000;

/** One way across: where its bytes come from and go to. */
interface Direction {
  readonly wire: Wire;
  readonly from: () => PtyPort | undefined;
  readonly to: () => PtyPort | undefined;
  held: boolean;
}

export class PacedLine {
  readonly #options: PacedLineOptions;
  readonly #directions: Readonly<Record<'toFar' | 'toNear', Direction>>;
  #near: PtyPort | undefined;
  #far: PtyPort | undefined;
  #timer: NodeJS.Timeout | undefined;
  #turn: NodeJS.Immediate | undefined;
  #backOn: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: PacedLineOptions) {
    this.#options = options;
    const direction = (seed: number, ends: Pick<Direction, 'from' | 'to'>): Direction => ({
      wire: new Wire(options, seededLine(seed)),
      ...ends,
      held: false,
    });
    this.#directions = {
      toFar: direction(2 * options.seed, { from: () => this.#near, to: () => this.#far }),
      toNear: direction(2 * options.seed + 1, { from: () => this.#far, to: () => this.#near }),
    };
  }

  /** Path for the program under test. Undefined while the line is broken off. */
  get near(): string | undefined {
    return this.#near?.address;
  }

  get far(): string | undefined {
    return this.#far?.address;
  }

  counts(): Readonly<Record<'toFar' | 'toNear', WireCounts>> {
    const { toFar, toNear } = this.#directions;
    return { toFar: toFar.wire.counts, toNear: toNear.wire.counts };
  }

  /** Errors: LAB_CONSOLE_FAILED. */
  async start(): Promise<void> {
    this.#far = await openPty('the far end', this.#options.far, (bytes) => this.#take('toNear', bytes));
    await this.#plugIn();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#turn);
    clearTimeout(this.#backOn);
    await this.#near?.close();
    await this.#far?.close();
  }

  async #plugIn(): Promise<void> {
    this.#near = await openPty('the near end', this.#options.near, (bytes) => this.#take('toFar', bytes));
    if (this.#stopped) await this.#near.close();
  }

  #take(way: 'toFar' | 'toNear', bytes: Uint8Array): void {
    const direction = this.#directions[way];
    const nowMs = performance.now();
    // A line that is broken off takes nothing: what the far end says is lost, as on a pulled cable.
    if (this.#near !== undefined) direction.wire.write(bytes, nowMs);
    this.#hold(direction);
    this.#pump();
  }

  #hold(direction: Direction): void {
    const held = direction.wire.queued > BUFFER_BYTES;
    if (held === direction.held) return;
    direction.held = held;
    direction.from()?.hold(held);
  }

  #pump(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#turn);
    if (this.#stopped) return;
    const nowMs = performance.now();
    let nextMs = Infinity;
    let endMs = Infinity;
    for (const direction of Object.values(this.#directions)) {
      const { wire } = direction;
      const arrived = wire.take(nowMs);
      if (arrived.length > 0) direction.to()?.write(arrived);
      this.#hold(direction);
      nextMs = Math.min(nextMs, wire.nextMs() ?? Infinity);
      endMs = Math.min(endMs, wire.pieceEndMs() ?? Infinity);
    }
    if (Object.values(this.#directions).some(({ wire }) => wire.broken && wire.queued === 0)) this.#breakOff();
    else if (nextMs < Infinity) this.#wake(nowMs, nextMs, endMs);
  }

  #wake(nowMs: number, nextMs: number, endMs: number): void {
    if (endMs - nowMs <= SPIN_MS) this.#turn = setImmediate(() => this.#pump());
    else this.#timer = setTimeout(() => this.#pump(), Math.max(TICK_MS, Math.floor(nextMs - nowMs - SPIN_MS)));
  }

  /** The near end's adapter is pulled out, and comes back under its path. */
  #breakOff(): void {
    const near = this.#near;
    if (near === undefined) return;
    this.#near = undefined;
    this.#backOn = setTimeout(() => {
      for (const direction of Object.values(this.#directions)) {
        direction.wire.mend(performance.now());
        direction.held = false;
      }
      this.#far?.hold(false);
      this.#plugIn().catch(() => undefined);
    }, this.#options.disconnectMs ?? DEFAULT_DISCONNECT_MS);
    near.close().catch(() => undefined);
  }
}
