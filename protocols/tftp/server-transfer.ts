/**
 * One file to one client: the answer to one RRQ. Packets and time in, packets and facts out; it never waits.
 * Sources: RFC 1350, RFC 2347–2349, RFC 7440 (windows), RFC 1123 §4.2.3. Not done here: WRQ, netascii.
 *
 * RFC 1123 §4.2.3.1 (sorcerer's apprentice): DATA is sent again only when time ran out, never because an acknowledgement
 * came twice. An acknowledgement inside a window is no repetition: it says what came before a gap, and sending goes on
 * behind it (RFC 7440 §4).
 */
import { ByteQueue } from '../byte-queue.js';
import { countOf, wireNumber } from './block-number.js';
import { TFTP_ERROR, encodeData, encodeError, encodeOack } from './packet.js';
import type { TftpOptions, TftpPacket } from './packet.js';
import { RetryTimer } from './retry-timer.js';
import type { TransferTerms } from './options.js';

type State = 'opening' | 'negotiating' | 'sending' | 'ended';
type Event =
  | ('ackOptions' | 'ackNew' | 'ackLast' | 'peerError' | 'illegal')
  | ('timeout' | 'exhausted' | 'abort' | 'withOptions' | 'plain');
type Action =
  | ('sendOack' | 'beginData' | 'advance' | 'goBack' | 'finish')
  | ('failPeerError' | 'failIllegal' | 'failSilent' | 'failAborted');
type Row = Readonly<Partial<Record<Event, readonly [Action, State]>>>;

const STOPS: Row = {
  peerError: ['failPeerError', 'ended'],
  illegal: ['failIllegal', 'ended'],
  exhausted: ['failSilent', 'ended'],
  abort: ['failAborted', 'ended'],
};

/** state × event → what to do, next state. An event without a row (an old acknowledgement) changes nothing. */
const TRANSITIONS: Readonly<Record<State, Row>> = {
  opening: { ...STOPS, withOptions: ['sendOack', 'negotiating'], plain: ['beginData', 'sending'] },
  negotiating: { ...STOPS, ackOptions: ['beginData', 'sending'], timeout: ['sendOack', 'negotiating'] },
  sending: { ...STOPS, ackNew: ['advance', 'sending'], ackLast: ['finish', 'ended'], timeout: ['goBack', 'sending'] },
  ended: {},
};

/** Sendings to a peer that has not answered yet: a forged request must not buy more traffic than this. */
const SENDINGS_BEFORE_FIRST_ACK = 3;
/** Silence that ends a transfer, ms: a device may erase flash in the middle of one. */
const GIVE_UP_MS = 45_000;
/** Asked from the source at a time. */
const READ_BYTES = 65_536;

export type ServerTransferInput =
  /** A packet from the peer's own address and port. */
  | { readonly kind: 'packet'; readonly packet: TftpPacket | { readonly kind: 'malformed' } }
  | { readonly kind: 'data'; readonly bytes: Uint8Array; readonly last: boolean }
  | { readonly kind: 'timer' }
  /** Ends it with an ERROR to the peer (code of TFTP_ERROR, ASCII message). */
  | { readonly kind: 'abort'; readonly code: number; readonly message: string };

/** `silent`: no acknowledgement in time; `endUnknown`: all was sent, only the last acknowledgement never came. */
export type ServerTransferFailure = 'peerError' | 'illegal' | 'silent' | 'endUnknown' | 'aborted';

export type ServerTransferOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'needData'; readonly maxBytes: number }
  /** File bytes acknowledged so far. */
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'done'; readonly bytes: number; readonly resentBlocks: number }
  | {
      readonly kind: 'failed';
      readonly reason: ServerTransferFailure;
      readonly bytes: number;
      readonly resentBlocks: number;
      /** The peer's own error, or ours that the peer was told. */
      readonly code?: number;
      readonly message?: string;
    };

/** Feed `handle`; call it with `timer` at once, and whenever `nextDeadlineMs` has come. */
export class ServerTransfer {
  readonly #terms: TransferTerms;
  readonly #granted: TftpOptions;
  readonly #queue: ByteQueue;
  readonly #retry: RetryTimer;
  #state: State = 'opening';
  #outputs: ServerTransferOutput[] = [];
  #nowMs: number;
  #deadlineMs: number;
  #progressAtMs: number;
  #heard = false;
  #sendings = 0;
  #asked = false;
  #sourceEnded = false;

  /** Blocks acknowledged, blocks sent in this pass, most blocks ever sent: the queue begins behind `acked`. */
  #acked = 0;
  #sent = 0;
  #furthest = 0;
  #sentAtMs = 0;
  /** Count of the last block, the one shorter than the others; known when the source has ended. */
  #lastBlock: number | undefined;
  #sample: { readonly block: number; readonly atMs: number } | undefined;
  #ackedBytes = 0;
  #resentBlocks = 0;
  #told: { code: number; message: string } | undefined;

  constructor(terms: TransferTerms, granted: TftpOptions, nowMs: number) {
    this.#terms = terms;
    this.#granted = granted;
    this.#queue = new ByteQueue(Math.max(READ_BYTES, terms.blockBytes) * 2);
    this.#retry = new RetryTimer(terms.timeoutMs);
    this.#nowMs = nowMs;
    this.#deadlineMs = nowMs;
    this.#progressAtMs = nowMs;
  }

  /** True after `done` or `failed`. */
  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** When `handle` wants a `timer`, ms on the caller's clock. */
  nextDeadlineMs(): number | undefined {
    return this.ended || this.#deadlineMs === Infinity ? undefined : this.#deadlineMs;
  }

  handle(input: ServerTransferInput, nowMs: number): readonly ServerTransferOutput[] {
    this.#outputs = [];
    this.#nowMs = nowMs;
    switch (input.kind) {
      case 'packet':
        this.#takePacket(input.packet);
        break;
      case 'data':
        this.#queue.push(input.bytes);
        this.#asked = false;
        this.#sourceEnded = input.last;
        if (input.last) this.#lastBlock = this.#acked + Math.floor(this.#queue.sizeBytes / this.#terms.blockBytes) + 1;
        break;
      case 'timer':
        if (nowMs >= this.#deadlineMs) this.#step(this.#timerEvent());
        break;
      case 'abort':
        this.#told = { code: input.code, message: input.message };
        this.#step('abort');
        break;
    }
    this.#proceed();
    return this.#outputs;
  }

  #takePacket(packet: TftpPacket | { readonly kind: 'malformed' }): void {
    switch (packet.kind) {
      case 'ack':
        this.#takeAck(packet.block);
        return;
      case 'error':
        this.#told = { code: packet.code, message: packet.message };
        this.#step('peerError');
        return;
      case 'rrq':
        // The request again: our first answer is lost or late, and its own timer repeats it.
        return;
      case 'wrq':
      case 'data':
      case 'oack':
      case 'malformed':
        this.#told = { code: TFTP_ERROR.illegalOperation, message: 'expected an acknowledgement' };
        this.#step('illegal');
    }
  }

  #takeAck(wire: number): void {
    if (this.#state === 'negotiating') {
      if (wire === 0) this.#step('ackOptions');
      return;
    }
    const block = countOf(wire, this.#acked + 1, this.#furthest, this.#terms.rolloverTo);
    if (block === undefined) return;
    this.#noteAck(block);
    this.#step(block === this.#lastBlock ? 'ackLast' : 'ackNew');
  }

  #timerEvent(): Event {
    if (this.#state === 'opening') return this.#granted.size > 0 ? 'withOptions' : 'plain';
    if (!this.#heard && this.#sendings >= SENDINGS_BEFORE_FIRST_ACK) return 'exhausted';
    return this.#nowMs - this.#progressAtMs >= GIVE_UP_MS ? 'exhausted' : 'timeout';
  }

  #step(event: Event): void {
    const row = TRANSITIONS[this.#state][event];
    if (row === undefined) return;
    this.#state = row[1];
    this.#act(row[0]);
  }

  #act(action: Action): void {
    switch (action) {
      case 'sendOack':
        if (this.#sendings > 0) this.#retry.backOff();
        this.#sendings += 1;
        this.#outputs.push({ kind: 'send', bytes: encodeOack(this.#granted) });
        this.#deadlineMs = this.#nowMs + this.#retry.waitMs;
        return;
      case 'beginData':
        this.#heard = this.#granted.size > 0;
        this.#retry.progressed();
        this.#progressAtMs = this.#nowMs;
        this.#deadlineMs = Infinity;
        return;
      case 'advance':
        this.#advance();
        return;
      case 'goBack':
        this.#sent = this.#acked;
        this.#sample = undefined;
        this.#retry.backOff();
        this.#deadlineMs = Infinity;
        return;
      case 'finish':
        this.#outputs.push({ kind: 'done', bytes: this.#ackedBytes, resentBlocks: this.#resentBlocks });
        return;
      case 'failPeerError':
        this.#fail('peerError');
        return;
      case 'failIllegal':
        this.#tell();
        this.#fail('illegal');
        return;
      case 'failSilent':
        this.#fail(this.#lastBlock !== undefined && this.#acked === this.#lastBlock - 1 ? 'endUnknown' : 'silent');
        return;
      case 'failAborted':
        this.#tell();
        this.#fail('aborted');
    }
  }

  #noteAck(block: number): void {
    const bytes = Math.min((block - this.#acked) * this.#terms.blockBytes, this.#queue.sizeBytes);
    this.#queue.drop(bytes);
    this.#ackedBytes += bytes;
    this.#acked = block;
    this.#heard = true;
    this.#progressAtMs = this.#nowMs;
    if (this.#sample?.block === block) this.#retry.learn(this.#nowMs - this.#sample.atMs);
    this.#sample = undefined;
    this.#retry.progressed();
    this.#outputs.push({ kind: 'progress', bytes: this.#ackedBytes });
  }

  /**
   * An acknowledgement inside the window says that the block behind it was lost: sending goes on from there. But not when
   * that block left sooner ago than any answer takes: then the acknowledgement is about an earlier copy, and going back
   * for each of them would send every window twice from then on.
   */
  #advance(): void {
    const earlierCopy = this.#acked < this.#sent && this.#retry.isTooSoon(this.#nowMs - this.#sentAtMs);
    if (!earlierCopy) this.#sent = this.#acked;
    this.#deadlineMs = this.#sent > this.#acked ? this.#nowMs + this.#retry.waitMs : Infinity;
  }

  /** Fills the window with what is there, and asks the source ahead of need. */
  #proceed(): void {
    if (this.#state === 'sending') this.#fillWindow();
    if (this.ended || this.#asked || this.#sourceEnded) return;
    if (this.#queue.sizeBytes >= Math.max(READ_BYTES, this.#terms.blockBytes * this.#terms.windowBlocks)) return;
    this.#asked = true;
    this.#outputs.push({ kind: 'needData', maxBytes: READ_BYTES });
  }

  #fillWindow(): void {
    const { blockBytes, windowBlocks, rolloverTo } = this.#terms;
    const before = this.#sent;
    while (this.#sent < this.#acked + windowBlocks && this.#sent !== this.#lastBlock) {
      const payload = this.#queue.view((this.#sent - this.#acked) * blockBytes, blockBytes);
      if (payload.length < blockBytes && !this.#sourceEnded) break;
      this.#sent += 1;
      this.#outputs.push({ kind: 'send', bytes: encodeData(wireNumber(this.#sent, rolloverTo), payload) });
      if (this.#sent <= this.#furthest) {
        this.#resentBlocks += 1;
      } else {
        this.#furthest = this.#sent;
        this.#sample = { block: this.#sent, atMs: this.#nowMs };
      }
    }
    if (this.#sent === before) return;
    this.#sendings += 1;
    this.#sentAtMs = this.#nowMs;
    this.#deadlineMs = this.#nowMs + this.#retry.waitMs;
  }

  #tell(): void {
    if (this.#told !== undefined) {
      this.#outputs.push({ kind: 'send', bytes: encodeError(this.#told.code, this.#told.message) });
    }
  }

  #fail(reason: ServerTransferFailure): void {
    const [bytes, resentBlocks] = [this.#ackedBytes, this.#resentBlocks];
    this.#outputs.push({ kind: 'failed', reason, bytes, resentBlocks, ...this.#told });
  }
}
