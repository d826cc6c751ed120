/** A TFTP server engine and a client engine over a simulated network in simulated time; every disturbance comes from a seed. */
import { wireNumber } from '../../../protocols/tftp/block-number.js';
import { DEFAULT_GRANT_LIMITS, grantOptions } from '../../../protocols/tftp/options.js';
import { decodeTftp, encodeData } from '../../../protocols/tftp/packet.js';
import { ReceiveTransfer } from '../../../protocols/tftp/receive-transfer.js';
import { SendTransfer } from '../../../protocols/tftp/send-transfer.js';
import type { Opening, ReceiveOutput, SendOutput, TftpRequest } from '../../../protocols/tftp/transfer-io.js';
import { seededRandom } from '../xmodem/noisy-line.js';

export interface Network {
  readonly seed: number;
  readonly loss?: number;
  readonly duplicate?: number;
  /** Probability that a datagram takes up to 3 times as long as the others. */
  readonly reorder?: number;
  /** Probability that a datagram is replaced by noise: what a checksum did not catch. */
  readonly corrupt?: number;
  /** Probability that a datagram is cut. */
  readonly truncate?: number;
  /** Nothing passes from the first to the second of these moments, ms. */
  readonly stall?: readonly [number, number];
  /** One way, ms. Default 5. */
  readonly delayMs?: number;
}

export interface NetworkRun {
  readonly received: Uint8Array;
  readonly sender: readonly SendOutput[];
  readonly receiver: readonly ReceiveOutput[];
  /** DATA packets that were sent, and the fewest that the file needs. */
  readonly dataSent: number;
  readonly dataLeast: number;
  readonly resentBlocks: number;
  readonly elapsedMs: number;
}

interface Datagram {
  readonly atMs: number;
  readonly to: 'sender' | 'receiver';
  readonly bytes: Uint8Array;
}

const HOUR_MS = 3_600_000;
/** RFC 2347: RRQ, WRQ and OACK carry options. */
const WITH_OPTIONS: readonly number[] = [1, 2, 6];
/** Keeps datagrams of one moment in order, ms. */
const ORDER_MS = 1e-6;

/** What is on its way: each datagram perhaps lost, doubled, late or damaged, in the order of arrival. */
class Air {
  readonly flying: Datagram[] = [];
  readonly #network: Network;
  readonly #random: () => number;
  #sent = 0;

  constructor(network: Network) {
    this.#network = network;
    this.#random = seededRandom(network.seed);
  }

  send(to: Datagram['to'], bytes: Uint8Array, nowMs: number): void {
    const { loss = 0, duplicate = 0, reorder = 0, delayMs = 5, stall = [0, 0] } = this.#network;
    for (let copy = 0; copy < (this.#random() < duplicate ? 2 : 1); copy += 1) {
      const lost = this.#random() < loss || (nowMs >= stall[0] && nowMs < stall[1]);
      if (lost) continue;
      const slow = this.#random() < reorder ? 1 + 2 * this.#random() : 1;
      this.#sent += 1;
      const atMs = nowMs + delayMs * slow + this.#sent * ORDER_MS;
      this.#insert({ atMs, to, bytes: this.#damaged(bytes.slice()) });
    }
  }

  #damaged(bytes: Uint8Array): Uint8Array {
    const { corrupt = 0, truncate = 0 } = this.#network;
    if (corrupt > 0 && this.#random() < corrupt) return bytes.map((_byte, at) => (at < 2 ? 7 : this.#random() * 256));
    if (truncate === 0 || this.#random() >= truncate) return bytes;
    // Cut between two options, a packet says less and is well-formed: nothing but UDP's checksum can tell that.
    const cutBytes = Math.floor(this.#random() * bytes.length);
    return WITH_OPTIONS.includes(bytes[1] ?? 0) ? new Uint8Array(0) : bytes.subarray(0, cutBytes);
  }

  #insert(datagram: Datagram): void {
    let at = this.flying.length;
    while (at > 0 && (this.flying[at - 1]?.atMs ?? 0) > datagram.atMs) at -= 1;
    this.flying.splice(at, 0, datagram);
  }
}

/** Who asks: the receiver (RRQ) or the sender (WRQ). */
export type Direction = 'read' | 'write';

class World {
  readonly #file: Uint8Array;
  readonly #air: Air;
  readonly #direction: Direction;
  readonly #request: TftpRequest;
  readonly #out = { sender: [] as SendOutput[], receiver: [] as ReceiveOutput[] };
  readonly #pieces: Uint8Array[] = [];
  #sender: SendTransfer | undefined;
  #receiver: ReceiveTransfer | undefined;
  #nowMs = 0;
  #dataSent = 0;

  constructor(file: Uint8Array, request: TftpRequest, network: Network, direction: Direction) {
    this.#file = file;
    this.#request = request;
    this.#direction = direction;
    this.#air = new Air(network);
  }

  run(): NetworkRun {
    this.#open(this.#direction === 'read' ? 'receiver' : 'sender', { kind: 'request', request: this.#request });
    while (this.#goesOn() && this.#nowMs < HOUR_MS) {
      const dueMs = Math.min(this.#sender?.nextDeadlineMs() ?? Infinity, this.#receiver?.nextDeadlineMs() ?? Infinity);
      const next = Math.min(this.#air.flying[0]?.atMs ?? Infinity, dueMs);
      if (next === Infinity) break;
      this.#nowMs = Math.max(this.#nowMs, next);
      if (this.#air.flying[0]?.atMs === next) this.#deliver(this.#air.flying.shift());
      else this.#tick();
    }
    const blockBytes = this.#sender?.terms.blockBytes ?? 512;
    return {
      ...this.#out,
      received: Uint8Array.from(Buffer.concat(this.#pieces)),
      dataSent: this.#dataSent,
      dataLeast: Math.floor(this.#file.length / blockBytes) + 1,
      resentBlocks: this.#sender?.resentBlocks ?? 0,
      elapsedMs: this.#nowMs,
    };
  }

  #goesOn(): boolean {
    const requester = this.#direction === 'read' ? this.#receiver : this.#sender;
    const answerer = this.#direction === 'read' ? this.#sender : this.#receiver;
    return !((requester?.ended ?? true) && (answerer?.ended ?? true));
  }

  #open(side: Datagram['to'], opening: Opening): void {
    if (side === 'sender') this.#sender = new SendTransfer(opening, this.#file.length, this.#nowMs);
    else this.#receiver = new ReceiveTransfer(opening, this.#nowMs);
    this.#tick();
  }

  #tick(): void {
    this.#takeReceiver(this.#receiver?.handle({ kind: 'timer' }, this.#nowMs) ?? []);
    this.#takeSender(this.#sender?.handle({ kind: 'timer' }, this.#nowMs) ?? []);
  }

  #deliver(datagram: Datagram | undefined): void {
    if (datagram === undefined) return;
    const packet = decodeTftp(datagram.bytes);
    const input = { kind: 'packet', packet } as const;
    const engine = datagram.to === 'sender' ? this.#sender : this.#receiver;
    if (engine === undefined) {
      if (packet.kind !== 'rrq' && packet.kind !== 'wrq') return;
      const sizeBytes = packet.kind === 'rrq' ? this.#file.length : undefined;
      this.#open(datagram.to, { kind: 'answer', ...grantOptions(packet.options, sizeBytes, DEFAULT_GRANT_LIMITS) });
    } else if (datagram.to === 'sender') {
      this.#takeSender(this.#sender?.handle(input, this.#nowMs) ?? []);
    } else {
      this.#takeReceiver(this.#receiver?.handle(input, this.#nowMs) ?? []);
    }
  }

  #takeSender(outputs: readonly SendOutput[]): void {
    for (const output of outputs) {
      this.#out.sender.push(output);
      if (output.kind === 'send') this.#air.send('receiver', output.bytes, this.#nowMs);
      if (output.kind === 'blocks') this.#sendBlocks(output.first, output.count);
    }
  }

  #sendBlocks(first: number, count: number): void {
    const { blockBytes = 512, rolloverTo = 0 } = this.#sender?.terms ?? {};
    for (let block = first; block < first + count; block += 1) {
      this.#dataSent += 1;
      const payload = this.#file.subarray((block - 1) * blockBytes, block * blockBytes);
      this.#air.send('receiver', encodeData(wireNumber(block, rolloverTo), payload), this.#nowMs);
    }
  }

  #takeReceiver(outputs: readonly ReceiveOutput[]): void {
    for (const output of outputs) {
      this.#out.receiver.push(output);
      if (output.kind === 'send') this.#air.send('sender', output.bytes, this.#nowMs);
      if (output.kind !== 'data') continue;
      this.#pieces.push(output.bytes.slice());
      this.#takeReceiver(this.#receiver?.handle({ kind: 'stored' }, this.#nowMs) ?? []);
    }
  }
}

export function runOverNetwork(
  file: Uint8Array,
  request: TftpRequest,
  network: Network,
  direction: Direction = 'read',
): NetworkRun {
  return new World(file, request, network, direction).run();
}
