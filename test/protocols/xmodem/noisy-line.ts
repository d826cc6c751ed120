/** Sender and receiver back to back over a simulated serial line in simulated time; every disturbance comes from a seed. */
import { SeededRandom } from '../../support/seeded-random.js';

/** 0…1, from the seed. */
export function seededRandom(seed: number): () => number {
  const random = new SeededRandom(seed);
  return () => random.below(0x1_0000_0000) / 0x1_0000_0000;
}

export function seededBytes(seed: number, length: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

export interface Noise {
  readonly seed: number;
  readonly bitErrorRate?: number;
  readonly dropRate?: number;
  readonly duplicateRate?: number;
  /** What one end writes at once loses its second half, with this probability. */
  readonly truncateRate?: number;
  /** The line holds what one end writes at once for `stallMs`, with this probability. */
  readonly stallRate?: number;
  /** Default 15 000: longer than either end waits. */
  readonly stallMs?: number;
  /** From then on nothing passes, ms. */
  readonly disconnectAtMs?: number;
  /** Text that the device prints between its answers, with this probability an answer. */
  readonly log?: { readonly text: string; readonly rate: number };
  /** Bytes a second each way; 1.04 ms a byte at 9600 baud. Default 11 520. */
  readonly bytesPerSecond?: number;
}

/** What both kinds of senders, and of receivers, put out as far as the line and the test care. */
export interface LineOutput {
  readonly kind: string;
  readonly bytes?: Uint8Array | number;
  readonly maxBytes?: number;
  readonly file?: number;
  readonly reason?: string;
  readonly closed?: boolean;
}

type LineInput =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'data'; readonly bytes: Uint8Array; readonly last: boolean }
  | { readonly kind: 'timer' };

interface Engine<I, O> {
  readonly ended: boolean;
  nextDeadlineMs(): number | undefined;
  handle(input: I, nowMs: number): readonly O[];
}

export type SenderEngine<O extends LineOutput> = Engine<LineInput, O>;
export type ReceiverEngine = Engine<Exclude<LineInput, { kind: 'data' }>, LineOutput>;

export interface LineRun<O> {
  /** All content, files one after another. */
  readonly received: Uint8Array;
  /** Content by file, where a receiver tells of files. */
  readonly files: readonly Uint8Array[];
  readonly outputs: readonly O[];
  readonly receiverEnd: LineOutput | undefined;
  readonly badBlocks: number;
  /** Answers and requests that the line harmed. */
  readonly badAnswers: number;
  readonly elapsedMs: number;
  /** Most file bytes that were read from the source and not yet acknowledged. */
  readonly mostBuffered: number;
}

interface Arrival {
  readonly atMs: number;
  readonly byte: number;
}

const DAY_MS = 86_400_000;
/** A UART's FIFO: what comes within this is delivered together, ms. */
const FIFO_MS = 0.2;

/** One side's way onto the wire: bytes leave one after another, each perhaps garbled, lost or doubled. */
class Wire {
  readonly #random: () => number;
  readonly #noise: Noise;
  readonly #arrivals: Arrival[] = [];
  #next = 0;
  #freeAtMs = 0;

  constructor(random: () => number, noise: Noise) {
    this.#random = random;
    this.#noise = noise;
  }

  get nextAtMs(): number {
    return (this.#arrivals[this.#next]?.atMs ?? Infinity) + FIFO_MS;
  }

  take(): Uint8Array {
    const [from, untilMs] = [this.#next, this.nextAtMs];
    while ((this.#arrivals[this.#next]?.atMs ?? Infinity) <= untilMs) this.#next += 1;
    const bytes = Uint8Array.from(this.#arrivals.slice(from, this.#next), ({ byte }) => byte);
    if (this.#next === this.#arrivals.length) this.#next = this.#arrivals.length = 0;
    return bytes;
  }

  /** Returns whether the line harmed any byte. */
  write(bytes: Uint8Array, nowMs: number): boolean {
    const { truncateRate = 0, stallRate = 0, stallMs = 15_000, disconnectAtMs = Infinity } = this.#noise;
    if (nowMs >= disconnectAtMs) return true;
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs);
    if (this.#random() < stallRate) this.#freeAtMs += stallMs;
    const cut = this.#random() < truncateRate;
    const kept = cut ? bytes.subarray(0, bytes.length >> 1) : bytes;
    let harmed = cut;
    for (const byte of kept) harmed = this.#put(byte) || harmed;
    return harmed;
  }

  #put(byte: number): boolean {
    const { bitErrorRate = 0, dropRate = 0, duplicateRate = 0, bytesPerSecond = 11_520 } = this.#noise;
    this.#freeAtMs += 1000 / bytesPerSecond;
    if (this.#random() < dropRate) return true;
    const flip = this.#random() < bitErrorRate * 8 ? 1 << Math.floor(this.#random() * 8) : 0;
    this.#arrivals.push({ atMs: this.#freeAtMs, byte: byte ^ flip });
    if (this.#random() >= duplicateRate) return flip !== 0;
    this.#freeAtMs += 1000 / bytesPerSecond;
    this.#arrivals.push({ atMs: this.#freeAtMs, byte: byte ^ flip });
    return true;
  }
}

/** Runs both engines till both ended (or a simulated day went by). */
export function runOverLine<O extends LineOutput>(
  content: Uint8Array | readonly Uint8Array[],
  sender: SenderEngine<O>,
  receiver: ReceiverEngine,
  noise: Noise,
): LineRun<O> {
  const sources = content instanceof Uint8Array ? [content] : content;
  const random = seededRandom(noise.seed);
  const [down, up] = [new Wire(random, noise), new Wire(random, noise)];
  const outputs: O[] = [];
  const files: Uint8Array[][] = [];
  let receiverEnd: LineOutput | undefined;
  const offsets = sources.map(() => 0);
  let [nowMs, read, acked, badBlocks, badAnswers, mostBuffered] = [0, 0, 0, 0, 0, 0];

  const takeSender = (batch: readonly O[]): void => {
    for (const output of batch) {
      outputs.push(output);
      const { kind, bytes } = output;
      if (kind === 'send' && bytes instanceof Uint8Array && down.write(bytes, nowMs) && bytes.length > 100)
        badBlocks += 1;
      if (kind === 'progress') acked = Number(bytes);
      if (kind !== 'needData') continue;
      const file = output.file ?? 0;
      const from = offsets[file] ?? 0;
      const piece = sources[file]?.subarray(from, from + (output.maxBytes ?? 0)) ?? new Uint8Array(0);
      offsets[file] = from + piece.length;
      read += piece.length;
      mostBuffered = Math.max(mostBuffered, read - acked);
      const last = from + piece.length >= (sources[file]?.length ?? 0);
      takeSender(sender.handle({ kind: 'data', bytes: piece, last }, nowMs));
    }
  };
  const takeReceiver = (batch: readonly LineOutput[]): void => {
    for (const output of batch) {
      const { kind, bytes } = output;
      if (kind === 'file') files.push([]);
      if (kind === 'data' && bytes instanceof Uint8Array) {
        if (files.length === 0) files.push([]);
        files.at(-1)?.push(bytes);
      }
      if (kind === 'done' || kind === 'failed') receiverEnd = output;
      if (kind !== 'send' || !(bytes instanceof Uint8Array)) continue;
      if (noise.log && random() < noise.log.rate) up.write(new TextEncoder().encode(noise.log.text), nowMs);
      if (up.write(bytes, nowMs)) badAnswers += 1;
    }
  };

  takeSender(sender.handle({ kind: 'timer' }, nowMs));
  takeReceiver(receiver.handle({ kind: 'timer' }, nowMs));
  while (!(sender.ended && receiver.ended) && nowMs < DAY_MS) {
    const [atDown, atUp] = [down.nextAtMs, up.nextAtMs];
    const next = Math.min(atDown, atUp, sender.nextDeadlineMs() ?? Infinity, receiver.nextDeadlineMs() ?? Infinity);
    if (next === Infinity) break;
    nowMs = Math.max(nowMs, next);
    if (next === atDown) {
      takeReceiver(receiver.handle({ kind: 'bytes', bytes: down.take() }, nowMs));
    } else if (next === atUp) {
      takeSender(sender.handle({ kind: 'bytes', bytes: up.take() }, nowMs));
    } else {
      takeSender(sender.handle({ kind: 'timer' }, nowMs));
      takeReceiver(receiver.handle({ kind: 'timer' }, nowMs));
    }
  }
  const whole = files.map((pieces) => Uint8Array.from(Buffer.concat(pieces)));
  return {
    received: Uint8Array.from(Buffer.concat(whole)),
    files: whole,
    outputs,
    receiverEnd,
    badBlocks,
    badAnswers,
    elapsedMs: nowMs,
    mostBuffered,
  };
}
