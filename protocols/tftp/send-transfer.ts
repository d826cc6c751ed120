/**
 * One file to one peer: the answer to an RRQ, or our own WRQ. Packets and time in, packets and facts out; it never waits,
 * and it holds no byte of the file: it says which blocks go out (`blocks`), its caller has them.
 * Sources: RFC 1350, RFC 2347–2349, RFC 7440 (windows), RFC 1123 §4.2.3.
 *
 * RFC 1123 §4.2.3.1 (sorcerer's apprentice): DATA is sent again only when time ran out, never because an acknowledgement
 * came twice. An acknowledgement inside a window is no repetition: it says what came before a gap, and sending goes on
 * behind it (RFC 7440 §4).
 */
import { countOf } from './block-number.js';
import { DEFAULT_TERMS, acceptOptions, askedOptions } from './options.js';
import type { TransferTerms } from './options.js';
import { TFTP_ERROR, encodeError, encodeOack, encodeRequest } from './packet.js';
import type { DecodedTftp, TftpOptions } from './packet.js';
import { GIVE_UP_MS, MAX_REQUESTS, SENDINGS_BEFORE_FIRST_ANSWER } from './patience.js';
import { RetryTimer } from './retry-timer.js';
import { SEND_TRANSITIONS } from './send-states.js';
import type { SendAction, SendEvent, SendState } from './send-states.js';
import type { Opening, SendInput, SendOutput, TransferFailure } from './transfer-io.js';

/** Feed `handle`; call it with `timer` at once, and whenever `nextDeadlineMs` has come. */
export class SendTransfer {
  readonly #opening: Opening;
  readonly #sizeBytes: number;
  #asked: TftpOptions = new Map();
  #terms: TransferTerms = DEFAULT_TERMS;
  #retry: RetryTimer;
  #state: SendState = 'opening';
  #outputs: SendOutput[] = [];
  #nowMs: number;
  #deadlineMs: number;
  #progressAtMs: number;
  #heard = false;
  #sendings = 0;

  /** Blocks acknowledged, blocks sent in this pass, most blocks ever sent. */
  #acked = 0;
  #sent = 0;
  #furthest = 0;
  #sentAtMs = 0;
  /** Count of the last block, the one shorter than the others. */
  #lastBlock = 0;
  /** The block whose round trip is measured; 0: none. */
  #sampleBlock = 0;
  #sampleAtMs = 0;
  #resentBlocks = 0;
  #told: { code: number; message: string } | undefined;

  /** `sizeBytes` is the length as it is sent: in netascii with its line ends. */
  constructor(opening: Opening, sizeBytes: number, nowMs: number) {
    this.#opening = opening;
    this.#sizeBytes = sizeBytes;
    if (opening.kind === 'answer') this.#terms = opening.terms;
    else this.#asked = askedOptions(opening.request, sizeBytes);
    this.#retry = new RetryTimer(this.#terms.timeoutMs);
    this.#nowMs = nowMs;
    this.#deadlineMs = nowMs;
    this.#progressAtMs = nowMs;
  }

  /** True after `done` or `failed`. */
  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** The peer has answered: it is there, and the request was its own. */
  get heard(): boolean {
    return this.#heard;
  }

  get ackedBlocks(): number {
    return this.#acked;
  }

  /** File bytes that the peer has acknowledged. */
  get ackedBytes(): number {
    return Math.min(this.#acked * this.#terms.blockBytes, this.#sizeBytes);
  }

  get resentBlocks(): number {
    return this.#resentBlocks;
  }

  get terms(): TransferTerms {
    return this.#terms;
  }

  /** When `handle` wants a `timer`, ms on the caller's clock. */
  nextDeadlineMs(): number | undefined {
    return this.ended ? undefined : this.#deadlineMs;
  }

  handle(input: SendInput, nowMs: number): readonly SendOutput[] {
    this.#begin(nowMs);
    switch (input.kind) {
      case 'packet':
        this.#takePacket(input.packet);
        break;
      case 'timer':
        if (nowMs >= this.#deadlineMs) this.#step(this.#timerEvent());
        break;
      case 'left':
        this.#left();
        break;
      case 'abort':
        this.#told = { code: input.code, message: input.message };
        this.#step('abort');
        break;
    }
    return this.#outputs;
  }

  /** As `handle` with an ACK packet, without one: acknowledgements come by the ten thousand a second. */
  acknowledged(wire: number, nowMs: number): readonly SendOutput[] {
    this.#begin(nowMs);
    this.#takeAck(wire);
    return this.#outputs;
  }

  #begin(nowMs: number): void {
    this.#outputs = [];
    this.#nowMs = nowMs;
  }

  #takePacket(packet: DecodedTftp): void {
    switch (packet.kind) {
      case 'ack':
        this.#takeAck(packet.block);
        return;
      case 'oack':
        if (this.#state === 'requesting') this.#takeOptions(packet.options);
        return;
      case 'error':
        this.#told = { code: packet.code, message: packet.message };
        this.#step(this.#refusesOptions(packet.code) ? 'optionsRefused' : 'peerError');
        return;
      case 'rrq':
      case 'malformed':
        // The request again: our first answer is lost or late, and its own timer repeats it. Noise is no packet of anyone.
        return;
      case 'wrq':
      case 'data':
        this.#told = { code: TFTP_ERROR.illegalOperation, message: 'expected an acknowledgement' };
        this.#step('illegal');
    }
  }

  #takeAck(wire: number): void {
    if (this.#state !== 'sending') {
      if (wire === 0) this.#step('ackZero');
      return;
    }
    const block = countOf(wire, this.#acked + 1, this.#furthest, this.#terms.rolloverTo);
    if (block === undefined) return;
    this.#acked = block;
    this.#answered();
    if (this.#sampleBlock === block) this.#retry.learn(this.#nowMs - this.#sampleAtMs);
    this.#sampleBlock = 0;
    this.#step(block === this.#lastBlock ? 'ackLast' : 'ackNew');
  }

  #takeOptions(answered: TftpOptions): void {
    const terms = acceptOptions(this.#asked, answered);
    if (typeof terms === 'string') {
      this.#told = { code: TFTP_ERROR.optionRefused, message: terms };
      this.#step('illegal');
      return;
    }
    this.#terms = terms;
    this.#retry = new RetryTimer(terms.timeoutMs);
    this.#step('options');
  }

  /** RFC 2347 names code 8; servers older than it answer with 4. */
  #refusesOptions(code: number): boolean {
    if (this.#state !== 'requesting' || this.#asked.size === 0) return false;
    return code === TFTP_ERROR.optionRefused || code === TFTP_ERROR.illegalOperation;
  }

  #timerEvent(): SendEvent {
    if (this.#state === 'opening') {
      if (this.#opening.kind === 'request') return 'request';
      return this.#opening.granted.size > 0 ? 'withOptions' : 'plain';
    }
    const most = this.#opening.kind === 'request' ? MAX_REQUESTS : SENDINGS_BEFORE_FIRST_ANSWER;
    if (!this.#heard && this.#sendings >= most) return 'exhausted';
    return this.#nowMs - this.#progressAtMs >= GIVE_UP_MS ? 'exhausted' : 'timeout';
  }

  #step(event: SendEvent): void {
    const row = SEND_TRANSITIONS[this.#state][event];
    if (row === undefined) return;
    this.#state = row[1];
    this.#act(row[0]);
  }

  #act(action: SendAction): void {
    switch (action) {
      case 'sendOpening':
        this.#sendOpening();
        return;
      case 'requestPlain':
        this.#asked = new Map();
        this.#told = undefined;
        this.#sendOpening();
        return;
      case 'beginPlain':
        this.#terms = DEFAULT_TERMS;
        this.#beginData();
        return;
      case 'beginData':
        this.#beginData();
        return;
      case 'advance':
        this.#advance();
        return;
      case 'goBack':
        this.#sent = this.#acked;
        this.#sampleBlock = 0;
        this.#retry.backOff();
        this.#fillWindow();
        return;
      case 'finish':
        this.#outputs.push({ kind: 'done' });
        return;
      case 'failPeerError':
        this.#fail('peerError');
        return;
      case 'failIllegal':
        this.#tell();
        this.#fail('illegal');
        return;
      case 'failSilent':
        this.#fail(this.#heard && this.#acked === this.#lastBlock - 1 ? 'endUnknown' : 'silent');
        return;
      case 'failAborted':
        this.#tell();
        this.#fail('aborted');
    }
  }

  #sendOpening(): void {
    if (this.#sendings > 0) this.#retry.backOff();
    this.#sendings += 1;
    this.#outputs.push({ kind: 'send', bytes: this.#openingPacket() });
    this.#deadlineMs = this.#nowMs + this.#retry.waitMs;
  }

  #openingPacket(): Uint8Array {
    if (this.#opening.kind === 'answer') return encodeOack(this.#opening.granted);
    const { fileName, mode = 'octet' } = this.#opening.request;
    return encodeRequest('wrq', fileName, mode, this.#asked);
  }

  #beginData(): void {
    // A plain answer is DATA itself: only its acknowledgement shows that the peer is there.
    if (this.#sendings > 0) this.#answered();
    this.#lastBlock = Math.floor(this.#sizeBytes / this.#terms.blockBytes) + 1;
    this.#outputs.push({ kind: 'terms', terms: this.#terms });
    this.#fillWindow();
  }

  #answered(): void {
    this.#heard = true;
    this.#progressAtMs = this.#nowMs;
    this.#retry.progressed();
  }

  /**
   * An acknowledgement inside the window says that the block behind it was lost: sending goes on from there. But not when
   * that block left sooner ago than any answer takes: then the acknowledgement is about an earlier copy, and going back
   * for each of them would send every window twice from then on.
   */
  #advance(): void {
    const earlierCopy = this.#acked < this.#sent && this.#retry.isTooSoon(this.#nowMs - this.#sentAtMs);
    if (!earlierCopy) this.#sent = this.#acked;
    this.#deadlineMs = this.#nowMs + this.#retry.waitMs;
    this.#fillWindow();
  }

  #fillWindow(): void {
    const first = this.#sent + 1;
    const last = Math.min(this.#acked + this.#terms.windowBlocks, this.#lastBlock);
    if (last < first) return;
    this.#resentBlocks += Math.max(0, Math.min(last, this.#furthest) - first + 1);
    this.#sent = last;
    if (last > this.#furthest) {
      this.#furthest = last;
      this.#sampleBlock = last;
    }
    this.#sendings += 1;
    this.#left();
    this.#outputs.push({ kind: 'blocks', first, count: last - first + 1 });
  }

  #left(): void {
    this.#sampleAtMs = this.#nowMs;
    this.#sentAtMs = this.#nowMs;
    this.#deadlineMs = this.#nowMs + this.#retry.waitMs;
  }

  #tell(): void {
    if (this.#told !== undefined) {
      this.#outputs.push({ kind: 'send', bytes: encodeError(this.#told.code, this.#told.message) });
    }
  }

  #fail(reason: TransferFailure): void {
    this.#outputs.push({ kind: 'failed', reason, ...this.#told });
  }
}
