/**
 * YMODEM sender: a batch of files, each with its header. Bytes and time in, bytes and facts out; it never waits.
 * Source: Chuck Forsberg, "XMODEM/YMODEM Protocol Reference" (1988), chapter 5. Not done: streaming to a receiver that asks with `G`.
 *
 *   receiver  C            ACK C              ACK        NAK     ACK C               ACK
 *   sender       header 0         block 1 …       EOT        EOT       empty header 0
 *
 * Each part is one run of the XMODEM sender: the header as a single block 0 without an EOT, then the content. A receiver
 * asks anew for each part. That it asked may be lost, so the content goes out after a while without it: a receiver that is
 * not ready refuses the first block, which costs less than a batch.
 */
import { ABORT_SEQUENCE } from './block.js';
import type { Check } from './block.js';
import { END_OF_BATCH, encodeFileHeader } from './file-header.js';
import type { FileHeader } from './file-header.js';
import { XmodemSender } from './sender.js';
import type { XmodemSenderOptions, XmodemSenderOutput } from './sender-io.js';
import type { YmodemSendFailure, YmodemSenderInput, YmodemSenderOptions, YmodemSenderOutput } from './ymodem-io.js';

type Part = 'header' | 'content' | 'closing' | 'ended';
type Event = 'acknowledged' | 'unacknowledged' | 'failed';
type Action = 'sendContent' | 'sendNext' | 'finish' | 'finishUnacknowledged' | 'fail';

/** part × how it ended → what to do, next part; `sendNext` goes on to the next header where there is one, else closes. */
const TRANSITIONS: Readonly<Record<Exclude<Part, 'ended'>, Readonly<Record<Event, readonly [Action, Part]>>>> = {
  header: { acknowledged: ['sendContent', 'content'], unacknowledged: ['fail', 'ended'], failed: ['fail', 'ended'] },
  content: {
    acknowledged: ['sendNext', 'header'],
    unacknowledged: ['finishUnacknowledged', 'ended'],
    failed: ['fail', 'ended'],
  },
  // Every file is acknowledged: a receiver that does not wait for the end of the batch has all it needs.
  closing: { acknowledged: ['finish', 'ended'], unacknowledged: ['finish', 'ended'], failed: ['finish', 'ended'] },
};

/** Wait for the request for a file's content, ms: lrzsz asks at once after the header, U-Boot not for six seconds. */
const CONTENT_REQUEST_MS = 1000;
/** Pause after the request for a file's content, ms: lrzsz throws away what is there when it has just asked. */
const CONTENT_QUIET_MS = 50;
/** Wait for the request for the next header, ms: a receiver opens a file before. */
const NEXT_HEADER_MS = 10_000;
/** Wait for the request for the header that ends the batch, ms. */
const CLOSING_MS = 3000;
/** Wait for its answer, ms: `rb` is gone at once, and its last ACK may be lost when it flushes its terminal. */
const CLOSING_REPLY_MS = 1500;
/** EOTs left unanswered: more than in XMODEM, because here the receiver stays for the next header. */
const END_TRIES = 6;
/** Bytes of text after the last header that mean a command line is back. */
const CONSOLE_TEXT_BYTES = 8;

/** A batch to one receiver. Feed `handle`; call it with `timer` when `nextDeadlineMs` has come. */
export class YmodemSender {
  readonly #options: YmodemSenderOptions;
  #outputs: YmodemSenderOutput[] = [];
  #part: Part = 'header';
  #file = 0;
  #run: XmodemSender;
  /** Of the run in hand: what its source still has, where it is no file. */
  #header: Uint8Array;
  #check: Check = 'crc';
  /** Of the files that are through. */
  #bytes = 0;
  #paddedBytes = 0;
  #resentBlocks = 0;
  #textBytes = 0;
  #lastHeaderSent = false;
  #aborted = false;

  constructor(options: YmodemSenderOptions, nowMs: number) {
    this.#options = options;
    this.#header = headerOf(options.files[0]);
    this.#run = this.#newRun({ startTimeoutMs: options.startTimeoutMs ?? 60_000 }, nowMs);
  }

  /** True after `done` or `failed`. */
  get ended(): boolean {
    return this.#part === 'ended';
  }

  /** When `handle` wants a `timer`, ms on the caller's clock; undefined while nothing is awaited from time. */
  nextDeadlineMs(): number | undefined {
    return this.ended ? undefined : this.#run.nextDeadlineMs();
  }

  handle(input: YmodemSenderInput, nowMs: number): readonly YmodemSenderOutput[] {
    this.#outputs = [];
    if (this.ended) return this.#outputs;
    if (input.kind === 'abort') this.#aborted = true;
    this.#feed(input, nowMs);
    if (input.kind === 'bytes' && this.#lastHeaderSent) this.#watchText(input.bytes);
    return this.#outputs;
  }

  #feed(input: YmodemSenderInput, nowMs: number): void {
    for (const output of this.#run.handle(input, nowMs)) this.#take(output, nowMs);
  }

  #take(output: XmodemSenderOutput, nowMs: number): void {
    switch (output.kind) {
      case 'send':
        this.#send(output.bytes);
        return;
      case 'started':
        this.#check = output.check;
        return;
      case 'needData':
        if (this.#part === 'content') this.#outputs.push({ ...output, file: this.#file });
        else this.#feed({ kind: 'data', bytes: this.#header, last: true }, nowMs);
        return;
      case 'progress':
        if (this.#part === 'content') this.#outputs.push({ kind: 'progress', bytes: this.#bytes + output.bytes });
        return;
      case 'done':
        this.#resentBlocks += output.resentBlocks;
        if (this.#part === 'content') {
          this.#bytes += output.bytes;
          this.#paddedBytes += output.paddedBytes;
        }
        this.#next(output.eotAcknowledged ? 'acknowledged' : 'unacknowledged', 'unfinished', nowMs);
        return;
      case 'failed':
        this.#next('failed', output.reason, nowMs);
    }
  }

  #send(bytes: Uint8Array): void {
    if (this.#part === 'closing') {
      // A receiver that asks no more has its files: CANs would make it throw them away, or be typed into a command line.
      if (bytes === ABORT_SEQUENCE && !this.#aborted) return;
      this.#lastHeaderSent = true;
    }
    this.#outputs.push({ kind: 'send', bytes });
  }

  #next(event: Event, reason: YmodemSendFailure, nowMs: number): void {
    if (this.#part === 'ended') return;
    const [action, part] = TRANSITIONS[this.#part][event];
    // Asked to stop, or stopped by the receiver, in the very end: the files are there, but nobody may call it a success.
    const stopped = this.#aborted || reason === 'cancelled';
    this.#part = stopped ? 'ended' : part;
    this.#act(stopped ? 'fail' : action, reason, nowMs);
  }

  #act(action: Action, reason: YmodemSendFailure, nowMs: number): void {
    switch (action) {
      case 'sendContent':
        this.#begin(
          { startQuietMs: CONTENT_QUIET_MS, startTimeoutMs: CONTENT_REQUEST_MS, startAnyhow: this.#check },
          nowMs,
        );
        return;
      case 'sendNext':
        this.#sendNextHeader(nowMs);
        return;
      case 'finish':
        this.#finish(true);
        return;
      case 'finishUnacknowledged':
        if (this.#file + 1 < this.#options.files.length) this.#fail('unfinished');
        else this.#finish(false);
        return;
      case 'fail':
        this.#fail(this.#part === 'ended' && this.#file > 0 && reason === 'noStart' ? 'unfinished' : reason);
    }
  }

  #sendNextHeader(nowMs: number): void {
    this.#file += 1;
    const next = this.#options.files[this.#file];
    this.#part = next === undefined ? 'closing' : 'header';
    this.#header = headerOf(next);
    const closing = { startTimeoutMs: CLOSING_MS, replyTimeoutMs: CLOSING_REPLY_MS, maxRetries: 1 };
    this.#begin(next === undefined ? closing : { startTimeoutMs: NEXT_HEADER_MS }, nowMs);
  }

  /** The next run; what the receiver asked for while the last one ended counts for it. */
  #begin(more: Partial<XmodemSenderOptions>, nowMs: number): void {
    const request = this.#run.requestAfterAck;
    this.#run = this.#newRun(more, nowMs);
    this.#feed({ kind: 'timer' }, nowMs);
    if (request !== undefined) this.#feed({ kind: 'bytes', bytes: Uint8Array.of(request) }, nowMs);
  }

  #newRun(more: Partial<XmodemSenderOptions>, nowMs: number): XmodemSender {
    const { blockSize, padByte, endTimeoutMs } = this.#options;
    const content = {
      blockSize,
      endTries: END_TRIES,
      ...(padByte === undefined ? {} : { padByte }),
      ...(endTimeoutMs === undefined ? {} : { endTimeoutMs }),
    };
    const large = this.#header.length > 128;
    const header = { blockSize: large ? 1024 : 128, padByte: 0, firstNumber: 0, endsWithEot: false } as const;
    return new XmodemSender({ ...(this.#part === 'content' ? content : header), ...more }, nowMs);
  }

  /** A header that is sent once more into a command line would be typed there. */
  #watchText(bytes: Uint8Array): void {
    this.#textBytes += bytes.filter((byte) => byte > 0x20 && byte < 0x7f).length;
    if (this.#textBytes >= CONSOLE_TEXT_BYTES && !this.ended) this.#finish(true);
  }

  #finish(eotAcknowledged: boolean): void {
    this.#part = 'ended';
    const [bytes, paddedBytes, resentBlocks] = [this.#bytes, this.#paddedBytes, this.#resentBlocks];
    this.#outputs.push({ kind: 'done', bytes, paddedBytes, resentBlocks, eotAcknowledged });
  }

  #fail(reason: YmodemSendFailure): void {
    this.#part = 'ended';
    this.#outputs.push({ kind: 'failed', reason, bytes: this.#bytes });
  }
}

function headerOf(file: FileHeader | undefined): Uint8Array {
  return file === undefined ? END_OF_BATCH : encodeFileHeader(file);
}
