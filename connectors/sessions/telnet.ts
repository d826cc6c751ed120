/** A console behind a Telnet port, with control of its serial line where the server offers RFC 2217. */
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import { CONTROL } from '../../protocols/telnet/index.js';
import type { ComPortRequest, ComPortResult } from '../../protocols/telnet/index.js';
import type { ByteChannel, ChannelEvents, ModemLines } from './byte-channel.js';
import { TcpChannel } from './tcp.js';
import { TelnetConnection } from './telnet-connection.js';

export interface TelnetChannelOptions {
  readonly host: string;
  readonly port: number;
  /** Rate of the serial line behind the server, where it offers to set it; absent: as the server has it. */
  readonly baudRate?: number;
  readonly clock: Clock;
}

export class TelnetChannel implements ByteChannel {
  readonly #options: TelnetChannelOptions;
  readonly #tcp: TcpChannel;
  #connection: TelnetConnection | undefined;

  constructor(options: TelnetChannelOptions) {
    this.#options = options;
    this.#tcp = new TcpChannel({ host: options.host, port: options.port });
  }

  get target(): string {
    const { baudRate } = this.#options;
    return `telnet ${this.#tcp.target}${baudRate === undefined ? '' : ` at ${String(baudRate)}`}`;
  }

  get baudRate(): number | undefined {
    return this.#connection?.baudRate;
  }

  /** Resolves when options and line are settled. Errors: CONSOLE_PROTOCOL_FAULT, CONSOLE_SETTING_REFUSED, the system's. */
  async open(events: ChannelEvents): Promise<void> {
    const connection = new TelnetConnection(this.target, this.#options, this.#tcp, events);
    this.#connection = connection;
    await this.#tcp.open({
      onBytes: (bytes) => {
        connection.feed({ kind: 'received', bytes });
      },
      onClosed: (reason) => {
        if (this.#connection === connection) this.#connection = undefined;
        connection.closed(reason);
      },
    });
    await connection.settled();
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#open().write(bytes);
  }

  close(): Promise<void> {
    return this.#tcp.close();
  }

  async setBaudRate(baudRate: number): Promise<void> {
    await this.#set({ kind: 'baudRate', value: baudRate });
  }

  async sendBreak(durationMs: number): Promise<void> {
    await this.#open().ask((id) => ({ kind: 'break', id, durationMs }));
  }

  /** Errors: CONSOLE_SETTING_REFUSED. */
  async setModemLines({ dtr, rts }: ModemLines): Promise<void> {
    if (dtr !== undefined) await this.#set({ kind: 'control', value: dtr ? CONTROL.dtrOn : CONTROL.dtrOff });
    if (rts !== undefined) await this.#set({ kind: 'control', value: rts ? CONTROL.rtsOn : CONTROL.rtsOff });
  }

  async #set(request: ComPortRequest): Promise<void> {
    const result = await this.#open().ask((id) => ({ kind: 'request', id, request }));
    if (result.kind === 'answered' && result.value === request.value) return;
    throw fail('CONSOLE_SETTING_REFUSED', { target: this.target, reason: refusal(request, result) });
  }

  #open(): TelnetConnection {
    if (this.#connection === undefined) throw new Error('not open');
    return this.#connection;
  }
}

function refusal({ kind, value }: ComPortRequest, result: ComPortResult): string {
  switch (result.kind) {
    case 'answered':
      return `${kind}: wanted ${String(value)}, got ${String(result.value)}`;
    case 'silent':
      return `no answer to ${kind} ${String(value)}`;
    case 'unsupported':
      return 'the server does not offer to set its line (RFC 2217)';
  }
}
