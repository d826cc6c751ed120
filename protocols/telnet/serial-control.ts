/**
 * The serial line behind the server, as one connection controls it (RFC 2217 §3): set when the options are settled, then
 * changed on wish.
 *
 *   off ──► settling ──► settled          a setting that the server does not confirm ends the connection
 */
import type { ErrorCode } from '../../core/errors/index.js';
import { CONTROL, decodeMessage, encodeRequest, encodeSignature, LINE_STATE_NEWS } from './com-port.js';
import { MODEM_STATE_NEWS, PARITY, STOP_SIZE } from './com-port.js';
import type { ComPortMessage, ComPortRequest, LineState, ModemState } from './com-port.js';
import { ComPortQueue } from './com-port-queue.js';
import type { ComPortResult, ComPortTask, QueueOutput } from './com-port-queue.js';

export type SerialOutput =
  /** The body of a COM-PORT-OPTION subnegotiation. */
  | { readonly kind: 'say'; readonly body: readonly number[] }
  /** The line is as the settings want it. */
  | { readonly kind: 'settled' }
  | { readonly kind: 'done'; readonly id: number; readonly result: ComPortResult }
  | { readonly kind: 'modemState'; readonly state: ModemState }
  | { readonly kind: 'lineState'; readonly state: LineState }
  /** Sending must stop, or may go on. */
  | { readonly kind: 'suspended'; readonly suspended: boolean }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly reason: string };

/** A server that holds our data back longer will not let it go. ms */
const SUSPENDED_MAX_MS = 60_000;
const SIGNATURE = 'portwright';
/** Asks for the rate instead of setting it (RFC 2217 §3). */
const AS_IT_IS = 0;
/** Id of the wishes that are the connection's own. */
const OWN = -1;

export class SerialControl {
  readonly #wantedBaudRate: number | undefined;
  readonly #queue = new ComPortQueue();
  #suspendedMs: number | undefined;
  #baudRate: number | undefined;
  /** Settings that are still to be confirmed, in the order in which they were asked. */
  #unconfirmed: ComPortRequest[] = [];

  /** `baudRate`: rate that the line shall have, 8N1 without flow control; undefined: as the server has it. */
  constructor(baudRate: number | undefined) {
    this.#wantedBaudRate = baudRate;
  }

  /** Rate of the line as the server told it last; undefined where it did not. */
  get baudRate(): number | undefined {
    return this.#baudRate;
  }

  nextDeadlineMs(): number | undefined {
    const dues = [this.#queue.nextDeadlineMs(), this.#suspendedMs].filter((due) => due !== undefined);
    return dues.length === 0 ? undefined : Math.min(...dues);
  }

  /** Sets the line and asks for its news. */
  begin(nowMs: number): SerialOutput[] {
    const wanted = this.#settings();
    // A server without such lines need not answer these.
    const flow: readonly ComPortRequest[] =
      this.#wantedBaudRate === undefined ? [] : [{ kind: 'control', value: CONTROL.noFlowControl }];
    const unanswered: readonly ComPortRequest[] = [
      ...flow,
      { kind: 'lineStateMask', value: LINE_STATE_NEWS },
      { kind: 'modemStateMask', value: MODEM_STATE_NEWS },
    ];
    this.#unconfirmed = [...wanted];
    return [...unanswered.map(said), ...wanted.flatMap((request) => this.#wish(OWN, [{ request }], nowMs))];
  }

  #settings(): readonly ComPortRequest[] {
    const baudRate = this.#wantedBaudRate;
    if (baudRate === undefined) return [{ kind: 'baudRate', value: AS_IT_IS }];
    return [
      { kind: 'baudRate', value: baudRate },
      { kind: 'dataSize', value: 8 },
      { kind: 'parity', value: PARITY.none },
      { kind: 'stopSize', value: STOP_SIZE[1] },
    ];
  }

  /** The body of a subnegotiation from the server. */
  received(body: Uint8Array, nowMs: number): SerialOutput[] {
    const message = decodeMessage(body);
    return message === undefined ? [] : this.#message(message, nowMs);
  }

  request(id: number, request: ComPortRequest, nowMs: number): SerialOutput[] {
    return this.#wish(id, [{ request }], nowMs);
  }

  sendBreak(id: number, durationMs: number, nowMs: number): SerialOutput[] {
    const control = (value: typeof CONTROL.breakOn | typeof CONTROL.breakOff): ComPortTask => ({
      request: { kind: 'control', value },
    });
    return this.#wish(id, [control(CONTROL.breakOn), { pauseMs: durationMs }, control(CONTROL.breakOff)], nowMs);
  }

  time(nowMs: number): SerialOutput[] {
    const outputs = this.#queued(this.#queue.time(nowMs));
    if (this.#suspendedMs === undefined || nowMs < this.#suspendedMs) return outputs;
    const reason = `it held our data back for ${String(SUSPENDED_MAX_MS / 1000)} s`;
    return [...outputs, { kind: 'failed', code: 'CONSOLE_PROTOCOL_FAULT', reason }];
  }

  #message(message: ComPortMessage, nowMs: number): SerialOutput[] {
    switch (message.kind) {
      case 'answer':
        if (message.to === 'baudRate') this.#baudRate = message.value;
        return this.#queued(this.#queue.answered(message, nowMs));
      case 'signature':
        return message.text === '' ? [{ kind: 'say', body: encodeSignature(SIGNATURE) }] : [];
      case 'suspend':
        this.#suspendedMs ??= nowMs + SUSPENDED_MAX_MS;
        return [{ kind: 'suspended', suspended: true }];
      case 'resume':
        this.#suspendedMs = undefined;
        return [{ kind: 'suspended', suspended: false }];
      case 'modemState':
      case 'lineState':
        return [message];
    }
  }

  #wish(id: number, tasks: readonly ComPortTask[], nowMs: number): SerialOutput[] {
    return this.#queued(this.#queue.add({ id, tasks }, nowMs));
  }

  #queued(outputs: readonly QueueOutput[]): SerialOutput[] {
    return outputs.flatMap((output): SerialOutput[] => {
      if (output.kind === 'ask') return [said(output.request)];
      return output.id === OWN ? this.#confirmed(output.result) : [output];
    });
  }

  #confirmed(result: ComPortResult): SerialOutput[] {
    const asked = this.#unconfirmed.shift();
    if (asked === undefined) return [];
    if (asked.value === AS_IT_IS) return [{ kind: 'settled' }];
    if (result.kind !== 'answered') return [refused(`no answer to ${asked.kind} ${String(asked.value)}`)];
    if (result.value !== asked.value) {
      return [refused(`${asked.kind}: wanted ${String(asked.value)}, got ${String(result.value)}`)];
    }
    return this.#unconfirmed.length === 0 ? [{ kind: 'settled' }] : [];
  }
}

function said(request: ComPortRequest): SerialOutput {
  return { kind: 'say', body: encodeRequest(request) };
}

function refused(reason: string): SerialOutput {
  return { kind: 'failed', code: 'CONSOLE_SETTING_REFUSED', reason };
}
