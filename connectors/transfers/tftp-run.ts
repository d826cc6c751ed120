/** One TFTP transfer: a socket of its own (the transfer id of RFC 1350 §4), the engine, and the stored file. */
import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import type { Clock } from '../../core/ports/clock.js';
import type { FileSource } from '../../core/ports/transfer.js';
import type { Fetch } from '../../core/ports/transfer-server.js';
import type { Grant as OptionGrant } from '../../protocols/tftp/options.js';
import { TFTP_ERROR, decodeTftp, encodeError } from '../../protocols/tftp/packet.js';
import { ServerTransfer } from '../../protocols/tftp/server-transfer.js';
import type { ServerTransferInput, ServerTransferOutput } from '../../protocols/tftp/server-transfer.js';
import { SourceReader } from './source-reader.js';

type Failed = Extract<ServerTransferOutput, { kind: 'failed' }>;

export interface TftpRunDeps {
  readonly clock: Clock;
  readonly host: string;
  readonly peer: { readonly address: string; readonly port: number };
  readonly source: FileSource;
  readonly options: OptionGrant;
  onProgress(bytes: number): void;
  /** The deadline may have moved earlier. */
  onDeadline(run: TftpRun): void;
  /** Called once. */
  onEnd(run: TftpRun, fetch: Fetch): void;
}

export class TftpRun {
  readonly #deps: TftpRunDeps;
  readonly #socket: Socket;
  readonly #engine: ServerTransfer;
  readonly #reader: SourceReader;
  #bytes = 0;
  #ended = false;

  constructor(deps: TftpRunDeps) {
    this.#deps = deps;
    this.#socket = createTransferSocket(deps.host);
    this.#engine = new ServerTransfer(deps.options.terms, deps.options.granted, deps.clock.monotonicMs());
    this.#reader = new SourceReader(deps.source, 'tftp');
  }

  /** Monotonic ms of the engine's deadline; `Infinity` where nothing is awaited from time. */
  get deadlineMs(): number {
    return this.#engine.nextDeadlineMs() ?? Infinity;
  }

  start(): void {
    this.#socket.on('error', (error) => this.#end(false, error.message));
    this.#socket.on('message', (datagram, from) => this.#receive(datagram, from));
    this.#socket.bind({ address: this.#deps.host, port: 0 }, () => this.tick());
  }

  /** The deadline has come. */
  tick(): void {
    this.#feed({ kind: 'timer' });
  }

  /** Breaks it off with an ERROR to the peer. */
  abort(code: number, reason: string): void {
    this.#feed({ kind: 'abort', code, message: asciiOnly(reason) });
  }

  #receive(datagram: Uint8Array, from: RemoteInfo): void {
    const { peer } = this.#deps;
    if (from.port === peer.port && from.address === peer.address) {
      this.#feed({ kind: 'packet', packet: decodeTftp(datagram) });
      return;
    }
    // RFC 1350 §4: another's packet is answered with an error and does not disturb the transfer.
    this.#send(encodeError(TFTP_ERROR.unknownTransferId, 'unknown transfer id'), from);
  }

  #feed(input: ServerTransferInput): void {
    if (this.#ended) return;
    for (const output of this.#engine.handle(input, this.#deps.clock.monotonicMs())) this.#take(output);
    if (!this.#engine.ended) this.#deps.onDeadline(this);
  }

  #take(output: ServerTransferOutput): void {
    switch (output.kind) {
      case 'send':
        this.#send(output.bytes, this.#deps.peer);
        return;
      case 'needData':
        void this.#readOn(output.maxBytes);
        return;
      case 'progress':
        this.#bytes = output.bytes;
        this.#deps.onProgress(output.bytes);
        return;
      case 'done':
        this.#end(true);
        return;
      case 'failed':
        this.#end(false, describeFailure(output));
    }
  }

  #send(bytes: Uint8Array, to: { readonly address: string; readonly port: number }): void {
    this.#socket.send(bytes, to.port, to.address);
  }

  async #readOn(maxBytes: number): Promise<void> {
    try {
      const piece = await this.#reader.read(maxBytes);
      this.#feed({ kind: 'data', ...piece });
    } catch (error) {
      this.abort(TFTP_ERROR.undefined, error instanceof Error ? error.message : String(error));
    }
  }

  #end(complete: boolean, reason?: string): void {
    if (this.#ended) return;
    this.#ended = true;
    // Nothing more is read, but what `send` has taken still leaves.
    setImmediate(() => this.#socket.close());
    // The file's own failure to close changes nothing for the peer.
    this.#reader.close().catch(() => undefined);
    const { address: peer } = this.#deps.peer;
    this.#deps.onEnd(this, { peer, bytes: this.#bytes, complete, ...(reason === undefined ? {} : { reason }) });
  }
}

/** A UDP socket that never asks a name server: every address here comes from a datagram or from the configuration. */
export function createTransferSocket(host: string): Socket {
  const type = host.includes(':') ? 'udp6' : 'udp4';
  return createSocket({
    type,
    lookup: (address, _options, callback) => callback(null, address, type === 'udp6' ? 6 : 4),
  });
}

function describeFailure(failed: Failed): string {
  const { reason, code = 0, message = '' } = failed;
  switch (reason) {
    case 'peerError':
      return `the peer sent error ${code}: ${message}`;
    case 'illegal':
      return `the peer broke the protocol: ${message}`;
    case 'silent':
      return 'the peer stopped answering';
    case 'endUnknown':
      return 'the last block was never acknowledged';
    case 'aborted':
      return message;
  }
}

/** TFTP messages are netascii. */
function asciiOnly(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
