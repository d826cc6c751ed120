/**
 * One file from one peer: our own RRQ, or the answer to a WRQ. Packets and time in, packets and facts out; it never waits.
 * Sources: RFC 1350, RFC 2347–2349, RFC 7440 (windows), RFC 1123 §4.2.3.
 *
 * Nothing is acknowledged before the caller has it where it belongs (`stored`): so a full disk is told as what it is, while
 * the peer still listens.
 *
 * As a client the caller locks the server's transfer id: the first answer's port is the server's from then on (RFC 1350 §4),
 * and what comes from another is answered with error 5 by the caller, not shown here.
 */
import { countOf, wireNumber } from './block-number.js';
import type { RolloverTo } from './block-number.js';
import { DEFAULT_TERMS, acceptOptions, askedOptions } from './options.js';
import type { TransferTerms } from './options.js';
import { TFTP_ERROR, encodeAck, encodeError, encodeOack, encodeRequest } from './packet.js';
import type { DecodedTftp, TftpOptions } from './packet.js';
import { DALLY_MS, GIVE_UP_MS, MAX_REQUESTS, SENDINGS_BEFORE_FIRST_ANSWER } from './patience.js';
import { RetryTimer } from './retry-timer.js';
import { RECEIVE_TRANSITIONS } from './receive-states.js';
import type { ReceiveAction, ReceiveEvent, ReceiveState } from './receive-states.js';
import type { Opening, ReceiveInput, ReceiveOutput, TransferFailure } from './transfer-io.js';

/** A block that is shorter than it may be by the told length, this often: the file is shorter, no datagram was cut. */
const SHORT_BLOCKS_BELIEVED = 3;
const FIRST_AFTER_ROLLOVER = 0x1_0000;

/** Feed `handle`; call it with `timer` at once, and whenever `nextDeadlineMs` has come. */
export class ReceiveTransfer {
  readonly #opening: Opening;
  #asked: TftpOptions = new Map();
  #terms: TransferTerms = DEFAULT_TERMS;
  #rolloverTo: RolloverTo = 0;
  #retry: RetryTimer;
  #state: ReceiveState = 'opening';
  #outputs: ReceiveOutput[] = [];
  #nowMs: number;
  #deadlineMs: number;
  #progressAtMs: number;
  #sendings = 0;
  #received = 0;
  #sinceAck = 0;
  #stored = true;
  #ackDue = false;
  #gapReported = false;
  #shortBlocks = 0;
  #bytes = 0;
  #payload: Uint8Array = new Uint8Array(0);
  #told: { code: number; message: string } | undefined;

  constructor(opening: Opening, nowMs: number) {
    this.#opening = opening;
    if (opening.kind === 'answer') this.#terms = opening.terms;
    else this.#asked = askedOptions(opening.request);
    this.#rolloverTo = this.#terms.rolloverTo;
    this.#retry = new RetryTimer(this.#terms.timeoutMs);
    this.#nowMs = nowMs;
    this.#deadlineMs = nowMs;
    this.#progressAtMs = nowMs;
  }

  /** True after `failed` or `closed`. */
  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** The peer has sent a block. */
  get heard(): boolean {
    return this.#received > 0;
  }

  /** File bytes that came, as they were sent. */
  get receivedBytes(): number {
    return this.#bytes;
  }

  /** When `handle` wants a `timer`, ms on the caller's clock. While the caller stores, nothing is due. */
  nextDeadlineMs(): number | undefined {
    return this.ended ? undefined : this.#stored ? this.#deadlineMs : Infinity;
  }

  handle(input: ReceiveInput, nowMs: number): readonly ReceiveOutput[] {
    this.#outputs = [];
    this.#nowMs = nowMs;
    switch (input.kind) {
      case 'packet':
        this.#step(this.#packetEvent(input.packet));
        break;
      case 'timer':
        if (nowMs >= (this.nextDeadlineMs() ?? Infinity)) this.#step(this.#timerEvent());
        break;
      case 'stored':
        this.#stored = true;
        this.#progressAtMs = nowMs;
        this.#deadlineMs = nowMs + this.#retry.waitMs;
        this.#step('stored');
        break;
      case 'abort':
        this.#told = { code: input.code, message: input.message };
        this.#step('abort');
        break;
    }
    return this.#outputs;
  }

  #packetEvent(packet: DecodedTftp): ReceiveEvent | undefined {
    switch (packet.kind) {
      case 'data':
        return this.#dataEvent(packet.block, packet.bytes);
      case 'oack':
        return this.#oackEvent(packet.options);
      case 'error':
        this.#told = { code: packet.code, message: packet.message };
        return this.#refusesOptions(packet.code) ? 'optionsRefused' : 'peerError';
      case 'wrq':
      case 'malformed':
        // The request again: its answer is lost or late, and its own timer repeats it. Noise is no packet of anyone.
        return undefined;
      case 'rrq':
      case 'ack':
        return this.#illegal(TFTP_ERROR.illegalOperation, 'expected DATA');
    }
  }

  #dataEvent(wire: number, bytes: Uint8Array): ReceiveEvent | undefined {
    const { blockBytes, windowBlocks, sizeBytes } = this.#terms;
    if (bytes.length > blockBytes) return this.#illegal(TFTP_ERROR.illegalOperation, 'block too long');
    const next = this.#received + 1;
    this.#learnRollover(wire, next);
    const awaited = this.#state !== 'dallying' && this.#state !== 'storingLast';
    if (awaited && wire === wireNumber(next, this.#rolloverTo)) {
      const last = bytes.length < blockBytes;
      if (sizeBytes !== undefined && this.#isOctet() && this.#contradicts(bytes.length, last, sizeBytes)) {
        this.#shortBlocks += 1;
        if (this.#shortBlocks < SHORT_BLOCKS_BELIEVED) return undefined;
        const came = this.#bytes + bytes.length;
        return this.#illegal(TFTP_ERROR.undefined, `${came} bytes or more came, tsize said ${sizeBytes}`);
      }
      this.#payload = bytes;
      return last ? 'blockLast' : 'blockNext';
    }
    // Inside a window a repeated block is no call for an answer: the server would take it for the report of a gap.
    const repeated = this.#received > 0 && wire === wireNumber(this.#received, this.#rolloverTo);
    if (repeated) return this.#sinceAck === 0 ? 'blockRepeated' : undefined;
    const ahead = countOf(wire, next + 1, this.#received + windowBlocks, this.#rolloverTo);
    return ahead === undefined ? undefined : 'blockBehindGap';
  }

  /**
   * The first number after 65535 shows which way the sender counts on. In a window it does not: 1 may be the block behind a
   * lost 0. A sender of windows that counts on with 1 must have said so with `rollover`.
   */
  #learnRollover(wire: number, next: number): void {
    if (next === FIRST_AFTER_ROLLOVER && wire === 1 && this.#terms.windowBlocks === 1) this.#rolloverTo = 1;
  }

  /** Where the length was told: a short block before the end is a datagram that was cut, a long one after it a lie. */
  #contradicts(blockLength: number, last: boolean, sizeBytes: number): boolean {
    const came = this.#bytes + blockLength;
    return last ? came !== sizeBytes : came > sizeBytes;
  }

  #isOctet(): boolean {
    return this.#opening.kind === 'answer' || (this.#opening.request.mode ?? 'octet') === 'octet';
  }

  #oackEvent(answered: TftpOptions): ReceiveEvent | undefined {
    if (this.#opening.kind === 'answer') return undefined;
    if (this.#state !== 'requesting') return this.#received === 0 ? 'blockRepeated' : undefined;
    const terms = acceptOptions(this.#asked, answered);
    if (typeof terms === 'string') return this.#illegal(TFTP_ERROR.optionRefused, terms);
    this.#terms = terms;
    this.#rolloverTo = terms.rolloverTo;
    return 'options';
  }

  /** RFC 2347 names code 8; servers older than it answer with 4. */
  #refusesOptions(code: number): boolean {
    if (this.#state !== 'requesting' || this.#asked.size === 0) return false;
    return code === TFTP_ERROR.optionRefused || code === TFTP_ERROR.illegalOperation;
  }

  #illegal(code: number, message: string): ReceiveEvent {
    this.#told = { code, message };
    return 'illegal';
  }

  #timerEvent(): ReceiveEvent {
    if (this.#state === 'opening') return this.#opening.kind === 'request' ? 'request' : 'answer';
    if (this.#state === 'dallying') return 'timeout';
    if (this.#state === 'requesting') return this.#sendings >= MAX_REQUESTS ? 'exhausted' : 'timeout';
    const forged = this.#opening.kind === 'answer' && this.#received === 0;
    if (forged && this.#sendings >= SENDINGS_BEFORE_FIRST_ANSWER) return 'exhausted';
    return this.#nowMs - this.#progressAtMs >= GIVE_UP_MS ? 'exhausted' : 'timeout';
  }

  #step(event: ReceiveEvent | undefined): void {
    const row = event === undefined ? undefined : RECEIVE_TRANSITIONS[this.#state][event];
    if (row === undefined) return;
    this.#state = row[1];
    this.#act(row[0]);
  }

  #act(action: ReceiveAction): void {
    switch (action) {
      case 'sendOpening':
        if (this.#sendings > 0) this.#retry.backOff();
        this.#sendOpening();
        return;
      case 'requestPlain':
        this.#asked = new Map();
        this.#told = undefined;
        this.#sendOpening();
        return;
      case 'acceptOptions':
        this.#retry = new RetryTimer(this.#terms.timeoutMs);
        this.#progressAtMs = this.#nowMs;
        this.#outputs.push({ kind: 'terms', terms: this.#terms });
        this.#acknowledge();
        return;
      case 'keep':
        this.#keep();
        return;
      case 'acknowledgeDue':
        if (this.#ackDue) this.#acknowledge();
        return;
      case 'finish':
        this.#acknowledge();
        this.#outputs.push({ kind: 'done' });
        this.#deadlineMs = this.#nowMs + DALLY_MS;
        return;
      case 'repeatSilently':
        if (this.#stored) this.#acknowledge();
        return;
      case 'acknowledgeAgain':
        this.#retry.backOff();
        this.#acknowledge();
        return;
      case 'reportGap':
        this.#reportGap();
        return;
      case 'close':
        this.#outputs.push({ kind: 'closed' });
        return;
      case 'failPeerError':
        this.#fail('peerError');
        return;
      case 'failTold':
        this.#tellAndFail('illegal');
        return;
      case 'failSilent':
        this.#fail('silent');
        return;
      case 'failAborted':
        this.#tellAndFail('aborted');
    }
  }

  #sendOpening(): void {
    this.#sendings += 1;
    this.#deadlineMs = this.#nowMs + this.#retry.waitMs;
    this.#outputs.push({ kind: 'send', bytes: this.#openingPacket() });
  }

  #openingPacket(): Uint8Array {
    if (this.#opening.kind === 'answer') {
      const { granted } = this.#opening;
      return granted.size > 0 ? encodeOack(granted) : encodeAck(0);
    }
    const { fileName, mode = 'octet' } = this.#opening.request;
    return encodeRequest('rrq', fileName, mode, this.#asked);
  }

  #keep(): void {
    this.#received += 1;
    this.#sinceAck += 1;
    this.#bytes += this.#payload.length;
    this.#gapReported = false;
    this.#shortBlocks = 0;
    this.#stored = false;
    this.#retry.progressed();
    if (this.#sinceAck >= this.#terms.windowBlocks) this.#ackDue = true;
    this.#outputs.push({ kind: 'data', bytes: this.#payload });
  }

  /** Once a gap: each block behind it would ask for the same again (RFC 7440 §4). */
  #reportGap(): void {
    if (this.#gapReported) return;
    this.#gapReported = true;
    if (this.#stored) this.#acknowledge();
    else this.#ackDue = true;
  }

  #acknowledge(): void {
    this.#sinceAck = 0;
    this.#ackDue = false;
    if (this.#state !== 'dallying') this.#deadlineMs = this.#nowMs + this.#retry.waitMs;
    // The answer to a WRQ is the acknowledgement of its block 0.
    if (this.#received === 0 && this.#opening.kind === 'answer') this.#sendOpening();
    else this.#outputs.push({ kind: 'send', bytes: encodeAck(wireNumber(this.#received, this.#rolloverTo)) });
  }

  #tellAndFail(reason: TransferFailure): void {
    if (this.#told) this.#outputs.push({ kind: 'send', bytes: encodeError(this.#told.code, this.#told.message) });
    this.#fail(reason);
  }

  #fail(reason: TransferFailure): void {
    this.#outputs.push({ kind: 'failed', reason, ...this.#told });
  }
}
