/** The tries of the block in hand: when it was sent, how often it was refused or left unanswered, what its answers mean. */
import type { LineSign } from './line-signs.js';
import { ReplyPace } from './reply-pace.js';

/** What an answer to a block is taken for. */
export type Reply = 'ack' | 'earlyAck' | 'garbledReply' | 'nak';

/**
 * A `C` this long after the first block was sent, ms, was not under way any more when it was sent: the receiver refuses the
 * block with it (lrzsz does) or never saw it.
 */
const REQUEST_AGAIN_MS = 2000;

export class BlockTries {
  readonly #pace = new ReplyPace();
  #sentAtMs = 0;
  #heldAckAtMs: number | undefined;
  #doubted = false;
  /** An earlier copy of the block may still arrive, and be answered too. */
  #copyUnderWay = false;
  #naks = 0;
  #silences = 0;

  get naks(): number {
    return this.#naks;
  }

  get silences(): number {
    return this.#silences;
  }

  get retries(): number {
    return this.#naks + this.#silences;
  }

  /** An ACK is held back: it is believed when nothing contradicts it. */
  get holdsAck(): boolean {
    return this.#heldAckAtMs !== undefined;
  }

  /** When a held ACK is believed, ms. */
  get believeAtMs(): number {
    return this.#sentAtMs + this.#pace.believeMs;
  }

  sent(nowMs: number): void {
    this.#sentAtMs = nowMs;
    this.#heldAckAtMs = undefined;
  }

  /** Undefined where the sign is no answer. */
  judge(sign: LineSign, nowMs: number): Reply | undefined {
    const early = this.#pace.isEarly(nowMs - this.#sentAtMs);
    if (sign === 'ack') return early ? 'earlyAck' : 'ack';
    if (early) return undefined;
    if (sign === 'nak') return 'nak';
    // Once a block: a device that prints while it works would be sent the same block again and again.
    return sign === 'text' && this.#pace.known && !this.#doubted ? 'garbledReply' : undefined;
  }

  /** Whether a `C` while the first block is unanswered asks for it once more. */
  isAskedAgain(nowMs: number): boolean {
    return nowMs - this.#sentAtMs >= REQUEST_AGAIN_MS;
  }

  held(nowMs: number): void {
    this.#heldAckAtMs ??= nowMs;
  }

  doubted(): void {
    this.#doubted = true;
  }

  refused(nowMs: number): void {
    this.#naks += 1;
    if (this.#pace.isLate(nowMs - this.#sentAtMs)) this.#copyUnderWay = true;
    this.#pace.refused(nowMs - this.#sentAtMs);
  }

  unanswered(): void {
    this.#silences += 1;
    this.#copyUnderWay = true;
  }

  /** The block is through; returns the pause before the next one, ms. */
  acknowledged(nowMs: number, wireBytes: number): number {
    const sentOnce = this.retries === 0;
    if (sentOnce) this.#pace.learn((this.#heldAckAtMs ?? nowMs) - this.#sentAtMs);
    const unsettled = this.#copyUnderWay || (!sentOnce && !this.#pace.known);
    this.#naks = 0;
    this.#silences = 0;
    this.#doubted = false;
    this.#copyUnderWay = false;
    return unsettled ? this.#pace.settleMs : this.#pace.pauseMs(wireBytes);
  }

  /** Another block size has another pace. */
  forgetPace(): void {
    this.#pace.reset();
  }
}
