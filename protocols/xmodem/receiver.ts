/**
 * XMODEM receiver: checksum, CRC and 1K variants, block sizes mixed. Bytes and time in, bytes and facts out.
 * Source: Chuck Forsberg, "XMODEM/YMODEM Protocol Reference" (1988), chapters 7 and 8. Not done: YMODEM, the -g variants.
 *
 * Between blocks everything that cannot begin one is dropped. An EOT counts only when the line is quiet after it: where the
 * head of a block was garbled, its payload is read as noise and may hold one. After a bad block nothing is answered before the line has
 * been quiet: an answer into a half-sent block would be read as the answer to the next.
 */
import {
  ABORT_SEQUENCE,
  ACK,
  CAN,
  CRC_REQUEST,
  EOT,
  NAK,
  SOH,
  STX,
  SUB,
  blockWireBytes,
  decodeBlock,
} from './block.js';
import type { Check } from './block.js';

type State = 'awaitFirst' | 'awaitBlock' | 'inBlock' | 'purge' | 'confirmEnd' | 'ended';
type Event =
  | ('head' | 'blockNext' | 'blockRepeated' | 'blockForeign' | 'blockBad')
  | ('eot' | 'end' | 'endDoubted' | 'noise' | 'cancel' | 'timeout' | 'exhausted' | 'abort');
type Action =
  | ('request' | 'watchBlock' | 'watchQuiet' | 'keep' | 'acknowledge' | 'refuse' | 'doubtEnd' | 'finish')
  | ('failNoStart' | 'failRetriesSpent' | 'failOutOfSequence' | 'failCancelled' | 'failAborted');
type Row = Readonly<Partial<Record<Event, readonly [Action, State]>>>;

const STOPS: Row = { abort: ['failAborted', 'ended'] };
const BETWEEN: Row = {
  ...STOPS,
  head: ['watchBlock', 'inBlock'],
  eot: ['watchQuiet', 'confirmEnd'],
  cancel: ['failCancelled', 'ended'],
};

/** state × event → what to do, next state. An event without a row changes nothing: on a console it is noise. */
const TRANSITIONS: Readonly<Record<State, Row>> = {
  awaitFirst: { ...BETWEEN, timeout: ['request', 'awaitFirst'], exhausted: ['failNoStart', 'ended'] },
  awaitBlock: { ...BETWEEN, timeout: ['refuse', 'awaitBlock'], exhausted: ['failRetriesSpent', 'ended'] },
  inBlock: {
    ...STOPS,
    blockNext: ['keep', 'awaitBlock'],
    blockRepeated: ['acknowledge', 'awaitBlock'],
    blockForeign: ['failOutOfSequence', 'ended'],
    blockBad: ['watchQuiet', 'purge'],
    timeout: ['refuse', 'awaitBlock'],
    exhausted: ['failRetriesSpent', 'ended'],
  },
  purge: { ...STOPS, timeout: ['refuse', 'awaitBlock'], exhausted: ['failRetriesSpent', 'ended'] },
  confirmEnd: {
    ...STOPS,
    noise: ['watchQuiet', 'purge'],
    end: ['finish', 'ended'],
    endDoubted: ['doubtEnd', 'awaitBlock'],
  },
  ended: {},
};

/** Bad or missing blocks in a row that end the transfer (Forsberg, chapter 7). */
const MAX_RETRIES = 10;
/** Requests with `C` before the checksum is offered, and requests in all: 18 s, then 42 more. */
const CRC_REQUESTS = 6;
const START_REQUESTS = 20;
/** Between requests for the first block, ms (Forsberg, chapter 8: 3 s). */
const REQUEST_INTERVAL_MS = 3000;
/** Wait for the next block, ms (Forsberg, chapter 7: 10 s). */
const BLOCK_TIMEOUT_MS = 10_000;
/** Longest gap inside a block, ms (Forsberg, chapter 7: 1 s). */
const BYTE_TIMEOUT_MS = 1000;
/** Quiet line before a bad block is refused or an EOT believed, ms: a hundred characters at 9600 baud. */
const QUIET_MS = 100;

export interface XmodemReceiverOptions {
  /** Ask for the CRC first. Default true. */
  readonly crc?: boolean;
  /** Doubt the first EOT with a NAK: a bit error in the gap between blocks must not end the file. Default true. */
  readonly nakFirstEot?: boolean;
  /** What the sender is taken to fill the last block with. Default 0x1A. */
  readonly padByte?: number;
}

export type XmodemReceiverInput =
  { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'timer' } | { readonly kind: 'abort' };

/** `outOfSequence`: a block neither next nor repeated; the others as in the sender. */
export type XmodemReceiveFailure = 'noStart' | 'retriesSpent' | 'outOfSequence' | 'cancelled' | 'aborted';

export type XmodemReceiverOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** One block's payload, its fill included: only the file's own length or hash can tell fill from content. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** `bytes` were delivered; at most the last `paddedBytes` of them are fill. */
  | { readonly kind: 'done'; readonly bytes: number; readonly paddedBytes: number }
  | { readonly kind: 'failed'; readonly reason: XmodemReceiveFailure; readonly bytes: number };

/** One file from one sender. `handle` with `timer` at once starts the requests. */
export class XmodemReceiver {
  readonly #options: Required<XmodemReceiverOptions>;
  readonly #block = new Uint8Array(blockWireBytes(1024, 'crc'));
  #blockLength = 0;
  #state: State = 'awaitFirst';
  #outputs: XmodemReceiverOutput[] = [];
  #nowMs: number;
  #deadlineMs: number;
  #check: Check;
  #requests = 0;
  #errors = 0;
  #expected = 1;
  #lastByte = 0;
  #endDoubted = false;
  #bytes = 0;
  #lastPayload: Uint8Array = new Uint8Array(0);

  constructor(options: XmodemReceiverOptions, nowMs: number) {
    this.#options = { crc: true, nakFirstEot: true, padByte: SUB, ...options };
    this.#check = this.#options.crc ? 'crc' : 'sum';
    this.#nowMs = nowMs;
    this.#deadlineMs = nowMs;
  }

  /** True after `done` or `failed`. */
  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** When `handle` wants a `timer`, ms on the caller's clock. */
  nextDeadlineMs(): number | undefined {
    return this.ended ? undefined : this.#deadlineMs;
  }

  handle(input: XmodemReceiverInput, nowMs: number): readonly XmodemReceiverOutput[] {
    this.#outputs = [];
    this.#nowMs = nowMs;
    switch (input.kind) {
      case 'bytes':
        this.#read(input.bytes);
        break;
      case 'timer':
        if (nowMs >= this.#deadlineMs) this.#step(this.#timerEvent());
        break;
      case 'abort':
        this.#step('abort');
        break;
    }
    return this.#outputs;
  }

  #read(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && !this.ended) {
      if (this.#state === 'inBlock') at += this.#readBlock(bytes.subarray(at));
      else at += this.#readBetween(bytes[at] ?? 0);
    }
    if (this.#state === 'inBlock') this.#deadlineMs = this.#nowMs + BYTE_TIMEOUT_MS;
    if (this.#state === 'purge') this.#deadlineMs = this.#nowMs + QUIET_MS;
  }

  /** Takes one byte outside a block. */
  #readBetween(byte: number): number {
    const before = this.#lastByte;
    this.#lastByte = byte;
    this.#step('noise');
    if (this.#state === 'purge') return 1;
    if (byte === SOH || byte === STX) {
      this.#block[0] = byte;
      this.#blockLength = 1;
      this.#step('head');
    } else if (byte === EOT) {
      this.#step('eot');
    } else if (byte === CAN && before === CAN) {
      this.#step('cancel');
    }
    return 1;
  }

  /** Takes what the block still lacks; its first three bytes alone, so that a misread head is seen at once. */
  #readBlock(bytes: Uint8Array): number {
    const whole = blockWireBytes(this.#block[0] === STX ? 1024 : 128, this.#check);
    const wanted = (this.#blockLength < 3 ? 3 : whole) - this.#blockLength;
    const taken = bytes.subarray(0, wanted);
    this.#block.set(taken, this.#blockLength);
    this.#blockLength += taken.length;
    const decoded = decodeBlock(this.#block.subarray(0, this.#blockLength), this.#check);
    if (decoded.kind === 'bad') this.#step('blockBad');
    if (decoded.kind === 'block') this.#takeBlock(decoded.number, decoded.payload);
    return taken.length;
  }

  #takeBlock(number: number, payload: Uint8Array): void {
    this.#lastByte = 0;
    if (number === this.#expected) {
      this.#lastPayload = payload.slice();
      this.#step('blockNext');
    } else {
      const repeated = number === ((this.#expected - 1) & 0xff) && this.#bytes > 0;
      this.#step(repeated ? 'blockRepeated' : 'blockForeign');
    }
  }

  #timerEvent(): Event {
    if (this.#state === 'confirmEnd') return this.#options.nakFirstEot && !this.#endDoubted ? 'endDoubted' : 'end';
    if (this.#state === 'awaitFirst') return this.#requests >= START_REQUESTS ? 'exhausted' : 'timeout';
    return this.#errors >= MAX_RETRIES ? 'exhausted' : 'timeout';
  }

  #step(event: Event): void {
    const row = TRANSITIONS[this.#state][event];
    if (row === undefined) return;
    this.#state = row[1];
    this.#act(row[0]);
  }

  #act(action: Action): void {
    switch (action) {
      case 'request':
        this.#request();
        return;
      case 'watchBlock':
        this.#deadlineMs = this.#nowMs + BYTE_TIMEOUT_MS;
        return;
      case 'watchQuiet':
        this.#deadlineMs = this.#nowMs + QUIET_MS;
        return;
      case 'keep':
        this.#keep();
        return;
      case 'acknowledge':
        this.#answer(ACK);
        return;
      case 'refuse':
        this.#refuse();
        return;
      case 'doubtEnd':
        this.#endDoubted = true;
        this.#answer(NAK);
        return;
      case 'finish':
        this.#answer(ACK);
        this.#outputs.push({ kind: 'done', bytes: this.#bytes, paddedBytes: this.#trailingPad() });
        return;
      case 'failNoStart':
        this.#abort('noStart');
        return;
      case 'failRetriesSpent':
        this.#abort('retriesSpent');
        return;
      case 'failOutOfSequence':
        this.#abort('outOfSequence');
        return;
      case 'failCancelled':
        this.#outputs.push({ kind: 'failed', reason: 'cancelled', bytes: this.#bytes });
        return;
      case 'failAborted':
        this.#abort('aborted');
    }
  }

  #request(): void {
    this.#requests += 1;
    if (this.#requests > CRC_REQUESTS) this.#check = 'sum';
    this.#deadlineMs = this.#nowMs + REQUEST_INTERVAL_MS;
    this.#outputs.push({ kind: 'send', bytes: Uint8Array.of(this.#check === 'crc' ? CRC_REQUEST : NAK) });
  }

  #keep(): void {
    this.#errors = 0;
    this.#endDoubted = false;
    this.#bytes += this.#lastPayload.length;
    this.#expected = (this.#expected + 1) & 0xff;
    this.#outputs.push({ kind: 'data', bytes: this.#lastPayload });
    this.#answer(ACK);
  }

  #refuse(): void {
    this.#errors += 1;
    this.#answer(NAK);
  }

  #answer(byte: number): void {
    this.#deadlineMs = this.#nowMs + BLOCK_TIMEOUT_MS;
    this.#outputs.push({ kind: 'send', bytes: Uint8Array.of(byte) });
  }

  #trailingPad(): number {
    let count = 0;
    while (count < this.#lastPayload.length && this.#lastPayload.at(-1 - count) === this.#options.padByte) count += 1;
    return count;
  }

  #abort(reason: XmodemReceiveFailure): void {
    this.#outputs.push({ kind: 'send', bytes: ABORT_SEQUENCE });
    this.#outputs.push({ kind: 'failed', reason, bytes: this.#bytes });
  }
}
