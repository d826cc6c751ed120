/**
 * Ends a receiver that an earlier process left waiting at the far end of the line. Bytes and time in, bytes and facts out;
 * it never waits.
 * Sources: Chuck Forsberg, "XMODEM/YMODEM Protocol Reference" (1988), chapters 4 (CAN) and 7 (a receiver asks again every ten
 * seconds); U-Boot, common/xyzModem.c.
 *
 * A receiver does not hear a cancel at any time. U-Boot listens for two seconds after each request, then throws away what
 * comes until the line was quiet for two more: CANs that are sent blindly make it deaf for longer. So its own request is
 * awaited and answered with CANs, as soon as it is sure to be one. Text that stands unterminated is a command line or a question: nobody waits there.
 */
import { ABORT_SEQUENCE } from './block.js';
import { LineSigns } from './line-signs.js';

/** Longest time between two requests of a receiver, ms (Forsberg, chapter 7), and what a slow line adds. */
const PATIENCE_MS = 10_500;
/** A request counts when nothing follows it for this long, ms: a `C` may begin a word, and garbage holds any byte. */
const LONE_MS = 250;
/** Text that stands for this long is a command line, ms; what scrolls by is a log. */
const STANDS_MS = 1000;
/** Cancels to one that goes on asking; more do not help. */
const MOST_CANCELS = 5;
const PRINTABLE = /[\x21-\x7e]/;

export type BreakOffState = 'listen' | 'requested' | 'standing' | 'ended';
type Event = 'request' | 'text' | 'lineEnd' | 'due' | 'abort';
type Action = 'listen' | 'cancel' | 'doubt' | 'stand' | 'endQuiet' | 'endConsole' | 'stop';
type Row = Readonly<Partial<Record<Event, readonly [Action, BreakOffState]>>>;

const ALWAYS: Row = {
  abort: ['stop', 'ended'],
  request: ['doubt', 'requested'],
  text: ['stand', 'standing'],
};

/** state × event → what to do, next state. An event without a row changes nothing. */
const TRANSITIONS: Readonly<Record<BreakOffState, Row>> = {
  listen: { ...ALWAYS, due: ['endQuiet', 'ended'] },
  requested: { ...ALWAYS, due: ['cancel', 'listen'], lineEnd: ['listen', 'listen'] },
  standing: { ...ALWAYS, due: ['endConsole', 'ended'], lineEnd: ['listen', 'listen'] },
  ended: {},
};

export type BreakOffInput =
  { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'timer' } | { readonly kind: 'abort' };

/** `cancelled`: a receiver asked and asks no more; `console`: text stands; `quiet`: nobody asked. */
export type BrokenOff = 'cancelled' | 'console' | 'quiet';

export type BreakOffOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'done'; readonly found: BrokenOff }
  | { readonly kind: 'failed' };

/** Feed `handle`; call it with `timer` when `nextDeadlineMs` has come. */
export class BreakOff {
  readonly #signs = new LineSigns();
  #state: BreakOffState = 'listen';
  #outputs: BreakOffOutput[] = [];
  #nowMs: number;
  #deadlineMs: number;
  /** The receiver's next request comes by then, or nobody waits. */
  #patienceEndMs: number;
  #cancels = 0;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
    this.#patienceEndMs = nowMs + PATIENCE_MS;
    this.#deadlineMs = this.#patienceEndMs;
  }

  /** True after `done` or `failed`. */
  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** When `handle` wants a `timer`, ms on the caller's clock. */
  nextDeadlineMs(): number | undefined {
    return this.ended ? undefined : this.#deadlineMs;
  }

  handle(input: BreakOffInput, nowMs: number): readonly BreakOffOutput[] {
    this.#outputs = [];
    this.#nowMs = nowMs;
    if (input.kind === 'abort') this.#step('abort');
    else if (input.kind === 'bytes') for (const byte of input.bytes) this.#read(byte);
    else if (nowMs >= this.#deadlineMs) this.#step('due');
    return this.#outputs;
  }

  #read(byte: number): void {
    const sign = this.#signs.read(byte);
    if (sign === 'text') this.#readText(String.fromCharCode(byte));
    else if (sign === 'ack' || sign === 'nak' || sign === 'crcRequest') this.#step('request');
  }

  #readText(character: string): void {
    if (character === '\r' || character === '\n') this.#step('lineEnd');
    else if (PRINTABLE.test(character)) this.#step('text');
  }

  #step(event: Event): void {
    const row = TRANSITIONS[this.#state][event];
    if (row === undefined) return;
    const [action, next] = row;
    this.#state = next;
    this.#act(action);
  }

  #act(action: Action): void {
    switch (action) {
      case 'listen':
        this.#deadlineMs = this.#patienceEndMs;
        return;
      case 'doubt':
        this.#deadlineMs = this.#nowMs + LONE_MS;
        return;
      case 'stand':
        this.#deadlineMs = this.#nowMs + STANDS_MS;
        return;
      case 'cancel':
        this.#cancel();
        return;
      case 'endQuiet':
      case 'endConsole':
        this.#outputs.push({ kind: 'done', found: this.#found(action) });
        return;
      case 'stop':
        this.#outputs.push({ kind: 'failed' });
    }
  }

  #found(action: 'endQuiet' | 'endConsole'): BrokenOff {
    if (this.#cancels > 0) return 'cancelled';
    return action === 'endConsole' ? 'console' : 'quiet';
  }

  #cancel(): void {
    this.#cancels += 1;
    this.#patienceEndMs = this.#nowMs + PATIENCE_MS;
    this.#deadlineMs = this.#patienceEndMs;
    this.#outputs.push({ kind: 'send', bytes: ABORT_SEQUENCE });
    if (this.#cancels < MOST_CANCELS) return;
    this.#state = 'ended';
    this.#outputs.push({ kind: 'done', found: 'cancelled' });
  }
}
