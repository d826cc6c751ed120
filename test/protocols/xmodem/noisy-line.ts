/** Sender and receiver back to back over a simulated serial line in simulated time; every disturbance comes from a seed. */
import type { XmodemReceiver } from '../../../protocols/xmodem/receiver.js';
import type { XmodemSender } from '../../../protocols/xmodem/sender.js';
import type { XmodemSenderOutput } from '../../../protocols/xmodem/sender-io.js';
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
  /** Text that the device prints between its answers, with this probability an answer. */
  readonly log?: { readonly text: string; readonly rate: number };
  /** Bytes a second each way; 1.04 ms a byte at 9600 baud. Default 11 520. */
  readonly bytesPerSecond?: number;
}

export interface LineRun {
  readonly received: Uint8Array;
  readonly outputs: readonly XmodemSenderOutput[];
  readonly receiverEnd: { readonly kind: string; readonly reason?: string } | undefined;
  readonly badBlocks: number;
  readonly elapsedMs: number;
  /** Most file bytes that were read from the source and not yet acknowledged. */
  readonly mostBuffered: number;
}

interface Arrival {
  readonly atMs: number;
  readonly to: 'sender' | 'receiver';
  readonly byte: number;
}

const DAY_MS = 86_400_000;

/** One side's way onto the wire: bytes leave one after another, each perhaps garbled, lost or doubled. */
class Wire {
  readonly #random: () => number;
  readonly #noise: Noise;
  readonly #to: 'sender' | 'receiver';
  readonly arrivals: Arrival[] = [];
  #freeAtMs = 0;

  constructor(random: () => number, noise: Noise, to: 'sender' | 'receiver') {
    this.#random = random;
    this.#noise = noise;
    this.#to = to;
  }

  /** Returns whether the line harmed any byte. */
  write(bytes: Uint8Array, nowMs: number): boolean {
    const { bitErrorRate = 0, dropRate = 0, duplicateRate = 0, bytesPerSecond = 11_520 } = this.#noise;
    let harmed = false;
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs);
    for (const byte of bytes) {
      this.#freeAtMs += 1000 / bytesPerSecond;
      if (this.#random() < dropRate) {
        harmed = true;
        continue;
      }
      const flip = this.#random() < bitErrorRate * 8 ? 1 << Math.floor(this.#random() * 8) : 0;
      if (flip !== 0) harmed = true;
      this.arrivals.push({ atMs: this.#freeAtMs, to: this.#to, byte: byte ^ flip });
      if (this.#random() < duplicateRate) {
        harmed = true;
        this.#freeAtMs += 1000 / bytesPerSecond;
        this.arrivals.push({ atMs: this.#freeAtMs, to: this.#to, byte: byte ^ flip });
      }
    }
    return harmed;
  }
}

/** Runs both engines till both ended (or a simulated day went by). */
export function runOverLine(file: Uint8Array, sender: XmodemSender, receiver: XmodemReceiver, noise: Noise): LineRun {
  const random = seededRandom(noise.seed);
  const down = new Wire(random, noise, 'receiver');
  const up = new Wire(random, noise, 'sender');
  const outputs: XmodemSenderOutput[] = [];
  const received: Uint8Array[] = [];
  let receiverEnd: LineRun['receiverEnd'];
  let [nowMs, offset, acked, badBlocks, mostBuffered] = [0, 0, 0, 0, 0];

  const takeSender = (batch: readonly XmodemSenderOutput[]): void => {
    for (const output of batch) {
      outputs.push(output);
      if (output.kind === 'send' && down.write(output.bytes, nowMs) && output.bytes.length > 100) badBlocks += 1;
      if (output.kind === 'progress') acked = output.bytes;
      if (output.kind !== 'needData') continue;
      const bytes = file.subarray(offset, offset + output.maxBytes);
      offset += bytes.length;
      mostBuffered = Math.max(mostBuffered, offset - acked);
      takeSender(sender.handle({ kind: 'data', bytes, last: offset >= file.length }, nowMs));
    }
  };
  const takeReceiver = (batch: ReturnType<XmodemReceiver['handle']>): void => {
    for (const output of batch) {
      if (output.kind === 'data') received.push(output.bytes);
      else if (output.kind !== 'send') receiverEnd = output;
      else {
        if (noise.log && random() < noise.log.rate) up.write(new TextEncoder().encode(noise.log.text), nowMs);
        up.write(output.bytes, nowMs);
      }
    }
  };

  takeSender(sender.handle({ kind: 'timer' }, nowMs));
  takeReceiver(receiver.handle({ kind: 'timer' }, nowMs));
  while (!(sender.ended && receiver.ended) && nowMs < DAY_MS) {
    const [atDown, atUp] = [down.arrivals[0]?.atMs ?? Infinity, up.arrivals[0]?.atMs ?? Infinity];
    const timers = [sender.nextDeadlineMs() ?? Infinity, receiver.nextDeadlineMs() ?? Infinity] as const;
    const next = Math.min(atDown, atUp, ...timers);
    if (next === Infinity) break;
    nowMs = Math.max(nowMs, next);
    if (next === atDown) {
      const bytes = Uint8Array.of(down.arrivals.shift()?.byte ?? 0);
      takeReceiver(receiver.handle({ kind: 'bytes', bytes }, nowMs));
    } else if (next === atUp) {
      const bytes = Uint8Array.of(up.arrivals.shift()?.byte ?? 0);
      takeSender(sender.handle({ kind: 'bytes', bytes }, nowMs));
    } else {
      takeSender(sender.handle({ kind: 'timer' }, nowMs));
      takeReceiver(receiver.handle({ kind: 'timer' }, nowMs));
    }
  }
  return {
    received: Uint8Array.from(Buffer.concat(received)),
    outputs,
    receiverEnd,
    badBlocks,
    elapsedMs: nowMs,
    mostBuffered,
  };
}
