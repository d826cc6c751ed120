/**
 * TFTP server for devices that pull their files: RFC 1350 with the options of RFC 2347–2349 and RFC 7440, reading only.
 *
 * A file is reachable through a grant alone. The name of a request is looked up in the table of grants and never becomes a
 * path; the answer to everything else is an ERROR, no longer than the request's kind deserves. One socket listens; each
 * transfer has its own. All transfers share one timer.
 */
import { once } from 'node:events';
import type { RemoteInfo, Socket } from 'node:dgram';
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';
import type { Random } from '../../core/ports/random.js';
import type { FileSource } from '../../core/ports/transfer.js';
import type { Exposure, Grant, TransferServer } from '../../core/ports/transfer-server.js';
import { DEFAULT_GRANT_LIMITS, grantOptions } from '../../protocols/tftp/options.js';
import type { GrantLimits } from '../../protocols/tftp/options.js';
import { TFTP_ERROR, decodeTftp, encodeError } from '../../protocols/tftp/packet.js';
import type { DecodedTftp } from '../../protocols/tftp/packet.js';
import { DeadlineTimer } from './deadline-timer.js';
import { Grants } from './grants.js';
import { listenRefused } from './listen-refused.js';
import type { OpenGrant } from './open-grant.js';
import { TftpRun, createTransferSocket } from './tftp-run.js';

/** Transfers at once: each holds a socket, and a process has commonly 1024 or 4096 descriptors in all. */
const MAX_RUNS = 512;
/** Shown where the port is taken or privileged. */
const OTHER_PORT = 1069;

export interface TftpServerDeps {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly limits?: GrantLimits;
}

export class TftpServer implements TransferServer {
  readonly method = 'tftp';
  readonly #deps: TftpServerDeps;
  readonly #grants: Grants;
  /** By peer address and port. */
  readonly #runs = new Map<string, { readonly run: TftpRun; readonly exposure: OpenGrant }>();
  readonly #timer: DeadlineTimer;
  #socket: Socket | undefined;
  #port: number;

  constructor(deps: TftpServerDeps) {
    this.#deps = deps;
    this.#port = deps.port;
    const { clock, random } = deps;
    this.#grants = new Grants({
      ...{ method: this.method, clock, random, withLogins: false },
      onClose: (open, reason) => this.#breakOff(open, reason),
    });
    this.#timer = new DeadlineTimer(deps.clock, () => this.#tick());
  }

  get address(): { readonly host: string; readonly port: number } {
    return { host: this.#deps.host, port: this.#port };
  }

  /** Errors: LISTEN_REFUSED. */
  async start(): Promise<void> {
    const { host, port, log } = this.#deps;
    const socket = createTransferSocket(host);
    try {
      // An address needs no look-up, so the socket may be bound before `bind` returns.
      const listening = once(socket, 'listening');
      socket.bind({ address: host, port });
      await listening;
    } catch (error) {
      socket.close();
      throw listenRefused('tftp', 'servers.tftp.listen', { host, port }, OTHER_PORT, error as NodeJS.ErrnoException);
    }
    socket.on('error', (error) => log.warn('tftp listener', { reason: error.message }));
    socket.on('message', (datagram, from) => this.#receive(datagram, from));
    this.#socket = socket;
    this.#port = socket.address().port;
  }

  /** Running transfers are broken off with an ERROR to their peers. */
  async stop(): Promise<void> {
    this.#grants.closeAll('the server is stopping');
    this.#timer.stop();
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  }

  /** Errors: TRANSFER_NO_SERVER before `start`. A path that is taken is an error of the caller. */
  expose(grant: Grant): Exposure {
    if (this.#socket === undefined) throw fail('TRANSFER_NO_SERVER', { method: this.method });
    return this.#grants.open(grant, this.#port);
  }

  #breakOff(open: OpenGrant, reason: string): void {
    for (const { run, exposure } of [...this.#runs.values()]) {
      if (exposure === open) run.abort(TFTP_ERROR.undefined, reason);
    }
  }

  #receive(datagram: Uint8Array, from: RemoteInfo): void {
    const request = decodeTftp(datagram);
    // The request again: the run that it started repeats its own answer. A finished one is no longer in the table.
    if (this.#runs.has(keyOf(from))) return;
    const answer = this.#answer(request, datagram, from);
    if (answer !== undefined) this.#refuse(from, answer.code, answer.text);
  }

  /** Starts the transfer, or says why not; nothing for what is no request: an error is never answered with an error. */
  #answer(request: DecodedTftp, datagram: Uint8Array, from: RemoteInfo): { code: number; text: string } | undefined {
    if (request.kind === 'malformed') {
      const wasRequest = datagram[0] === 0 && (datagram[1] === 1 || datagram[1] === 2);
      return wasRequest ? { code: TFTP_ERROR.illegalOperation, text: request.reason } : undefined;
    }
    if (request.kind === 'wrq') return { code: TFTP_ERROR.accessViolation, text: 'this server only sends' };
    if (request.kind !== 'rrq') return undefined;
    const exposure = this.#grants.byPath(request.fileName);
    if (exposure === undefined) return { code: TFTP_ERROR.notFound, text: 'File not found' };
    if (!exposure.allows(from.address)) return { code: TFTP_ERROR.accessViolation, text: 'not for this address' };
    if (request.mode !== 'octet') return { code: TFTP_ERROR.illegalOperation, text: 'only octet mode' };
    if (this.#runs.size >= MAX_RUNS) return { code: TFTP_ERROR.undefined, text: 'too many transfers' };
    const { grant } = exposure;
    if (!('source' in grant)) return { code: TFTP_ERROR.accessViolation, text: 'this file is to be sent here' };
    this.#startRun(exposure, grant.source, request.options, from);
    return undefined;
  }

  #startRun(exposure: OpenGrant, source: FileSource, options: ReadonlyMap<string, string>, from: RemoteInfo): void {
    const { clock, host, limits = DEFAULT_GRANT_LIMITS, log } = this.#deps;
    const number = exposure.began();
    const run = new TftpRun({
      clock,
      host,
      peer: { address: from.address, port: from.port },
      source,
      options: grantOptions(options, source.sizeBytes, limits),
      onProgress: (bytes) => exposure.progressed(number, bytes),
      onDeadline: ({ deadlineMs }) => this.#timer.setEarlier(deadlineMs),
      onEnd: (_run, fetch) => {
        this.#runs.delete(keyOf(from));
        exposure.ended(fetch);
        const { peer, bytes, complete, reason } = fetch;
        log.info('tftp fetch', { path: exposure.path, peer, bytes, complete, reason });
      },
    });
    this.#runs.set(keyOf(from), { run, exposure });
    run.start();
  }

  #refuse(from: RemoteInfo, code: number, text: string): void {
    this.#deps.log.info('tftp request refused', { peer: from.address, code: String(code), reason: text });
    this.#socket?.send(encodeError(code, text), from.port, from.address);
  }

  #tick(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    let nextMs = Infinity;
    for (const { run } of [...this.#runs.values()]) {
      if (run.deadlineMs <= nowMs) run.tick();
      nextMs = Math.min(nextMs, run.deadlineMs);
    }
    this.#timer.set(nextMs);
  }
}

function keyOf(peer: { readonly address: string; readonly port: number }): string {
  return `${peer.address} ${peer.port}`;
}
