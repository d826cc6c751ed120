/**
 * XMODEM sender: checksum, CRC and 1K variants. Bytes and time in, bytes and facts out; it never waits.
 * Source: Chuck Forsberg, "XMODEM/YMODEM Protocol Reference" (1988), chapters 4, 7 and 8. YMODEM is in ymodem-sender.ts.
 *
 * The line is a device's console, so text is expected anywhere: what is no protocol byte is ignored, and no protocol byte
 * stands in a log line. Only the `C` that asks for the first block is a letter: it counts when it stands alone and the
 * line then falls quiet.
 *
 * Acknowledgements carry no number. Three things keep the block counter true: a block is sent only after the whole chunk
 * that released it was read, so what else stood in that chunk cannot answer it; an ACK sooner than any block ever crossed
 * is held back (reply-pace.ts); and after a block that went unanswered the line settles before the next one is sent.
 */
import { ByteQueue } from '../byte-queue.js';
import { ABORT_SEQUENCE, CRC_REQUEST, EOT, NAK, blockWireBytes, encodeBlock } from './block.js';
import type { BlockSize, Check } from './block.js';
import { BlockTries } from './block-tries.js';
import { LineSigns } from './line-signs.js';
import type { LineSign } from './line-signs.js';
import { SENDER_TRANSITIONS } from './sender-states.js';
import type { SenderAction, SenderEvent, SenderState } from './sender-states.js';
import { SENDER_DEFAULTS } from './sender-io.js';
import type { XmodemSendFailure, XmodemSenderInput, XmodemSenderOptions, XmodemSenderOutput } from './sender-io.js';

/** NAKs of one 1K block after which the session goes on with 128 bytes: a receiver without 1K, or a noisy line. */
const NAKS_BEFORE_SMALL_BLOCKS = 3;
/** NAKs of the first block after which a receiver that began with `C` is taken to have fallen back to the checksum. */
const NAKS_BEFORE_CHECKSUM = 6;
/** Wait for the true answer after a stray byte came in its place, ms: a garbled ACK is not repeated, a log line goes on. */
const GARBLED_REPLY_MS = 1000;
/** Bytes of text after EOT that mean the receiver has gone and a command line is back, where EOT would be a key press. */
const CONSOLE_TEXT_BYTES = 8;
/** Wait for the last ACK once text came, ms: a log line may have overtaken it. */
const CONSOLE_BACK_MS = 1000;
/** A rest up to this ends in 128-byte blocks, which pads less than one 1K block would. */
const SMALL_TAIL_BYTES = 896;
/** Asked from the source ahead of need, so that a block never waits for a disk. */
const READ_AHEAD_BYTES = 16_384;

const FAILURES = { failNoStart: 'noStart', failRetriesSpent: 'retriesSpent', failAborted: 'aborted' } as const;

/** One file to one receiver. Feed `handle`; call it with `timer` when `nextDeadlineMs` has come. */
export class XmodemSender {
  readonly #options: typeof SENDER_DEFAULTS & Pick<XmodemSenderOptions, 'startAnyhow'>;
  readonly #queue = new ByteQueue(READ_AHEAD_BYTES * 2);
  readonly #tries = new BlockTries();
  readonly #signs = new LineSigns();
  #state: SenderState = 'awaitStart';
  #outputs: XmodemSenderOutput[] = [];
  #nowMs: number;
  #deadlineMs: number | undefined;
  readonly #startDeadlineMs: number;
  #asked = false;
  #sourceEnded = false;

  #check: Check = 'crc';
  #blockSize: BlockSize;
  #wireNumber: number;
  #sentSize: BlockSize = 128;
  #request: number | undefined;
  /** To wait before the next block, ms. */
  #pauseMs = 0;
  #endsSent = 0;
  #textAfterEnd = 0;

  #ackedBytes = 0;
  #paddedBytes = 0;
  #resentBlocks = 0;

  constructor(options: XmodemSenderOptions, nowMs: number) {
    this.#options = { ...SENDER_DEFAULTS, ...options };
    this.#blockSize = options.blockSize;
    this.#wireNumber = this.#options.firstNumber;
    this.#nowMs = nowMs;
    this.#startDeadlineMs = nowMs + this.#options.startTimeoutMs;
    this.#deadlineMs = this.#startDeadlineMs;
  }

  /** True after `done` or `failed`. */
  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** The request for more (`C` or NAK) that came after the last acknowledgement: YMODEM asks anew for each part. */
  get requestAfterAck(): number | undefined {
    return this.#request;
  }

  /** When `handle` wants a `timer`, ms on the caller's clock; undefined while nothing is awaited from time. */
  nextDeadlineMs(): number | undefined {
    return this.ended ? undefined : this.#deadlineMs;
  }

  handle(input: XmodemSenderInput, nowMs: number): readonly XmodemSenderOutput[] {
    this.#outputs = [];
    this.#nowMs = nowMs;
    switch (input.kind) {
      case 'bytes':
        for (const byte of input.bytes) this.#readByte(byte);
        break;
      case 'data':
        this.#queue.push(input.bytes);
        this.#asked = false;
        this.#sourceEnded = input.last;
        break;
      case 'timer':
        if (this.#deadlineMs !== undefined && nowMs >= this.#deadlineMs) this.#step(this.#timerEvent());
        break;
      case 'abort':
        this.#step('abort');
        break;
    }
    this.#proceed();
    return this.#outputs;
  }

  #readByte(byte: number): void {
    const sign = this.#signs.read(byte);
    if (sign === 'ack') this.#request = undefined;
    if (sign === 'crcRequest') this.#request = CRC_REQUEST;
    if (sign === 'nak') this.#request = NAK;
    const event = sign === undefined ? undefined : this.#lineEvent(sign);
    if (event !== undefined) this.#step(event);
  }

  #lineEvent(sign: LineSign): SenderEvent | undefined {
    if (this.#state === 'awaitReply') return this.#replyEvent(sign);
    if (this.#state === 'awaitEndReply') {
      if (sign === 'nak') return this.#endsSent > this.#options.maxRetries ? 'exhausted' : 'nak';
      if (sign === 'text') return (this.#textAfterEnd += 1) === CONSOLE_TEXT_BYTES ? 'consoleBack' : undefined;
    }
    return sign;
  }

  #replyEvent(sign: LineSign): SenderEvent | undefined {
    if (sign === 'cancel') return sign;
    const askedAgain = sign === 'crcRequest' && this.#paddedBytes === 0 && this.#tries.isAskedAgain(this.#nowMs);
    // A receiver of checksums asks with the same NAK that refuses.
    if (askedAgain || (sign === 'nak' && this.#paddedBytes === 0 && this.#check === 'sum')) this.#tries.askedAgain();
    const reply = askedAgain ? 'nak' : this.#tries.judge(sign, this.#nowMs);
    return reply === 'nak' && this.#spent ? 'exhausted' : reply;
  }

  get #spent(): boolean {
    return this.#tries.retries >= this.#options.maxRetries;
  }

  #timerEvent(): SenderEvent {
    if (this.#state === 'awaitReply') {
      if (this.#tries.holdsAck) return 'heldAckDue';
      return this.#spent ? 'exhausted' : 'timeout';
    }
    if (this.#state === 'awaitStart' && this.#options.startAnyhow !== undefined) return 'startDue';
    if (this.#state !== 'awaitEndReply') return 'timeout';
    const spent = this.#endsSent >= this.#options.endTries || this.#textAfterEnd >= CONSOLE_TEXT_BYTES;
    return spent ? 'exhausted' : 'timeout';
  }

  /** What follows without the outside: the next block where its bytes are there, and bytes asked ahead. */
  #proceed(): void {
    while (this.#state === 'ready') {
      const event = this.#readyEvent();
      if (event === undefined) break;
      this.#step(event);
    }
    if (this.ended || this.#asked || this.#sourceEnded || this.#queue.sizeBytes >= READ_AHEAD_BYTES) return;
    this.#asked = true;
    this.#outputs.push({ kind: 'needData', maxBytes: READ_AHEAD_BYTES });
  }

  #readyEvent(): SenderEvent | undefined {
    if (this.#pauseMs > 0) return 'unsettled';
    const buffered = this.#queue.sizeBytes;
    if (buffered >= this.#blockSize || (this.#sourceEnded && buffered > 0)) return 'blockReady';
    if (!this.#sourceEnded) return undefined;
    return this.#options.endsWithEot ? 'dataSpent' : 'allSpent';
  }

  #step(event: SenderEvent): void {
    const row = SENDER_TRANSITIONS[this.#state][event];
    if (row === undefined) return;
    const [action, next] = row;
    this.#state = next;
    this.#deadlineMs = undefined;
    this.#act(action);
  }

  #act(action: SenderAction): void {
    switch (action) {
      case 'watchStart':
        this.#deadlineMs = this.#startDeadlineMs;
        return;
      case 'watchQuiet':
        this.#deadlineMs = this.#nowMs + this.#options.startQuietMs;
        return;
      case 'startCrc':
      case 'startChecksum':
        this.#start(action === 'startCrc' ? 'crc' : 'sum');
        return;
      case 'startAnyhow':
        this.#start(this.#options.startAnyhow ?? 'crc');
        return;
      case 'sendBlock':
        this.#sendBlock();
        return;
      case 'advance':
        this.#advance();
        return;
      case 'holdAck':
        this.#tries.held(this.#nowMs);
        this.#deadlineMs = this.#tries.believeAtMs;
        return;
      case 'doubtReply':
        this.#tries.doubted();
        this.#deadlineMs = this.#nowMs + GARBLED_REPLY_MS;
        return;
      case 'countNak':
        this.#countNak();
        return;
      case 'countSilence':
        this.#tries.unanswered();
        this.#resentBlocks += 1;
        return;
      case 'watchSettle':
        this.#deadlineMs = this.#nowMs + this.#pauseMs;
        return;
      case 'settled':
        this.#pauseMs = 0;
        return;
      case 'sendEnd':
        this.#endsSent += 1;
        this.#textAfterEnd = 0;
        this.#send(Uint8Array.of(EOT), this.#options.endTimeoutMs);
        return;
      case 'watchConsole':
        this.#deadlineMs = this.#nowMs + CONSOLE_BACK_MS;
        return;
      case 'finishAcknowledged':
      case 'finishUnacknowledged':
        this.#finish(action === 'finishAcknowledged');
        return;
      case 'failCancelled':
        this.#fail('cancelled');
        return;
      case 'failNoStart':
      case 'failRetriesSpent':
      case 'failAborted':
        this.#outputs.push({ kind: 'send', bytes: ABORT_SEQUENCE });
        this.#fail(FAILURES[action]);
    }
  }

  #start(check: Check): void {
    this.#check = check;
    this.#outputs.push({ kind: 'started', check });
  }

  #sendBlock(): void {
    const large = this.#blockSize === 1024 && this.#queue.sizeBytes > SMALL_TAIL_BYTES;
    this.#sentSize = large ? 1024 : 128;
    this.#tries.sent(this.#nowMs);
    const payload = this.#queue.view(0, this.#sentSize);
    const wire = encodeBlock(this.#wireNumber, payload, this.#sentSize, this.#check, this.#options.padByte);
    this.#send(wire, this.#options.replyTimeoutMs);
  }

  #send(bytes: Uint8Array, replyTimeoutMs: number): void {
    this.#deadlineMs = this.#nowMs + replyTimeoutMs;
    this.#outputs.push({ kind: 'send', bytes });
  }

  #advance(): void {
    this.#pauseMs = this.#tries.acknowledged(this.#nowMs, blockWireBytes(this.#sentSize, this.#check));
    this.#ackedBytes += Math.min(this.#sentSize, this.#queue.sizeBytes);
    this.#paddedBytes += this.#sentSize;
    this.#queue.drop(this.#sentSize);
    this.#wireNumber = (this.#wireNumber + 1) & 0xff;
    this.#outputs.push({ kind: 'progress', bytes: this.#ackedBytes });
  }

  /**
   * A 1K block is cut to its first 128 bytes only when every copy of it was refused in words: had one gone unanswered, the
   * receiver might have kept it, would take the short block of the same number for a repeat, and 896 bytes would be lost.
   */
  #countNak(): void {
    this.#tries.refused(this.#nowMs);
    this.#resentBlocks += 1;
    const { naks, everyCopyRefused } = this.#tries;
    // A file header is one block, whatever its size.
    if (this.#blockSize === 1024 && this.#options.endsWithEot && naks >= NAKS_BEFORE_SMALL_BLOCKS && everyCopyRefused) {
      this.#blockSize = 128;
      this.#tries.forgetPace();
    }
    if (this.#paddedBytes === 0 && naks === NAKS_BEFORE_CHECKSUM) this.#check = 'sum';
  }

  #finish(eotAcknowledged: boolean): void {
    const [bytes, paddedBytes, resentBlocks] = [this.#ackedBytes, this.#paddedBytes, this.#resentBlocks];
    this.#outputs.push({ kind: 'done', bytes, paddedBytes, resentBlocks, eotAcknowledged });
  }

  #fail(reason: XmodemSendFailure): void {
    this.#outputs.push({ kind: 'failed', reason, bytes: this.#ackedBytes, resentBlocks: this.#resentBlocks });
  }
}
