/**
 * XMODEM receiver: checksum, CRC and 1K variants, block sizes mixed, and the stream of YMODEM-g. Bytes and time in, bytes
 * and facts out; it never waits.
 * Source: Chuck Forsberg, "XMODEM/YMODEM Protocol Reference" (1988), chapters 4, 6, 7 and 8. YMODEM is in ymodem-receiver.ts.
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
  MAX_RETRIES,
  NAK,
  SOH,
  STREAM_REQUEST,
  STX,
  blockWireBytes,
  decodeBlock,
} from './block.js';
import type { Check } from './block.js';
import { LineGaps } from './line-gaps.js';
import { RECEIVER_DEFAULTS } from './receiver-io.js';
import type {
  XmodemReceiveFailure,
  XmodemReceiverInput,
  XmodemReceiverOptions,
  XmodemReceiverOutput,
} from './receiver-io.js';
import { RECEIVER_TRANSITIONS } from './receiver-states.js';
import type { ReceiverAction, ReceiverEvent, ReceiverState } from './receiver-states.js';

/** Requests with `C` before the checksum is offered: 18 s. */
const CRC_REQUESTS = 6;
/** Between requests for the first block, ms (Forsberg, chapter 8: 3 s). */
const REQUEST_INTERVAL_MS = 3000;
/** Wait for the next block, ms (Forsberg, chapter 7: 10 s). */
const BLOCK_TIMEOUT_MS = 10_000;
/** Longest gap inside a block, ms (Forsberg, chapter 7: 1 s). */
const BYTE_TIMEOUT_MS = 1000;
/** Bytes between blocks that are no console text any more but a block whose head was lost. */
const MUCH_NOISE_BYTES = 128;
/** Wait before a sender that repeated the file header is asked again, ms. */
const HEADER_REPEATED_MS = 1000;

/** One file from one sender. `handle` with `timer` at once starts the requests. */
export class XmodemReceiver {
  readonly #options: Required<XmodemReceiverOptions>;
  readonly #block = new Uint8Array(blockWireBytes(1024, 'crc'));
  #blockLength = 0;
  #state: ReceiverState = 'awaitFirst';
  #outputs: XmodemReceiverOutput[] = [];
  #nowMs: number;
  #deadlineMs: number;
  #check: Check;
  #requests = 0;
  #errors = 0;
  #expected: number;
  readonly #gaps = new LineGaps();
  #lastByte = 0;
  #noiseBytes = 0;
  #noiseIsText = true;
  #endDoubted = false;
  #bytes = 0;
  #lastPayload: Uint8Array = new Uint8Array(0);

  constructor(options: XmodemReceiverOptions, nowMs: number) {
    this.#options = { ...RECEIVER_DEFAULTS, ...options };
    this.#expected = this.#options.firstNumber;
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
        this.#gaps.heard(nowMs);
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
    if (this.#state === 'purge') this.#deadlineMs = this.#nowMs + this.#gaps.quietMs;
  }

  /** Takes one byte outside a block. */
  #readBetween(byte: number): number {
    const before = this.#lastByte;
    this.#lastByte = byte;
    this.#step('noise');
    this.#countNoise(byte);
    if (this.#state === 'purge') return 1;
    if (byte === SOH || byte === STX) {
      this.#block[0] = byte;
      this.#blockLength = 1;
      this.#gaps.blockBegins();
      this.#step('head');
    } else if (byte === EOT) {
      this.#step('eot');
    } else if (byte === CAN && before === CAN && this.#noiseIsText) {
      this.#step('cancel');
    }
    return 1;
  }

  /** Two CANs among bytes that are no text are part of a block whose head was lost. */
  #countNoise(byte: number): void {
    this.#noiseBytes += 1;
    if (byte !== CAN && !isText(byte)) this.#noiseIsText = false;
    if (this.#noiseBytes >= MUCH_NOISE_BYTES) this.#step('muchNoise');
  }

  #forgetNoise(): void {
    this.#lastByte = 0;
    this.#noiseBytes = 0;
    this.#noiseIsText = true;
  }

  /** Takes what the block still lacks; its first three bytes alone, so that a misread head is seen at once. */
  #readBlock(bytes: Uint8Array): number {
    const whole = blockWireBytes(this.#block[0] === STX ? 1024 : 128, this.#check);
    const wanted = (this.#blockLength < 3 ? 3 : whole) - this.#blockLength;
    const taken = bytes.subarray(0, wanted);
    this.#block.set(taken, this.#blockLength);
    this.#blockLength += taken.length;
    const decoded = decodeBlock(this.#block.subarray(0, this.#blockLength), this.#check);
    if (decoded.kind === 'bad') this.#step(this.#options.streaming ? 'fault' : 'blockBad');
    if (decoded.kind === 'block') this.#takeBlock(decoded.number, decoded.payload);
    return taken.length;
  }

  #takeBlock(number: number, payload: Uint8Array): void {
    this.#forgetNoise();
    this.#gaps.blockWhole();
    if (number === this.#expected) {
      this.#lastPayload = payload.slice();
      this.#step(this.#options.single ? 'blockOnly' : 'blockNext');
    } else if (number === ((this.#expected - 1) & 0xff)) {
      const first = this.#bytes === 0;
      this.#step(!first ? 'blockRepeated' : this.#options.afterHeader ? 'headerRepeated' : 'blockForeign');
    } else {
      this.#step('blockForeign');
    }
  }

  #timerEvent(): ReceiverEvent {
    if (this.#state === 'confirmEnd') return this.#options.nakFirstEot && !this.#endDoubted ? 'endDoubted' : 'end';
    if (this.#state === 'awaitFirst') return this.#requests >= this.#options.startRequests ? 'exhausted' : 'timeout';
    if (this.#options.streaming) return 'fault';
    return this.#errors >= MAX_RETRIES ? 'exhausted' : 'timeout';
  }

  #step(event: ReceiverEvent): void {
    const row = RECEIVER_TRANSITIONS[this.#state][event];
    if (row === undefined) return;
    this.#state = row[1];
    this.#act(row[0]);
  }

  #act(action: ReceiverAction): void {
    switch (action) {
      case 'request':
        this.#request();
        return;
      case 'watchBlock':
        this.#deadlineMs = this.#nowMs + BYTE_TIMEOUT_MS;
        return;
      case 'watchQuiet':
        this.#deadlineMs = this.#nowMs + this.#gaps.quietMs;
        return;
      case 'keep':
        this.#keep();
        return;
      case 'keepOnly':
        this.#keep();
        this.#finish();
        return;
      case 'acknowledge':
        this.#answer(ACK);
        return;
      case 'acknowledgeHeader':
        this.#answer(ACK);
        this.#deadlineMs = this.#nowMs + HEADER_REPEATED_MS;
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
        this.#finish();
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
      case 'failDamaged':
        this.#abort('damaged');
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
    this.#forgetNoise();
    this.#deadlineMs = this.#nowMs + REQUEST_INTERVAL_MS;
    if (this.#requests > CRC_REQUESTS && !this.#options.streaming) this.#check = 'sum';
    const wanted = this.#options.streaming ? STREAM_REQUEST : this.#check === 'crc' ? CRC_REQUEST : NAK;
    this.#outputs.push({ kind: 'send', bytes: Uint8Array.of(wanted) });
  }

  #keep(): void {
    this.#errors = 0;
    this.#endDoubted = false;
    this.#bytes += this.#lastPayload.length;
    this.#expected = (this.#expected + 1) & 0xff;
    this.#outputs.push({ kind: 'data', bytes: this.#lastPayload });
    this.#deadlineMs = this.#nowMs + BLOCK_TIMEOUT_MS;
    if (!this.#options.streaming) this.#answer(ACK);
  }

  #finish(): void {
    this.#outputs.push({ kind: 'done', bytes: this.#bytes, paddedBytes: this.#trailingPad() });
  }

  #refuse(): void {
    this.#errors += 1;
    this.#forgetNoise();
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

/** Printable, or one of BEL, BS, TAB, LF, VT, FF, CR, ESC. */
function isText(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || (byte >= 0x07 && byte <= 0x0d) || byte === 0x1b;
}
