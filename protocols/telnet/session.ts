/**
 * A Telnet connection to a console server, client side (RFC 854, 855, 856, 857, 858, 1091, 1143, 2217), without I/O.
 *
 *   negotiating ──► configuring ──► ready          any state ──► failed
 *   (options)       (serial line)
 *
 * Asked for: binary both ways, no go-ahead, and the serial line's control. What a server refuses is done without: a line
 * whose rate cannot be set keeps the server's own. Not done: urgent data and Synch, line mode, status, timing marks,
 * window size (all refused), an answer to Are-You-There (the device would read it as typing).
 */
import type { ErrorCode } from '../../core/errors/index.js';
import { BRK, OPTION } from './codes.js';
import type { ComPortRequest } from './com-port.js';
import { TelnetDecoder } from './decoder.js';
import type { TelnetToken } from './decoder.js';
import { encodeCommand, encodeData, encodeNegotiation, encodeSubnegotiation } from './encode.js';
import { OptionTable } from './option-table.js';
import type { Negotiation } from './option-table.js';
import { SerialControl } from './serial-control.js';
import type { SerialOutput } from './serial-control.js';

export type TelnetInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'received'; readonly bytes: Uint8Array }
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** Answered by `done` with the same id. */
  | { readonly kind: 'request'; readonly id: number; readonly request: ComPortRequest }
  | { readonly kind: 'break'; readonly id: number; readonly durationMs: number }
  | { readonly kind: 'time' };

export type TelnetOutput =
  | { readonly kind: 'transmit'; readonly bytes: Uint8Array }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** Options and serial line are settled; `comPort`: the server lets us control its serial line. */
  | { readonly kind: 'ready'; readonly comPort: boolean }
  | Exclude<SerialOutput, { kind: 'say' | 'settled' | 'failed' }>
  /** The connection is of no more use. */
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly reason: string };

export interface TelnetSettings {
  /** Rate that the serial line shall have, 8N1 without flow control; absent: as the server has it. */
  readonly baudRate?: number;
}

/** Servers that do not know an option should refuse it; some say nothing. ms */
const SETTLE_WITHIN_MS = 2_000;
/** No far end that means well asks this often; each question may come from an answer of ours. */
const ANSWERS_MAX = 200;
const ANSWERS_WITHIN_MS = 10_000;
/** Known to every device that asks; what it draws is taken out of the text. */
const TERMINAL_TYPE = 'VT100';
const TERMINAL_IS = 0;
const TERMINAL_SEND = 1;

export class TelnetSession {
  readonly #decoder = new TelnetDecoder();
  readonly #options = new OptionTable();
  readonly #serial: SerialControl;
  #state: 'new' | 'negotiating' | 'configuring' | 'ready' | 'failed' = 'new';
  #settleMs: number | undefined;
  #answers = { count: 0, sinceMs: 0 };
  #out: TelnetOutput[] = [];

  constructor({ baudRate }: TelnetSettings) {
    this.#serial = new SerialControl(baudRate);
  }

  get comPort(): boolean {
    return this.#options.ours(OPTION.comPort).on || this.#options.theirs(OPTION.comPort).on;
  }

  /** Rate of the serial line as the server told it last; undefined where it did not. */
  get baudRate(): number | undefined {
    return this.#serial.baudRate;
  }

  handle(input: TelnetInput, nowMs: number): readonly TelnetOutput[] {
    this.#out = [];
    if (this.#state !== 'failed') this.#take(input, nowMs);
    return this.#out;
  }

  nextDeadlineMs(): number | undefined {
    if (this.#state === 'failed') return undefined;
    const dues = [this.#settleMs, this.#serial.nextDeadlineMs()].filter((due) => due !== undefined);
    return dues.length === 0 ? undefined : Math.min(...dues);
  }

  #take(input: TelnetInput, nowMs: number): void {
    switch (input.kind) {
      case 'start':
        this.#start(nowMs);
        return;
      case 'received':
        this.#decoder.push(input.bytes, (token) => {
          if (this.#state !== 'failed') this.#token(token, nowMs);
        });
        return;
      case 'send':
        this.#transmit(encodeData(input.bytes, this.#options.ours(OPTION.binary).on));
        return;
      case 'request':
        if (this.comPort) this.#control(this.#serial.request(input.id, input.request, nowMs));
        else this.#out.push({ kind: 'done', id: input.id, result: { kind: 'unsupported' } });
        return;
      case 'break':
        this.#break(input.id, input.durationMs, nowMs);
        return;
      case 'time':
        this.#time(nowMs);
    }
  }

  #start(nowMs: number): void {
    this.#state = 'negotiating';
    this.#settleMs = nowMs + SETTLE_WITHIN_MS;
    const { binary, sga, comPort } = OPTION;
    for (const [side, option] of [
      ['ours', comPort],
      ['ours', binary],
      ['theirs', binary],
      ['ours', sga],
      ['theirs', sga],
    ] as const) {
      this.#say(this.#options.wish(side, option));
    }
  }

  #token(token: TelnetToken, nowMs: number): void {
    switch (token.kind) {
      case 'data':
        this.#out.push(token);
        return;
      case 'negotiation':
        this.#negotiated(token, nowMs);
        return;
      case 'subnegotiation':
        this.#subnegotiated(token.option, token.bytes, nowMs);
        return;
      case 'tooLong':
        this.#fail('CONSOLE_PROTOCOL_FAULT', `an endless answer about option ${String(token.option)}`);
        return;
      case 'command':
        return;
    }
  }

  #negotiated(negotiation: Negotiation, nowMs: number): void {
    const answer = this.#options.handle(negotiation);
    this.#decoder.binary = this.#options.theirs(OPTION.binary).on;
    if (answer !== undefined) {
      if (nowMs - this.#answers.sinceMs > ANSWERS_WITHIN_MS) this.#answers = { count: 0, sinceMs: nowMs };
      if (++this.#answers.count > ANSWERS_MAX) {
        this.#fail('CONSOLE_PROTOCOL_FAULT', 'it asks for options without end');
        return;
      }
      this.#say(answer);
    }
    this.#settle(false, nowMs);
  }

  /** Goes on when the options that matter are decided, or `late`: when they will not be. */
  #settle(late: boolean, nowMs: number): void {
    if (this.#state !== 'negotiating') return;
    const { comPort, binary } = OPTION;
    const open = [this.#options.ours(comPort), this.#options.ours(binary), this.#options.theirs(binary)];
    if (!late && open.some((side) => side.pending)) return;
    this.#settleMs = undefined;
    this.#state = 'configuring';
    if (this.comPort) this.#control(this.#serial.begin(nowMs));
    else this.#ready();
  }

  #ready(): void {
    this.#state = 'ready';
    this.#out.push({ kind: 'ready', comPort: this.comPort });
  }

  #subnegotiated(option: number, bytes: Uint8Array, nowMs: number): void {
    if (option === OPTION.terminalType && bytes[0] === TERMINAL_SEND && this.#options.ours(option).on) {
      const name = Array.from(TERMINAL_TYPE, (char) => char.charCodeAt(0));
      this.#transmit(encodeSubnegotiation(option, [TERMINAL_IS, ...name]));
    }
    if (option !== OPTION.comPort || !this.comPort) return;
    this.#control(this.#serial.received(bytes, nowMs));
  }

  #break(id: number, durationMs: number, nowMs: number): void {
    if (!this.comPort) {
      // Terminal servers without RFC 2217 take the break key for a break of the line.
      this.#transmit(encodeCommand(BRK));
      this.#out.push({ kind: 'done', id, result: { kind: 'answered', value: 0 } });
      return;
    }
    this.#control(this.#serial.sendBreak(id, durationMs, nowMs));
  }

  #control(outputs: readonly SerialOutput[]): void {
    for (const output of outputs) {
      if (this.#state === 'failed') return;
      if (output.kind === 'say') this.#transmit(encodeSubnegotiation(OPTION.comPort, output.body));
      else if (output.kind === 'settled') this.#ready();
      else if (output.kind === 'failed') this.#fail(output.code, output.reason);
      else this.#out.push(output);
    }
  }

  #time(nowMs: number): void {
    if (this.#settleMs !== undefined && nowMs >= this.#settleMs) this.#settle(true, nowMs);
    this.#control(this.#serial.time(nowMs));
  }

  #fail(code: ErrorCode, reason: string): void {
    if (this.#state === 'failed') return;
    this.#state = 'failed';
    this.#out.push({ kind: 'failed', code, reason });
  }

  #say(negotiation: Negotiation | undefined): void {
    if (negotiation !== undefined) this.#transmit(encodeNegotiation(negotiation.verb, negotiation.option));
  }

  #transmit(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#out.push({ kind: 'transmit', bytes });
  }
}
