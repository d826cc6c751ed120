/**
 * The sending side of legacy SCP: `scp -f` as a server, and a client's side of `scp -t`. Bytes in, bytes and facts out; it
 * never waits. Sources: see message.ts. Done: one file, its times where they are asked for. Not done: folders (`D`, `E`).
 *
 * The protocol knows no time: a far end that is silent is the adapter's stall limit.
 */
import { SCP_OK, ScpReader, encodeError, encodeFile, encodeTimes } from './message.js';

type State = 'awaitReady' | 'awaitTimes' | 'awaitHeader' | 'sending' | 'awaitEnd' | 'ended';
type Event = 'ok' | 'okBeforeTimes' | 'refusal' | 'data' | 'dataEnd' | 'illegal' | 'closed' | 'abort';
type Action =
  | ('sendTimes' | 'sendHeader' | 'askData' | 'sendData' | 'sendEnd' | 'finish')
  | ('failRefused' | 'failClosed' | 'failUnacknowledged' | 'failAborted');
type Row = Readonly<Partial<Record<Event, readonly [Action, State]>>>;

const STOPS: Row = {
  refusal: ['failRefused', 'ended'],
  closed: ['failClosed', 'ended'],
  abort: ['failAborted', 'ended'],
};

/** state × event → what to do, next state. An event without a row breaks the protocol. */
const TRANSITIONS: Readonly<Record<State, Row>> = {
  awaitReady: { ...STOPS, ok: ['sendHeader', 'awaitHeader'], okBeforeTimes: ['sendTimes', 'awaitTimes'] },
  awaitTimes: { ...STOPS, ok: ['sendHeader', 'awaitHeader'] },
  awaitHeader: { ...STOPS, ok: ['askData', 'sending'] },
  sending: { ...STOPS, data: ['sendData', 'sending'], dataEnd: ['sendEnd', 'awaitEnd'] },
  awaitEnd: { ...STOPS, ok: ['finish', 'ended'], closed: ['failUnacknowledged', 'ended'] },
  ended: {},
};

export type ScpSenderInput =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** The next piece of the file; `last` with an empty one: nothing follows. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array; readonly last: boolean }
  /** The far end has closed. */
  | { readonly kind: 'closed' }
  /** Ends it; the far end is told why. */
  | { readonly kind: 'abort'; readonly message: string };

/**
 * `refused`: the far end's own words; `illegal`: it broke the protocol; `closed`: it went away in the middle;
 * `unacknowledged`: all was sent, and it went away without a word (libssh2 always does).
 */
export type ScpSendFailure = 'refused' | 'illegal' | 'closed' | 'unacknowledged' | 'aborted';

export type ScpSenderOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'needData' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: ScpSendFailure; readonly message: string };

export interface ScpSentFile {
  /** What the far end is told, one component. */
  readonly name: string;
  readonly sizeBytes: number;
  /** When it was changed, seconds since 1970; absent: the far end is not told. */
  readonly timeS?: number;
}

/** One file. */
export class ScpSender {
  readonly #file: ScpSentFile;
  readonly #reader = new ScpReader();
  #state: State = 'awaitReady';
  #outputs: ScpSenderOutput[] = [];
  #message = '';
  #data: Uint8Array = new Uint8Array(0);

  constructor(file: ScpSentFile) {
    this.#file = file;
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  handle(input: ScpSenderInput): readonly ScpSenderOutput[] {
    this.#outputs = [];
    if (this.ended) return this.#outputs;
    switch (input.kind) {
      case 'bytes':
        this.#read(input.bytes);
        break;
      case 'data':
        this.#data = input.bytes;
        this.#step(input.last ? 'dataEnd' : 'data');
        break;
      case 'closed':
        this.#message = 'the far end closed the connection';
        this.#step('closed');
        break;
      case 'abort':
        this.#message = input.message;
        this.#step('abort');
    }
    return this.#outputs;
  }

  #read(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0 && !this.ended) {
      const read = this.#reader.read(rest);
      rest = read.rest;
      if (read.message === undefined) return;
      switch (read.message.kind) {
        case 'ok':
          this.#step(this.#wantsTimes ? 'okBeforeTimes' : 'ok');
          break;
        case 'warning':
        case 'fatal':
          this.#message = read.message.text;
          this.#step('refusal');
          break;
        case 'malformed':
          this.#message = read.message.reason;
          this.#step('illegal');
          break;
        default:
          this.#message = `a ${read.message.kind} line from the side that receives`;
          this.#step('illegal');
      }
    }
  }

  #step(event: Event): void {
    const row = TRANSITIONS[this.#state][event];
    if (row === undefined) {
      if (event === 'ok') this.#message = 'an acknowledgement of nothing';
      this.#state = 'ended';
      this.#send(encodeError('protocol error', true));
      this.#outputs.push({ kind: 'failed', reason: 'illegal', message: this.#message });
      return;
    }
    this.#state = row[1];
    this.#act(row[0]);
  }

  get #wantsTimes(): boolean {
    return this.#state === 'awaitReady' && this.#file.timeS !== undefined;
  }

  #act(action: Action): void {
    switch (action) {
      case 'sendTimes':
        this.#send(encodeTimes(this.#file.timeS ?? 0));
        return;
      case 'sendHeader':
        this.#send(encodeFile(this.#file.name, this.#file.sizeBytes));
        return;
      case 'askData':
        this.#outputs.push({ kind: 'needData' });
        return;
      case 'sendData':
        this.#send(this.#data);
        this.#outputs.push({ kind: 'needData' });
        return;
      case 'sendEnd':
        this.#send(SCP_OK);
        return;
      case 'finish':
        this.#outputs.push({ kind: 'done' });
        return;
      case 'failRefused':
        this.#fail('refused');
        return;
      case 'failClosed':
        this.#fail('closed');
        return;
      case 'failUnacknowledged':
        this.#fail('unacknowledged');
        return;
      case 'failAborted':
        this.#send(encodeError(this.#message, true));
        this.#fail('aborted');
    }
  }

  #send(bytes: Uint8Array): void {
    this.#outputs.push({ kind: 'send', bytes });
  }

  #fail(reason: ScpSendFailure): void {
    this.#outputs.push({ kind: 'failed', reason, message: this.#message });
  }
}
