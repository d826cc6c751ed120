/**
 * The network between a simulated device and a TFTP server. A router names a server by address alone and always asks
 * port 69; the relay takes the request on a loopback port and carries it to where the lab file says that address is.
 * It looks at nothing but opcodes and block numbers, to count what passes (RFC 1350 §5), and it is where the link's
 * speed is kept.
 */
import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { once } from 'node:events';
import type { EarlyEnd, Weather } from './weather.js';

const DATA = 3;
const DATA_HEADER_BYTES = 4;
/** A timer cannot wait for less; what goes early now waits longer with the next datagram. */
const TIMER_STEP_MS = 1;

export interface TftpTarget {
  readonly host: string;
  readonly port: number;
}

export interface RelayOptions {
  /** Address as the device names it → where the server listens. */
  readonly servers: ReadonlyMap<string, TftpTarget>;
  /** The device's own address on the loopback network. */
  readonly sourceAddress: string;
  /** 0: as fast as it goes. */
  readonly linkBytesPerSecond: number;
}

export interface RelayListener {
  /** A new block came from the server; `bytes` is all so far. */
  onBlock(bytes: number): void;
  /** The weather ends the transfer: nothing comes any more. */
  onEarlyEnd(how: EarlyEnd): void;
}

export interface RelayedPath extends TftpTarget {
  close(): void;
}

/** The network as a device finds it. */
export interface TftpNetwork {
  /** Where the server with this address is; undefined: nobody is there. */
  target(address: string): TftpTarget | undefined;
  /** Opens the way for one transfer. */
  open(target: TftpTarget, weather: Weather, listener: RelayListener): Promise<RelayedPath>;
}

export class TftpRelay implements TftpNetwork {
  readonly #options: RelayOptions;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  target(address: string): TftpTarget | undefined {
    return this.#options.servers.get(address);
  }

  async open(target: TftpTarget, weather: Weather, listener: RelayListener): Promise<RelayedPath> {
    const device = await bound('127.0.0.1');
    const replies = await bound('127.0.0.1');
    const upstream = await bound(this.#options.sourceAddress);
    const bytesPerMs = (weather.bytesPerSecond ?? this.#options.linkBytesPerSecond) / 1000;
    const path = new Path({ replies, upstream, target, listener, weather, bytesPerMs });
    device.on('message', (message, from) => path.fromDevice(message, from));
    replies.on('message', (message, from) => path.fromDevice(message, from));
    upstream.on('message', (message, from) => path.fromServer(message, from));
    const close = (): void => {
      path.close();
      for (const socket of [device, replies, upstream]) socket.close();
    };
    return { host: '127.0.0.1', port: device.address().port, close };
  }
}

interface PathParts {
  readonly replies: Socket;
  readonly upstream: Socket;
  readonly target: TftpTarget;
  readonly listener: RelayListener;
  readonly weather: Weather;
  /** 0: no limit. */
  readonly bytesPerMs: number;
}

/** One transfer through the relay: the server's transfer port is learnt from its first answer (RFC 1350 §4). */
class Path {
  readonly #parts: PathParts;
  #client: RemoteInfo | undefined;
  #serverPort: number | undefined;
  #lastBlock = 0;
  #blocks = 0;
  #bytes = 0;
  #linkFreeAtMs = 0;
  #closed = false;

  constructor(parts: PathParts) {
    this.#parts = parts;
  }

  close(): void {
    this.#closed = true;
  }

  fromDevice(message: Buffer, from: RemoteInfo): void {
    this.#client = from;
    const { target, upstream } = this.#parts;
    if (!this.#closed) upstream.send(message, this.#serverPort ?? target.port, target.host);
  }

  fromServer(message: Buffer, from: RemoteInfo): void {
    this.#serverPort ??= from.port;
    if (from.port !== this.#serverPort) return;
    if (isData(message) && this.#parts.weather.loses(message.readUInt16BE(2))) return;
    const delayMs = this.#delayMs(message.length);
    if (delayMs < TIMER_STEP_MS) this.#deliver(message);
    else setTimeout(() => this.#deliver(message), delayMs);
  }

  #deliver(message: Buffer): void {
    if (this.#closed || this.#client === undefined) return;
    if (!this.#count(message)) return;
    this.#parts.replies.send(message, this.#client.port, this.#client.address);
  }

  /** False where the transfer ends before this datagram. */
  #count(message: Buffer): boolean {
    if (!isData(message)) return true;
    const block = message.readUInt16BE(2);
    if (block !== ((this.#lastBlock + 1) & 0xffff)) return true;
    this.#lastBlock = block;
    this.#blocks += 1;
    const data = message.subarray(DATA_HEADER_BYTES);
    this.#bytes += data.length;
    const { weather, listener } = this.#parts;
    const end = weather.endsAt(data, this.#bytes, this.#blocks);
    if (end === undefined) listener.onBlock(this.#bytes);
    else {
      this.#closed = true;
      listener.onEarlyEnd(end);
    }
    return end === undefined;
  }

  /** A datagram waits until those before it have left the link. */
  #delayMs(sizeBytes: number): number {
    if (this.#parts.bytesPerMs === 0) return 0;
    const nowMs = performance.now();
    this.#linkFreeAtMs = Math.max(this.#linkFreeAtMs, nowMs) + sizeBytes / this.#parts.bytesPerMs;
    return this.#linkFreeAtMs - nowMs;
  }
}

function isData(message: Buffer): boolean {
  return message.length >= DATA_HEADER_BYTES && message.readUInt16BE(0) === DATA;
}

async function bound(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  // A loopback port that nobody listens on answers with ICMP; on a real wire the datagram is lost.
  socket.on('error', () => undefined);
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}
