/**
 * The sockets that all transfers of the TFTP server share. A transfer is known by its socket and its peer's address and port
 * (RFC 1350 §4: both transfer ids), so a few sockets carry thousands.
 */
import { TFTP_ERROR, decodeTftp, encodeError } from '../../protocols/tftp/packet.js';
import type { TftpRun } from './tftp-run.js';
import type { MakeUdpSocket, UdpPeer, UdpSocket } from './udp-socket.js';

/**
 * A receive buffer holds about 270 small packets (net.core.rmem_max 212992, 768 bytes each with the kernel's own): so many
 * sockets hold the acknowledgements of two thousand peers who speak at the same moment.
 */
const SOCKETS = 8;

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export interface TftpSocketsDeps {
  readonly host: string;
  /** Absent: any free ports. */
  readonly ports?: PortRange;
  readonly makeSocket: MakeUdpSocket;
  onTrouble(error: Error): void;
  /** A packet that belongs to no transfer; true: it is answered. */
  onStranger(from: UdpPeer): boolean;
}

export class SharedSocket {
  readonly socket: UdpSocket;
  /** By peer address and port: no text is joined for each packet. */
  readonly #runs = new Map<string, Map<number, TftpRun>>();
  readonly #onStranger: (from: UdpPeer) => boolean;

  constructor(socket: UdpSocket, onStranger: (from: UdpPeer) => boolean) {
    this.socket = socket;
    this.#onStranger = onStranger;
  }

  has({ address, port }: UdpPeer): boolean {
    return this.#runs.get(address)?.has(port) === true;
  }

  add({ address, port }: UdpPeer, run: TftpRun): void {
    const ports = this.#runs.get(address) ?? new Map<number, TftpRun>();
    this.#runs.set(address, ports.set(port, run));
  }

  remove({ address, port }: UdpPeer): void {
    const ports = this.#runs.get(address);
    ports?.delete(port);
    if (ports?.size === 0) this.#runs.delete(address);
  }

  receive(datagram: Uint8Array, from: UdpPeer): void {
    const run = this.#runs.get(from.address)?.get(from.port);
    if (run !== undefined) {
      run.receive(datagram);
      return;
    }
    // RFC 1350 §4: it is told, and no transfer is disturbed. An error is never answered with an error.
    if (decodeTftp(datagram).kind === 'error' || !this.#onStranger(from)) return;
    this.socket.send(encodeError(TFTP_ERROR.unknownTransferId, 'unknown transfer id'), from);
  }
}

export class TftpSockets {
  readonly #deps: TftpSocketsDeps;
  readonly #shared: SharedSocket[] = [];
  #next = 0;

  constructor(deps: TftpSocketsDeps) {
    this.#deps = deps;
  }

  /** Rejects with the error of the system where no socket can be bound. */
  async start(): Promise<void> {
    const { ports } = this.#deps;
    if (ports === undefined) {
      for (let made = 0; made < SOCKETS; made += 1) await this.#bind(0);
      return;
    }
    let cause: unknown;
    for (let port = ports.first; port <= ports.last && this.#shared.length < SOCKETS; port += 1) {
      // A port of the range that another program holds is passed over.
      await this.#bind(port).catch((error: unknown) => (cause ??= error));
    }
    if (this.#shared.length === 0) throw cause;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#shared.splice(0).map(({ socket }) => socket.close()));
  }

  /** The next in turn on which this peer has no transfer. */
  socketFor(peer: UdpPeer): SharedSocket | undefined {
    for (let tried = 0; tried < this.#shared.length; tried += 1) {
      this.#next = (this.#next + 1) % this.#shared.length;
      const shared = this.#shared[this.#next];
      if (shared !== undefined && !shared.has(peer)) return shared;
    }
    return undefined;
  }

  async #bind(port: number): Promise<void> {
    const { host, makeSocket } = this.#deps;
    const socket = makeSocket(host, (error) => this.#deps.onTrouble(error));
    const shared = new SharedSocket(socket, (from) => this.#deps.onStranger(from));
    await socket.bind(host, port, (datagram, from) => shared.receive(datagram, from));
    this.#shared.push(shared);
  }
}
