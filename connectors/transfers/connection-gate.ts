/** How many connections one address, and all of them, may hold: one that opens ten thousand must not keep others out. */
import type { Socket } from 'node:net';
import { plainAddress } from './open-grant.js';

export interface ConnectionLimits {
  readonly perAddress: number;
  readonly inAll: number;
}

export class ConnectionGate {
  readonly #limits: ConnectionLimits;
  readonly #byAddress = new Map<string, number>();
  readonly #sockets = new Set<Socket>();

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  get open(): number {
    return this.#sockets.size;
  }

  /** Counts the connection until it closes. Undefined: it is in; else the reason why it is to be dropped. */
  admit(socket: Socket): string | undefined {
    const address = plainAddress(socket.remoteAddress ?? '');
    const held = this.#byAddress.get(address) ?? 0;
    if (this.#sockets.size >= this.#limits.inAll) return 'too many connections';
    if (held >= this.#limits.perAddress) return 'too many connections from this address';
    this.#byAddress.set(address, held + 1);
    this.#sockets.add(socket);
    socket.once('close', () => this.#left(address, socket));
    return undefined;
  }

  /** Every connection is cut: the server stops. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #left(address: string, socket: Socket): void {
    this.#sockets.delete(socket);
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }
}
