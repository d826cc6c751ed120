/**
 * The receiving side of legacy SCP: `scp -t` as a server, and a client's side of `scp -f`. Bytes in, bytes and facts out; it
 * never waits. Sources: see message.ts. Done: one file, times are read and dropped. Not done: folders, more than one file.
 *
 *   we        0                  0 (or 1 text: not wanted)                      0 (or 1 text: not stored)
 *   far end      T… C0644 9 name                            9 bytes   0 (or 1 text)
 */
import { SCP_OK, ScpReader, encodeError } from './message.js';
import type { ScpMessage } from './message.js';

type State =
  'awaitHeader' | 'deciding' | 'receiving' | 'awaitStatus' | 'storing' | 'storingLast' | 'awaitClose' | 'ended';
type Event =
  | ('times' | 'file' | 'directory' | 'status' | 'refusal' | 'malformed' | 'unexpected')
  | ('accept' | 'dataWhole' | 'stored' | 'refuse' | 'closed' | 'abort');
type Action =
  | ('acknowledge' | 'offer' | 'begin' | 'awaitGood' | 'tellWhole' | 'confirm' | 'finish' | 'refuse')
  | ('failFolder' | 'failRefused' | 'failIllegal' | 'failClosed' | 'failAborted' | 'failSecond');
type Row = Readonly<Partial<Record<Event, readonly [Action, State]>>>;

const STOPS: Row = {
  refusal: ['failRefused', 'ended'],
  closed: ['failClosed', 'ended'],
  abort: ['failAborted', 'ended'],
};

/** state × event → what to do, next state. An event without a row breaks the protocol. */
const TRANSITIONS: Readonly<Record<State, Row>> = {
  awaitHeader: {
    ...STOPS,
    times: ['acknowledge', 'awaitHeader'],
    file: ['offer', 'deciding'],
    directory: ['failFolder', 'ended'],
  },
  deciding: { ...STOPS, accept: ['begin', 'receiving'], refuse: ['refuse', 'ended'] },
  receiving: { ...STOPS, dataWhole: ['awaitGood', 'awaitStatus'], refuse: ['refuse', 'ended'] },
  // libssh2 closes right after the last byte; the length that it offered is all there.
  awaitStatus: {
    ...STOPS,
    status: ['tellWhole', 'storing'],
    closed: ['tellWhole', 'storingLast'],
    refuse: ['refuse', 'ended'],
  },
  storing: { ...STOPS, stored: ['confirm', 'awaitClose'], refuse: ['refuse', 'ended'] },
  storingLast: { stored: ['finish', 'ended'], refuse: ['refuse', 'ended'], abort: ['failAborted', 'ended'] },
  awaitClose: {
    ...STOPS,
    times: ['failSecond', 'ended'],
    file: ['failSecond', 'ended'],
    directory: ['failSecond', 'ended'],
    closed: ['finish', 'ended'],
  },
  ended: {},
};

export type ScpReceiverInput =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** The offered file is wanted. */
  | { readonly kind: 'accept' }
  /** It is not, or cannot be stored: the far end is told why. */
  | { readonly kind: 'refuse'; readonly message: string }
  /** All of it is safe. */
  | { readonly kind: 'stored' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'abort'; readonly message: string };

/** `refused`: the far end's own words; `weRefused`: ours; the others as in the sender. */
export type ScpReceiveFailure = 'refused' | 'weRefused' | 'illegal' | 'closed' | 'aborted';

export type ScpReceiverOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** A file is offered: answer with `accept` or `refuse`. */
  | { readonly kind: 'offer'; readonly name: string; readonly sizeBytes: number }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** All bytes are there and the far end says that they are good: answer with `stored` or `refuse`. */
  | { readonly kind: 'whole' }
  /** The far end has been told that the file is safe, and has no other one. */
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: ScpReceiveFailure; readonly message: string };

export class ScpReceiver {
  readonly #reader = new ScpReader();
  #state: State = 'awaitHeader';
  #outputs: ScpReceiverOutput[] = [];
  #message = '';
  #offered: Extract<ScpMessage, { kind: 'file' }> | undefined;
  #leftBytes = 0;
  #started = false;

  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** The receiving side speaks first. */
  start(): readonly ScpReceiverOutput[] {
    if (this.#started) return [];
    this.#started = true;
    return [{ kind: 'send', bytes: SCP_OK }];
  }

  handle(input: ScpReceiverInput): readonly ScpReceiverOutput[] {
    this.#outputs = [];
    if (this.ended) return this.#outputs;
    switch (input.kind) {
      case 'bytes':
        this.#read(input.bytes);
        break;
      case 'closed':
        this.#message = 'the far end closed the connection';
        this.#step('closed');
        break;
      case 'refuse':
      case 'abort':
        this.#message = input.message;
        this.#step(input.kind);
        break;
      default:
        this.#step(input.kind);
    }
    return this.#outputs;
  }

  #read(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0 && !this.ended) {
      if (this.#state === 'receiving') rest = this.#readData(rest);
      else {
        const read = this.#reader.read(rest);
        rest = read.rest;
        if (read.message === undefined) return;
        this.#takeMessage(read.message);
      }
    }
  }

  #readData(bytes: Uint8Array): Uint8Array {
    const data = bytes.subarray(0, this.#leftBytes);
    this.#leftBytes -= data.length;
    if (data.length > 0) this.#outputs.push({ kind: 'data', bytes: data });
    if (this.#leftBytes === 0) this.#step('dataWhole');
    return bytes.subarray(data.length);
  }

  #takeMessage(message: ScpMessage): void {
    switch (message.kind) {
      case 'file':
        this.#offered = message;
        this.#step('file');
        return;
      case 'times':
      case 'directory':
        this.#step(message.kind);
        return;
      case 'ok':
        this.#step('status');
        return;
      case 'warning':
      case 'fatal':
        this.#message = message.text;
        this.#step('refusal');
        return;
      case 'endDirectory':
        this.#message = 'the end of a folder that never began';
        this.#step('unexpected');
        return;
      case 'malformed':
        this.#message = message.reason;
        this.#step('malformed');
    }
  }

  #step(event: Event): void {
    const row = TRANSITIONS[this.#state][event];
    if (row === undefined && this.#message === '') this.#message = `${event} while ${this.#state}`;
    const [action, next] = row ?? ['failIllegal', 'ended'];
    this.#state = next;
    this.#act(action);
  }

  #act(action: Action): void {
    switch (action) {
      case 'acknowledge':
      case 'confirm':
        this.#send(SCP_OK);
        return;
      case 'offer':
        if (this.#offered !== undefined) {
          const { name, sizeBytes } = this.#offered;
          this.#outputs.push({ kind: 'offer', name, sizeBytes });
        }
        return;
      case 'begin':
        this.#leftBytes = this.#offered?.sizeBytes ?? 0;
        this.#send(SCP_OK);
        if (this.#leftBytes === 0) this.#step('dataWhole');
        return;
      case 'awaitGood':
        return;
      case 'tellWhole':
        this.#outputs.push({ kind: 'whole' });
        return;
      case 'finish':
        this.#outputs.push({ kind: 'done' });
        return;
      case 'refuse':
        this.#tell('weRefused');
        return;
      case 'failFolder':
        this.#message = 'folders are not taken';
        this.#tell('weRefused');
        return;
      case 'failSecond':
        this.#message = 'one file only';
        this.#tell('weRefused');
        return;
      case 'failRefused':
        this.#fail('refused');
        return;
      case 'failClosed':
        this.#fail('closed');
        return;
      case 'failIllegal':
        this.#tell('illegal');
        return;
      case 'failAborted':
        this.#tell('aborted');
    }
  }

  #send(bytes: Uint8Array): void {
    this.#outputs.push({ kind: 'send', bytes });
  }

  /** Tells the far end, and us. */
  #tell(reason: ScpReceiveFailure): void {
    this.#send(encodeError(this.#message, true));
    this.#fail(reason);
  }

  #fail(reason: ScpReceiveFailure): void {
    this.#outputs.push({ kind: 'failed', reason, message: this.#message });
  }
}
