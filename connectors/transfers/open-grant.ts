/** One file that a device may fetch or bring, for as long as its grant is open. */
import type { Clock } from '../../core/ports/clock.js';
import type { Exposure, Fetch, Grant, UploadGrant } from '../../core/ports/transfer-server.js';
import { TransferMeter } from '../../core/transfer-progress.js';

export interface OpenGrantDeps {
  readonly grant: Grant | UploadGrant;
  readonly path: string;
  readonly port: number;
  readonly clock: Clock;
  readonly login?: { readonly username: string; readonly password: string };
  /** Called once, however it ends. */
  onClose(open: OpenGrant, reason: string): void;
}

export class OpenGrant implements Exposure {
  readonly fetches: Fetch[] = [];
  bytes = 0;
  readonly #deps: OpenGrantDeps;
  readonly #cancelLifetime: () => void;
  #newestFetch = 0;
  #meter: TransferMeter;
  #closed = false;

  /** Its lifetime, where it has one, begins now. */
  constructor(deps: OpenGrantDeps) {
    this.#deps = deps;
    this.#meter = this.#newMeter(0);
    const { lifetimeMs } = deps.grant;
    this.#cancelLifetime =
      lifetimeMs === undefined
        ? () => undefined
        : deps.clock.after(lifetimeMs, () => this.close('the time of this file is over'));
  }

  get grant(): Grant | UploadGrant {
    return this.#deps.grant;
  }

  get path(): string {
    return this.#deps.path;
  }

  get port(): number {
    return this.#deps.port;
  }

  get login(): Exposure['login'] {
    return this.#deps.login;
  }

  /** Whether a request from `address` may have the file. IPv4 in IPv6 clothes counts as IPv4. */
  allows(address: string): boolean {
    const { peerAddress } = this.grant;
    return peerAddress === undefined || plainAddress(peerAddress) === plainAddress(address);
  }

  /** A fetch begins at `offset`; returns its number. `bytes` counts the newest one's. */
  began(offset = 0): number {
    this.#newestFetch += 1;
    this.bytes = offset;
    this.#meter = this.#newMeter(offset);
    return this.#newestFetch;
  }

  /** The first `bytes` of the file are acknowledged by the peer of fetch `number`, or received from it. */
  progressed(number: number, bytes: number): void {
    if (number !== this.#newestFetch) return;
    this.bytes = bytes;
    this.grant.onProgress(this.#meter.at(bytes, this.#deps.clock.monotonicMs()));
  }

  ended(fetch: Fetch): void {
    this.fetches.push(fetch);
  }

  close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelLifetime();
    this.#deps.onClose(this, reason);
  }

  #newMeter(offset: number): TransferMeter {
    const totalBytes = 'source' in this.grant ? this.grant.source.sizeBytes : undefined;
    return new TransferMeter(totalBytes, this.#deps.clock.monotonicMs(), offset);
  }
}

/** IPv4 in IPv6 clothes as IPv4. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:/i, '').toLowerCase();
}
