/**
 * TFTP server for devices that pull and bring files: RFC 1350 with the options of RFC 2347–2349 and RFC 7440.
 *
 * A file is reachable through a grant alone, and taken only through one that is for bringing. The name of a request is looked
 * up in the table of grants and never becomes a path; the answer to everything else is an ERROR. One socket listens, a few
 * carry all transfers (tftp-sockets.ts), and all share one timer.
 */
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';
import type { Random } from '../../core/ports/random.js';
import type { Exposure, Grant, TransferServer, UploadGrant } from '../../core/ports/transfer-server.js';
import { DEFAULT_GRANT_LIMITS } from '../../protocols/tftp/options.js';
import type { GrantLimits } from '../../protocols/tftp/options.js';
import { TFTP_ERROR, decodeTftp, encodeError } from '../../protocols/tftp/packet.js';
import type { DecodedTftp } from '../../protocols/tftp/packet.js';
import { DeadlineTimer } from './deadline-timer.js';
import { Grants } from './grants.js';
import { listenRefused } from '../listen-refused.js';
import { NodeUdpSocket } from './node-udp-socket.js';
import type { OpenGrant } from './open-grant.js';
import { PageCache } from './page-cache.js';
import { PathLimit } from './path-limit.js';
import { MAX_RUNS, MAX_UNHEARD, TftpGate } from './tftp-gate.js';
import { TftpStarter } from './tftp-starter.js';
import type { StartedRun, TftpAsked } from './tftp-starter.js';
import { TftpSockets } from './tftp-sockets.js';
import type { PortRange } from './tftp-sockets.js';
import type { MakeUdpSocket, UdpPeer, UdpSocket } from './udp-socket.js';

/** Shown where the port is taken or privileged. */
const OTHER_PORT = 1069;
/** A request that comes again from a peer whose transfer does not move for this long, ms, begins anew: it was restarted. */
const ASKS_ANEW_MS = 2000;

export interface TftpServerDeps {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly limits?: GrantLimits;
  /** Ports that transfers leave from; default any. */
  readonly ports?: PortRange;
  /** Blocks may be larger than the way to the peer carries in one piece. Default false. */
  readonly fragment?: boolean;
  /** Default: Node's own sockets. */
  readonly makeSocket?: MakeUdpSocket;
}

interface Refused {
  readonly code?: number;
  readonly text: string;
}

export class TftpServer implements TransferServer {
  readonly method = 'tftp';
  readonly #deps: TftpServerDeps;
  readonly #grants: Grants;
  readonly #gate: TftpGate;
  readonly #sockets: TftpSockets;
  readonly #starter: TftpStarter;
  /** By peer address, then port. */
  readonly #runs = new Map<string, Map<number, StartedRun>>();
  readonly #timer: DeadlineTimer;
  #runCount = 0;
  #listener: UdpSocket | undefined;

  constructor(deps: TftpServerDeps) {
    this.#deps = deps;
    const { clock, random, log, host, ports, fragment = false, limits = DEFAULT_GRANT_LIMITS } = deps;
    this.#grants = new Grants({
      ...{ method: this.method, clock, random, withLogins: false },
      onClose: (open, reason) => this.#breakOff(open, reason),
    });
    this.#gate = new TftpGate(clock, log);
    this.#timer = new DeadlineTimer(clock, () => this.#tick());
    this.#sockets = new TftpSockets({
      ...{ host, ...(ports === undefined ? {} : { ports }), makeSocket: this.#makeSocket },
      onTrouble: (error) => log.warn('tftp socket', { reason: error.message }),
      onStranger: ({ address }) =>
        this.#gate.refuse({ peer: address, code: TFTP_ERROR.unknownTransferId, reason: 'unknown transfer id' }),
    });
    this.#starter = new TftpStarter({
      ...{ clock, limits, cache: new PageCache(this.method) },
      ...(fragment ? {} : { path: new PathLimit(() => clock.monotonicMs()) }),
      onDeadline: (deadlineMs) => this.#timer.setEarlier(deadlineMs),
      onOver: (run) => this.#over(run),
      refuse: (peer, code, reason) => this.#refuse(peer, { code, text: reason }),
      neverAnswered: (peer, reason) => this.#gate.refuse({ peer, reason }),
      log,
    });
  }

  get address(): { readonly host: string; readonly port: number } {
    return { host: this.#deps.host, port: this.#listener?.port ?? this.#deps.port };
  }

  /** Requests that were refused or not heard, since the start. */
  get refused(): number {
    return this.#gate.refused;
  }

  /** Transfers that run. */
  get running(): number {
    return this.#runCount;
  }

  /** Errors: LISTEN_REFUSED. */
  async start(): Promise<void> {
    const { host, port, ports, log } = this.#deps;
    const socket = this.#makeSocket(host, (error) => log.warn('tftp listener', { reason: error.message }));
    try {
      await socket.bind(host, port, (datagram, from) => this.#receive(datagram, from));
    } catch (error) {
      throw listenRefused('tftp', 'servers.tftp.listen', { host, port }, OTHER_PORT, error as NodeJS.ErrnoException);
    }
    try {
      await this.#sockets.start();
    } catch (error) {
      await socket.close();
      const first = ports?.first ?? 0;
      const at = { host, port: first };
      throw listenRefused('tftp', 'servers.tftp.ports', at, first + 1000, error as NodeJS.ErrnoException);
    }
    this.#listener = socket;
  }

  /** Running transfers are broken off with an ERROR to their peers. */
  async stop(): Promise<void> {
    this.#grants.closeAll('the server is stopping');
    this.#timer.stop();
    this.#gate.stop();
    const listener = this.#listener;
    this.#listener = undefined;
    await Promise.all([listener?.close(), this.#sockets.stop()]);
  }

  /** Errors: TRANSFER_NO_SERVER before `start`. A path that is taken is an error of the caller. */
  expose(grant: Grant): Exposure {
    return this.#open(grant);
  }

  /** Takes one file, once: a second bringing is refused when the first is whole. Errors: as `expose`. */
  accept(grant: UploadGrant): Exposure {
    return this.#open(grant);
  }

  #open(grant: Grant | UploadGrant): Exposure {
    if (this.#listener === undefined) throw fail('TRANSFER_NO_SERVER', { method: this.method });
    return this.#grants.open(grant, this.#listener.port);
  }

  readonly #makeSocket: MakeUdpSocket = (host, onTrouble) =>
    this.#deps.makeSocket?.(host, onTrouble) ?? new NodeUdpSocket(host, onTrouble);

  #breakOff(open: OpenGrant, reason: string): void {
    for (const started of this.#allRuns()) {
      if (started.exposure === open) started.abort(TFTP_ERROR.undefined, reason);
    }
  }

  #receive(datagram: Uint8Array, from: UdpPeer): void {
    const request = decodeTftp(datagram);
    const refused = this.#answer(request, datagram, from);
    if (refused !== undefined) this.#refuse(from, refused);
  }

  /** Starts the transfer, or says why not; nothing for what is no request: an error is never answered with an error. */
  #answer(request: DecodedTftp, datagram: Uint8Array, from: UdpPeer): Refused | undefined {
    if (request.kind === 'malformed') {
      const wasRequest = datagram[0] === 0 && (datagram[1] === 1 || datagram[1] === 2);
      return wasRequest ? { code: TFTP_ERROR.illegalOperation, text: request.reason } : undefined;
    }
    if (request.kind !== 'rrq' && request.kind !== 'wrq') return undefined;
    const { mode } = request;
    const text = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.byteLength).toString('latin1');
    if (this.#isRepeated(text, from)) return undefined;
    const exposure = this.#grants.byPath(request.fileName);
    if (exposure === undefined) return { code: TFTP_ERROR.notFound, text: 'File not found' };
    if (!exposure.allows(from.address)) return { code: TFTP_ERROR.accessViolation, text: 'not for this address' };
    if (mode !== 'octet' && mode !== 'netascii') {
      return { code: TFTP_ERROR.illegalOperation, text: 'only octet and netascii mode' };
    }
    const full = this.#isFull(from.address);
    return full ?? this.#start({ ...request, mode, text, exposure, peer: from });
  }

  /** The same request again: the run that it started repeats its own answer. Another one: the peer has begun anew. */
  #isRepeated(text: string, from: UdpPeer): boolean {
    const started = this.#runs.get(from.address)?.get(from.port);
    if (started === undefined) return false;
    const quietMs = this.#deps.clock.monotonicMs() - started.heardAtMs;
    if (started.text === text && (!started.heard || quietMs < ASKS_ANEW_MS)) return true;
    started.abandon('the peer asked anew');
    return false;
  }

  #isFull(address: string): Refused | undefined {
    if (this.#runCount >= MAX_RUNS) return { code: TFTP_ERROR.undefined, text: 'too many transfers' };
    const runs = this.#runs.get(address);
    if (runs === undefined || runs.size < MAX_UNHEARD) return undefined;
    let unheard = 0;
    for (const { heard } of runs.values()) if (!heard) unheard += 1;
    // A forged address is not told anything more.
    return unheard < MAX_UNHEARD ? undefined : { text: 'too many requests that nobody answers for' };
  }

  #start(asked: TftpAsked): Refused | undefined {
    const shared = this.#sockets.socketFor(asked.peer);
    if (shared === undefined) return { text: 'no socket is free for this peer' };
    const started = this.#starter.start(asked, shared);
    if ('code' in started) return started;
    const { address, port } = asked.peer;
    const ports = this.#runs.get(address) ?? new Map<number, StartedRun>();
    this.#runs.set(address, ports.set(port, started));
    this.#runCount += 1;
    return undefined;
  }

  #over(started: StartedRun): void {
    const { address, port } = started.peer;
    const ports = this.#runs.get(address);
    if (ports?.get(port) !== started) return;
    ports.delete(port);
    this.#runCount -= 1;
    if (ports.size === 0) this.#runs.delete(address);
  }

  #refuse(peer: UdpPeer, { code, text }: Refused): void {
    const tell = this.#gate.refuse({ peer: peer.address, reason: text, ...(code === undefined ? {} : { code }) });
    if (tell) this.#listener?.send(encodeError(code ?? TFTP_ERROR.undefined, text), peer);
  }

  #allRuns(): StartedRun[] {
    return [...this.#runs.values()].flatMap((ports) => [...ports.values()]);
  }

  #tick(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    let nextMs = Infinity;
    for (const started of this.#allRuns()) {
      if (started.deadlineMs <= nowMs) started.tick();
      nextMs = Math.min(nextMs, started.deadlineMs);
    }
    this.#timer.set(nextMs);
  }
}
