/**
 * YMODEM receiver: a batch of files, each with its header; with acknowledgements, or as the stream of YMODEM-g.
 * Bytes and time in, bytes and facts out; it never waits.
 * Source: Chuck Forsberg, "XMODEM/YMODEM Protocol Reference" (1988), chapters 5 and 6.
 *
 *   receiver  C            ACK C              NAK     ACK C                    ACK
 *   sender       header 0         block 1 … EOT   EOT       empty header 0
 *
 * Each part is one run of the XMODEM receiver: the header as a single block 0, then the content. When our last
 * acknowledgement was lost, the sender repeats what it acknowledged, into the next run: a header is acknowledged
 * again, and so is an EOT.
 */
import { ABORT_SEQUENCE } from './block.js';
import { decodeFileHeader } from './file-header.js';
import type { FileHeader } from './file-header.js';
import { XmodemReceiver } from './receiver.js';
import type { XmodemReceiverOptions, XmodemReceiverOutput } from './receiver-io.js';
import type {
  YmodemReceiveFailure,
  YmodemReceiverInput,
  YmodemReceiverOptions,
  YmodemReceiverOutput,
} from './ymodem-io.js';

type Part = 'header' | 'content' | 'ended';
type Event = 'headerTaken' | 'batchOver' | 'endRepeated' | 'fileWhole' | 'fileShort' | 'headerBad' | 'gone' | 'failed';
type Action = 'receiveContent' | 'receiveHeader' | 'finish' | 'finishOpen' | 'failShort' | 'failHeader' | 'fail';

/** part × event → what to do, next part. What has no row cannot happen there. */
const TRANSITIONS: Readonly<Record<Part, Readonly<Partial<Record<Event, readonly [Action, Part]>>>>> = {
  header: {
    headerTaken: ['receiveContent', 'content'],
    batchOver: ['finish', 'ended'],
    endRepeated: ['receiveHeader', 'header'],
    headerBad: ['failHeader', 'ended'],
    gone: ['finishOpen', 'ended'],
    failed: ['fail', 'ended'],
  },
  content: {
    fileWhole: ['receiveHeader', 'header'],
    fileShort: ['failShort', 'ended'],
    failed: ['fail', 'ended'],
  },
  ended: {},
};

/** Repeated EOTs in a row that are answered: as many as a sender tries. */
const MAX_REPEATED_ENDS = 10;

/** Requests for the next header once a file is whole: a sender that has one sends it at once. */
const NEXT_HEADER_REQUESTS = 4;

/** A batch from one sender. `handle` with `timer` at once starts the requests. */
export class YmodemReceiver {
  readonly #options: YmodemReceiverOptions;
  #outputs: YmodemReceiverOutput[] = [];
  #part: Part = 'header';
  #run: XmodemReceiver;
  #header: FileHeader = { fileName: '' };
  #files = 0;
  #repeatedEnds = 0;
  /** Of the file in hand. */
  #bytes = 0;
  #reason: YmodemReceiveFailure = 'aborted';
  #detail: string | undefined;

  constructor(options: YmodemReceiverOptions, nowMs: number) {
    this.#options = options;
    this.#run = this.#newRun(nowMs);
  }

  /** True after `done` or `failed`. */
  get ended(): boolean {
    return this.#part === 'ended';
  }

  /** When `handle` wants a `timer`, ms on the caller's clock. */
  nextDeadlineMs(): number | undefined {
    return this.ended ? undefined : this.#run.nextDeadlineMs();
  }

  handle(input: YmodemReceiverInput, nowMs: number): readonly YmodemReceiverOutput[] {
    this.#outputs = [];
    if (!this.ended) this.#feed(input, nowMs);
    return this.#outputs;
  }

  #feed(input: YmodemReceiverInput, nowMs: number): void {
    let next: Event | undefined;
    for (const output of this.#run.handle(input, nowMs)) next = this.#take(output) ?? next;
    if (next !== undefined) this.#step(next, nowMs);
  }

  /** Returns what the output means for the batch. */
  #take(output: XmodemReceiverOutput): Event | undefined {
    switch (output.kind) {
      case 'send':
        this.#outputs.push(output);
        return undefined;
      case 'data':
        if (this.#part === 'header') return this.#readHeader(output.bytes);
        this.#keep(output.bytes);
        return undefined;
      case 'done':
        if (this.#part === 'header') return output.bytes === 0 ? 'endRepeated' : undefined;
        return this.#endFile(output.bytes, output.paddedBytes);
      case 'failed':
        this.#reason = output.reason;
        return output.reason === 'noStart' && this.#part === 'header' && this.#files > 0 ? 'gone' : 'failed';
    }
  }

  #readHeader(payload: Uint8Array): Event {
    const decoded = decodeFileHeader(payload);
    switch (decoded.kind) {
      case 'end':
        return 'batchOver';
      case 'bad':
        this.#detail = decoded.reason;
        return 'headerBad';
      case 'file':
        this.#header = decoded.header;
        this.#bytes = 0;
        this.#repeatedEnds = 0;
        this.#outputs.push({ kind: 'file', header: decoded.header });
        return 'headerTaken';
    }
  }

  #keep(payload: Uint8Array): void {
    const { sizeBytes = Infinity } = this.#header;
    const bytes = payload.subarray(0, Math.max(0, sizeBytes - this.#bytes));
    this.#bytes += bytes.length;
    if (bytes.length > 0) this.#outputs.push({ kind: 'data', bytes });
  }

  #endFile(receivedBytes: number, paddedBytes: number): Event {
    const { sizeBytes } = this.#header;
    if (sizeBytes !== undefined && receivedBytes < sizeBytes) {
      this.#detail = `it ended after ${receivedBytes} of ${sizeBytes} bytes`;
      return 'fileShort';
    }
    this.#files += 1;
    const fill = sizeBytes === undefined ? paddedBytes : 0;
    this.#outputs.push({ kind: 'fileDone', bytes: this.#bytes, paddedBytes: fill });
    return 'fileWhole';
  }

  #step(event: Event, nowMs: number): void {
    const row = TRANSITIONS[this.#part][event];
    if (row === undefined) return;
    this.#part = row[1];
    this.#act(row[0], nowMs);
  }

  #act(action: Action, nowMs: number): void {
    switch (action) {
      case 'receiveContent':
        this.#begin(nowMs);
        return;
      case 'receiveHeader':
        this.#repeatedEnds += 1;
        if (this.#repeatedEnds > MAX_REPEATED_ENDS) this.#fail('retriesSpent', true);
        else this.#begin(nowMs);
        return;
      case 'finish':
      case 'finishOpen':
        this.#outputs.push({ kind: 'done', files: this.#files, closed: action === 'finish' });
        return;
      case 'failShort':
        this.#fail('shortFile', true);
        return;
      case 'failHeader':
        this.#fail('badHeader', true);
        return;
      case 'fail':
        this.#fail(this.#reason, false);
    }
  }

  #begin(nowMs: number): void {
    this.#run = this.#newRun(nowMs);
    this.#feed({ kind: 'timer' }, nowMs);
  }

  #newRun(nowMs: number): XmodemReceiver {
    const { streaming = false } = this.#options;
    const requests = this.#files > 0 ? { startRequests: NEXT_HEADER_REQUESTS } : {};
    const header = { firstNumber: 0, single: true, nakFirstEot: false, ...requests } as const;
    const content: XmodemReceiverOptions = { afterHeader: true, nakFirstEot: !streaming };
    return new XmodemReceiver({ ...(this.#part === 'header' ? header : content), streaming }, nowMs);
  }

  /** `tell`: the sender does not know yet. */
  #fail(reason: YmodemReceiveFailure, tell: boolean): void {
    this.#part = 'ended';
    if (tell) this.#outputs.push({ kind: 'send', bytes: ABORT_SEQUENCE });
    const detail = this.#detail === undefined ? {} : { detail: this.#detail };
    this.#outputs.push({ kind: 'failed', reason, ...detail, bytes: this.#bytes });
  }
}
