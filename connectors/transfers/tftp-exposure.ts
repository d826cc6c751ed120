/** One file that devices may fetch by TFTP, for as long as it is open. */
import type { Clock } from '../../core/ports/clock.js';
import type { Exposure, Fetch, Grant } from '../../core/ports/transfer-server.js';
import { TransferMeter } from '../../core/transfer-progress.js';

export class TftpExposure implements Exposure {
  readonly path: string;
  readonly port: number;
  readonly grant: Grant;
  readonly fetches: Fetch[] = [];
  bytes = 0;
  readonly #onClose: (exposure: TftpExposure, reason: string) => void;
  readonly #clock: Clock;
  #newestFetch = 0;
  #meter: TransferMeter;

  constructor(
    grant: Grant,
    path: string,
    port: number,
    clock: Clock,
    onClose: (exposure: TftpExposure, reason: string) => void,
  ) {
    this.grant = grant;
    this.path = path;
    this.port = port;
    this.#clock = clock;
    this.#onClose = onClose;
    this.#meter = this.#newMeter();
  }

  /** Whether a request from `address` may have the file. IPv4 in IPv6 clothes counts as IPv4. */
  allows(address: string): boolean {
    const { peerAddress } = this.grant;
    return peerAddress === undefined || plainAddress(peerAddress) === plainAddress(address);
  }

  /** A fetch begins; returns its number. `bytes` counts the newest one's. */
  began(): number {
    this.#newestFetch += 1;
    this.bytes = 0;
    this.#meter = this.#newMeter();
    return this.#newestFetch;
  }

  /** `bytes` are acknowledged by the peer of fetch `number`. */
  progressed(number: number, bytes: number): void {
    if (number !== this.#newestFetch) return;
    this.bytes = bytes;
    this.grant.onProgress(this.#meter.at(bytes, this.#clock.monotonicMs()));
  }

  ended(fetch: Fetch): void {
    this.fetches.push(fetch);
  }

  close(reason: string): void {
    this.#onClose(this, reason);
  }

  #newMeter(): TransferMeter {
    return new TransferMeter(this.grant.source.sizeBytes, this.#clock.monotonicMs());
  }
}

function plainAddress(address: string): string {
  return address.replace(/^::ffff:/i, '').toLowerCase();
}
