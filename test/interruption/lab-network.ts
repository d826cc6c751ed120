/**
 * The network between a simulated device and the node, in simulated time: the node's TFTP server and the device's client
 * are one object in memory, and a transfer takes seconds of the clock. A server that dies in mid-transfer just goes silent.
 */
import { writeFileSync } from 'node:fs';
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Exposure, Fetch, Grant, TransferServer } from '../../core/ports/transfer-server.js';
import type { TftpRequest, TransferAgent, TransferOutcome } from '../../lab/transfers/agent.js';
import type { RelayedPath, RelayListener, TftpNetwork, TftpTarget } from '../../lab/transfers/relay.js';
import type { Weather } from '../../lab/transfers/weather.js';

export const SERVER_ADDRESS = '10.10.10.254';

/** A file comes in so many pieces, one each half second. */
const PIECES = 12;
const PIECE_MS = 500;

interface Offer {
  readonly grant: Grant;
  readonly fetches: Fetch[];
  bytes: number;
}

interface Way {
  readonly weather: Weather;
  readonly listener: RelayListener;
}

export class LabNetwork implements TftpNetwork, TransferAgent {
  readonly #clock: Clock;
  readonly #offers = new Map<string, Offer>();
  readonly #ways = new Map<number, Way>();
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Everything that was offered is gone, without a word to whoever fetches it. */
  serverDies(): void {
    this.#offers.clear();
  }

  server(): TransferServer {
    return {
      method: 'tftp',
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      address: { host: SERVER_ADDRESS, port: 69 },
      expose: (grant) => this.#expose(grant),
    };
  }

  #expose(grant: Grant): Exposure {
    const path = (grant.path ?? '{random}').replace('{random}', `one-time-${String((this.#count += 1))}`);
    const offer: Offer = { grant, fetches: [], bytes: 0 };
    this.#offers.set(path, offer);
    return {
      ...{ path, port: 69, fetches: offer.fetches },
      get bytes() {
        return offer.bytes;
      },
      close: () => this.#offers.delete(path),
    };
  }

  target(address: string): TftpTarget | undefined {
    return address === SERVER_ADDRESS ? { host: SERVER_ADDRESS, port: 69 } : undefined;
  }

  open(_target: TftpTarget, weather: Weather, listener: RelayListener): Promise<RelayedPath> {
    const port = (this.#count += 1);
    this.#ways.set(port, { weather, listener });
    return Promise.resolve({ host: SERVER_ADDRESS, port, close: () => this.#ways.delete(port) });
  }

  tftpProgram(): Promise<string> {
    return Promise.resolve('simulated network');
  }

  async tftpGet({ port, remoteFile, localPath, signal }: TftpRequest): Promise<TransferOutcome> {
    const way = this.#ways.get(port);
    const offer = this.#offers.get(remoteFile);
    if (way === undefined || offer === undefined)
      return { kind: 'failed', failure: 'notFound', text: 'File not found' };
    const bytes = await whole(offer.grant);
    const pieceBytes = Math.ceil(bytes.length / PIECES);
    for (let end = pieceBytes; ; end += pieceBytes) {
      await this.#clock.sleep(PIECE_MS, signal).catch(() => undefined);
      if (signal.aborted) return { kind: 'failed', failure: 'timeout', text: 'broken off' };
      const ends = way.weather.endsAt(bytes.subarray(end - pieceBytes, end), end);
      if (ends !== undefined) way.listener.onEarlyEnd(ends);
      if (ends !== undefined || this.#offers.get(remoteFile) !== offer) return silence(signal);
      const come = Math.min(end, bytes.length);
      writeFileSync(localPath, bytes.subarray(0, come));
      way.listener.onBlock(come);
      offer.bytes = come;
      offer.grant.onProgress({ bytes: come, bytesPerSecond: pieceBytes / (PIECE_MS / 1000) });
      if (come === bytes.length) break;
    }
    offer.fetches.push({ peer: 'device', bytes: bytes.length, complete: true });
    return { kind: 'received' };
  }

  xmodemProgram(): Promise<string> {
    return Promise.resolve('none');
  }

  xmodemReceive(): Promise<TransferOutcome> {
    return Promise.reject(fail('LAB_PROGRAM_MISSING', { program: 'rx' }));
  }
}

async function whole({ source }: Grant): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source.open()) pieces.push(piece);
  return Buffer.concat(pieces);
}

function silence(signal: AbortSignal): Promise<TransferOutcome> {
  return new Promise((resolve) => {
    const end = (): void => resolve({ kind: 'failed', failure: 'timeout', text: 'silence' });
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
