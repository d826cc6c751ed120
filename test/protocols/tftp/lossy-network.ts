/** A TFTP server engine and a client engine over a simulated network in simulated time; every disturbance comes from a seed. */
import { ClientTransfer } from '../../../protocols/tftp/client-transfer.js';
import type { ClientTransferOptions, ClientTransferOutput } from '../../../protocols/tftp/client-io.js';
import { DEFAULT_GRANT_LIMITS, grantOptions } from '../../../protocols/tftp/options.js';
import { decodeTftp } from '../../../protocols/tftp/packet.js';
import { ServerTransfer } from '../../../protocols/tftp/server-transfer.js';
import type { ServerTransferOutput } from '../../../protocols/tftp/server-transfer.js';
import { seededRandom } from '../xmodem/noisy-line.js';

export interface Network {
  readonly seed: number;
  readonly loss?: number;
  readonly duplicate?: number;
  /** Probability that a datagram takes up to 3 times as long as the others. */
  readonly reorder?: number;
  /** One way, ms. Default 5. */
  readonly delayMs?: number;
}

export interface NetworkRun {
  readonly received: Uint8Array;
  readonly server: readonly ServerTransferOutput[];
  readonly client: readonly ClientTransferOutput[];
  /** DATA packets that the server sent, and the fewest that the file needs. */
  readonly dataSent: number;
  readonly dataLeast: number;
  readonly elapsedMs: number;
  readonly mostBuffered: number;
}

interface Datagram {
  readonly atMs: number;
  readonly to: 'server' | 'client';
  readonly bytes: Uint8Array;
}

const HOUR_MS = 3_600_000;
const DATA = 3;
/** Keeps datagrams of one moment in order, ms. */
const ORDER_MS = 1e-6;

/** What is on its way: each datagram perhaps lost, doubled or late, in the order of arrival. */
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
    const { loss = 0, duplicate = 0, reorder = 0, delayMs = 5 } = this.#network;
    for (let copy = 0; copy < (this.#random() < duplicate ? 2 : 1); copy += 1) {
      if (this.#random() < loss) continue;
      const slow = this.#random() < reorder ? 1 + 2 * this.#random() : 1;
      this.#sent += 1;
      this.flying.push({ atMs: nowMs + delayMs * slow + this.#sent * ORDER_MS, to, bytes: bytes.slice() });
    }
    this.flying.sort((left, right) => left.atMs - right.atMs);
  }
}

export function runOverNetwork(file: Uint8Array, options: ClientTransferOptions, network: Network): NetworkRun {
  const air = new Air(network);
  const run = { server: [] as ServerTransferOutput[], client: [] as ClientTransferOutput[] };
  const received: Uint8Array[] = [];
  const client = new ClientTransfer(options, 0);
  let server: ServerTransfer | undefined;
  let [nowMs, offset, acked, dataSent, mostBuffered, blockBytes] = [0, 0, 0, 0, 0, 512];

  const fly = (to: Datagram['to'], bytes: Uint8Array): void => air.send(to, bytes, nowMs);
  const takeServer = (outputs: readonly ServerTransferOutput[]): void => {
    for (const output of outputs) {
      run.server.push(output);
      if (output.kind === 'progress') acked = output.bytes;
      if (output.kind === 'send') {
        if (output.bytes[1] === DATA) dataSent += 1;
        fly('client', output.bytes);
      }
      if (output.kind !== 'needData') continue;
      const bytes = file.subarray(offset, offset + output.maxBytes);
      offset += bytes.length;
      mostBuffered = Math.max(mostBuffered, offset - acked);
      takeServer(server?.handle({ kind: 'data', bytes, last: offset >= file.length }, nowMs) ?? []);
    }
  };
  const takeClient = (outputs: readonly ClientTransferOutput[]): void => {
    for (const output of outputs) {
      run.client.push(output);
      if (output.kind === 'send') fly('server', output.bytes);
      if (output.kind === 'data') received.push(output.bytes.slice());
      if (output.kind === 'terms') blockBytes = output.terms.blockBytes;
    }
  };
  const deliver = (datagram: Datagram): void => {
    const packet = decodeTftp(datagram.bytes);
    if (datagram.to === 'client') {
      takeClient(client.handle({ kind: 'packet', packet }, nowMs));
    } else if (server !== undefined) {
      takeServer(server.handle({ kind: 'packet', packet }, nowMs));
    } else if (packet.kind === 'rrq') {
      const { terms, granted } = grantOptions(packet.options, file.length, DEFAULT_GRANT_LIMITS);
      server = new ServerTransfer(terms, granted, nowMs);
      takeServer(server.handle({ kind: 'timer' }, nowMs));
    }
  };

  takeClient(client.handle({ kind: 'timer' }, nowMs));
  while (!(client.ended && (server?.ended ?? true)) && nowMs < HOUR_MS) {
    const next = Math.min(
      air.flying[0]?.atMs ?? Infinity,
      client.nextDeadlineMs() ?? Infinity,
      server?.nextDeadlineMs() ?? Infinity,
    );
    if (next === Infinity) break;
    nowMs = Math.max(nowMs, next);
    if (air.flying[0]?.atMs === next) {
      const datagram = air.flying.shift();
      if (datagram) deliver(datagram);
    } else {
      takeClient(client.handle({ kind: 'timer' }, nowMs));
      takeServer(server?.handle({ kind: 'timer' }, nowMs) ?? []);
    }
  }
  return {
    ...run,
    received: Uint8Array.from(Buffer.concat(received)),
    dataSent,
    dataLeast: Math.floor(file.length / blockBytes) + 1,
    elapsedMs: nowMs,
    mostBuffered,
  };
}
