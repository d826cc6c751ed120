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

/**
 * A NAK this long after the block was sent, ms, is the receiver's patience at its end: it says that the block was not seen, not
 * that it was refused. A refusal comes with the block's last byte (1.1 s for 1K at 9600 baud) and a second of quiet.
 */
const OUT_OF_PATIENCE_MS = 5000;

export class BlockTries {
  readonly #pace = new ReplyPace();
  #sentAtMs = 0;
  #heldAckAtMs: number | undefined;
  #doubted = false;
  /** An earlier copy of the block may still arrive, and be answered too. */
  #copyUnderWay = false;
  #unseen = false;
  #naks = 0;
  #silences = 0;

  /** Every copy of the block was refused in words: none of them can be kept by the receiver, or come to it later. */
  get everyCopyRefused(): boolean {
    return this.#silences === 0 && !this.#unseen;
  }

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

  /** The first block is asked for once more: it was refused, or never seen, and may be on its way. */
  askedAgain(): void {
    this.#unseen = true;
  }

  held(nowMs: number): void {
    this.#heldAckAtMs ??= nowMs;
  }

  doubted(): void {
    this.#doubted = true;
  }

  refused(nowMs: number): void {
    this.#naks += 1;
    if (nowMs - this.#sentAtMs >= OUT_OF_PATIENCE_MS) this.#unseen = true;
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
    this.#unseen = false;
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
