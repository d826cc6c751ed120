/**
 * One file from one server: an RRQ and what follows. Packets and time in, packets and facts out; it never waits.
 * Sources: RFC 1350, RFC 2347–2349, RFC 7440 (windows), RFC 1123 §4.2.3. Not done: WRQ, netascii.
 *
 * The caller locks the server's transfer id: the first answer's port is the server's from then on (RFC 1350 §4), and what
 * comes from another is answered with error 5 by the caller, not shown here.
 */
import type {
  ClientTransferFailure,
  ClientTransferInput,
  ClientTransferOptions,
  ClientTransferOutput,
} from './client-io.js';
import { wireNumber } from './block-number.js';
import type { RolloverTo } from './block-number.js';
import { DEFAULT_TERMS, acceptOptions } from './options.js';
import type { TransferTerms } from './options.js';
import { TFTP_ERROR, encodeAck, encodeError, encodeRequest } from './packet.js';
import type { TftpOptions, TftpPacket } from './packet.js';
import { RetryTimer } from './retry-timer.js';

type State = 'requesting' | 'receiving' | 'dallying' | 'ended';
type Event =
  | ('options' | 'blockNext' | 'blockRepeated' | 'blockBehindGap' | 'blockLast')
  | ('optionsRefused' | 'peerError' | 'illegal' | 'timeout' | 'exhausted' | 'abort');
type Action =
  | ('request' | 'requestPlain' | 'acceptOptions' | 'keep' | 'finish' | 'acknowledgeAgain' | 'reportGap' | 'close')
  | ('failPeerError' | 'failTold' | 'failSilent' | 'failAborted');
type Row = Readonly<Partial<Record<Event, readonly [Action, State]>>>;

const STOPS: Row = {
  peerError: ['failPeerError', 'ended'],
  illegal: ['failTold', 'ended'],
  exhausted: ['failSilent', 'ended'],
  abort: ['failAborted', 'ended'],
};

/** state × event → what to do, next state. An event without a row (an old block) changes nothing. */
const TRANSITIONS: Readonly<Record<State, Row>> = {
  requesting: {
    ...STOPS,
    options: ['acceptOptions', 'receiving'],
    optionsRefused: ['requestPlain', 'requesting'],
    blockNext: ['keep', 'receiving'],
    blockLast: ['finish', 'dallying'],
    timeout: ['request', 'requesting'],
  },
  receiving: {
    ...STOPS,
    blockNext: ['keep', 'receiving'],
    blockLast: ['finish', 'dallying'],
    blockRepeated: ['acknowledgeAgain', 'receiving'],
    blockBehindGap: ['reportGap', 'receiving'],
    timeout: ['acknowledgeAgain', 'receiving'],
  },
  dallying: { blockRepeated: ['acknowledgeAgain', 'dallying'], timeout: ['close', 'ended'], abort: ['close', 'ended'] },
  ended: {},
};

/** Requests to a server that does not answer. */
const MAX_REQUESTS = 6;
/** Silence that ends a transfer, ms. */
const GIVE_UP_MS = 45_000;
/** After the last acknowledgement, ms: RFC 1350 §6 wants it repeated if the last block comes again. */
const DALLY_MS = 3000;

/** Feed `handle`; call it with `timer` at once, and whenever `nextDeadlineMs` has come. */
export class ClientTransfer {
  readonly #options: ClientTransferOptions;
  #asked: TftpOptions;
  #terms: TransferTerms = DEFAULT_TERMS;
  #rolloverTo: RolloverTo = 0;
  #retry = new RetryTimer();
  #state: State = 'requesting';
  #outputs: ClientTransferOutput[] = [];
  #nowMs: number;
  #deadlineMs: number;
  #progressAtMs: number;
  #requests = 0;
  #received = 0;
  #sinceAck = 0;
  #gapReported = false;
  #bytes = 0;
  #payload: Uint8Array = new Uint8Array(0);
  #told: { code: number; message: string } | undefined;

  constructor(options: ClientTransferOptions, nowMs: number) {
    this.#options = options;
    this.#asked = askedOptions(options);
    this.#nowMs = nowMs;
    this.#deadlineMs = nowMs;
    this.#progressAtMs = nowMs;
  }

  /** True after `failed` or `closed`. */
  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** When `handle` wants a `timer`, ms on the caller's clock. */
  nextDeadlineMs(): number | undefined {
    return this.ended ? undefined : this.#deadlineMs;
  }

  handle(input: ClientTransferInput, nowMs: number): readonly ClientTransferOutput[] {
    this.#outputs = [];
    this.#nowMs = nowMs;
    switch (input.kind) {
      case 'packet':
        this.#step(this.#packetEvent(input.packet));
        break;
      case 'timer':
        if (nowMs >= this.#deadlineMs) this.#step(this.#timerEvent());
        break;
      case 'abort':
        this.#told = { code: TFTP_ERROR.undefined, message: 'aborted' };
        this.#step('abort');
        break;
    }
    return this.#outputs;
  }

  #packetEvent(packet: TftpPacket | { readonly kind: 'malformed' }): Event | undefined {
    switch (packet.kind) {
      case 'data':
        return this.#dataEvent(packet.block, packet.bytes);
      case 'oack':
        return this.#oackEvent(packet.options);
      case 'error':
        this.#told = { code: packet.code, message: packet.message };
        return this.#refusesOptions(packet.code) ? 'optionsRefused' : 'peerError';
      default:
        return this.#illegal(TFTP_ERROR.illegalOperation, 'expected DATA');
    }
  }

  #dataEvent(wire: number, bytes: Uint8Array): Event | undefined {
    if (bytes.length > this.#terms.blockBytes) return this.#illegal(TFTP_ERROR.illegalOperation, 'block too long');
    const next = this.#received + 1;
    // The first number after 65535 shows which way the server counts on.
    if (next === 0x1_0000 && wire === 1) this.#rolloverTo = 1;
    if (this.#state !== 'dallying' && wire === wireNumber(next, this.#rolloverTo)) {
      this.#payload = bytes;
      return bytes.length < this.#terms.blockBytes ? 'blockLast' : 'blockNext';
    }
    // Inside a window a repeated block is no call for an answer: the server would take it for the report of a gap.
    const repeated = this.#received > 0 && wire === wireNumber(this.#received, this.#rolloverTo);
    if (repeated) return this.#sinceAck === 0 ? 'blockRepeated' : undefined;
    for (let ahead = 1; ahead < this.#terms.windowBlocks; ahead += 1) {
      if (wire === wireNumber(next + ahead, this.#rolloverTo)) return 'blockBehindGap';
    }
    return undefined;
  }

  #oackEvent(answered: TftpOptions): Event | undefined {
    if (this.#state !== 'requesting') return this.#received === 0 ? 'blockRepeated' : undefined;
    const terms = acceptOptions(this.#asked, answered);
    if (typeof terms === 'string') return this.#illegal(TFTP_ERROR.optionRefused, terms);
    this.#terms = terms;
    return 'options';
  }

  /** RFC 2347 names code 8; servers older than it answer with 4. */
  #refusesOptions(code: number): boolean {
    if (this.#state !== 'requesting' || this.#asked.size === 0) return false;
    return code === TFTP_ERROR.optionRefused || code === TFTP_ERROR.illegalOperation;
  }

  #illegal(code: number, message: string): Event {
    this.#told = { code, message };
    return 'illegal';
  }

  #timerEvent(): Event {
    if (this.#state === 'dallying') return 'timeout';
    if (this.#state === 'requesting') return this.#requests >= MAX_REQUESTS ? 'exhausted' : 'timeout';
    return this.#nowMs - this.#progressAtMs >= GIVE_UP_MS ? 'exhausted' : 'timeout';
  }

  #step(event: Event | undefined): void {
    const row = event === undefined ? undefined : TRANSITIONS[this.#state][event];
    if (row === undefined) return;
    this.#state = row[1];
    this.#act(row[0]);
  }

  #act(action: Action): void {
    switch (action) {
      case 'request':
        this.#request();
        return;
      case 'requestPlain':
        this.#asked = new Map();
        this.#told = undefined;
        this.#request();
        return;
      case 'acceptOptions':
        this.#retry = new RetryTimer(this.#terms.timeoutMs);
        this.#outputs.push({ kind: 'terms', terms: this.#terms });
        this.#acknowledge();
        return;
      case 'keep':
        this.#keep();
        if (this.#sinceAck >= this.#terms.windowBlocks) this.#acknowledge();
        return;
      case 'finish':
        this.#keep();
        this.#acknowledge();
        this.#outputs.push({ kind: 'done', bytes: this.#bytes });
        this.#deadlineMs = this.#nowMs + DALLY_MS;
        return;
      case 'acknowledgeAgain':
        this.#acknowledgeAgain();
        return;
      case 'reportGap':
        // Once a gap: each block behind it would ask for the same again (RFC 7440 §4).
        if (!this.#gapReported) this.#acknowledge();
        this.#gapReported = true;
        return;
      case 'close':
        this.#outputs.push({ kind: 'closed' });
        return;
      case 'failPeerError':
        this.#fail('refused');
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

  #request(): void {
    if (this.#requests > 0) this.#retry.backOff();
    this.#requests += 1;
    this.#deadlineMs = this.#nowMs + this.#retry.waitMs;
    const bytes = encodeRequest('rrq', this.#options.fileName, 'octet', this.#asked);
    this.#outputs.push({ kind: 'send', bytes });
  }

  #keep(): void {
    this.#received += 1;
    this.#sinceAck += 1;
    this.#bytes += this.#payload.length;
    this.#gapReported = false;
    this.#progressAtMs = this.#nowMs;
    this.#retry.progressed();
    this.#deadlineMs = this.#nowMs + this.#retry.waitMs;
    this.#outputs.push({ kind: 'data', bytes: this.#payload });
  }

  #acknowledge(): void {
    this.#sinceAck = 0;
    if (this.#state !== 'dallying') this.#deadlineMs = this.#nowMs + this.#retry.waitMs;
    this.#outputs.push({ kind: 'send', bytes: encodeAck(wireNumber(this.#received, this.#rolloverTo)) });
  }

  #acknowledgeAgain(): void {
    if (this.#state === 'receiving' && this.#nowMs >= this.#deadlineMs) this.#retry.backOff();
    this.#acknowledge();
  }

  #tellAndFail(reason: ClientTransferFailure): void {
    if (this.#told) this.#outputs.push({ kind: 'send', bytes: encodeError(this.#told.code, this.#told.message) });
    this.#fail(reason);
  }

  #fail(reason: ClientTransferFailure): void {
    this.#outputs.push({ kind: 'failed', reason, ...this.#told });
  }
}

function askedOptions(options: ClientTransferOptions): TftpOptions {
  const asked = new Map<string, string>();
  if (options.blockBytes !== undefined) asked.set('blksize', String(options.blockBytes));
  if (options.timeoutSeconds !== undefined) asked.set('timeout', String(options.timeoutSeconds));
  if (options.askSize === true) asked.set('tsize', '0');
  if (options.windowBlocks !== undefined) asked.set('windowsize', String(options.windowBlocks));
  return asked;
}
