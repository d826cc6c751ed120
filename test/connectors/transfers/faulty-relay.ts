/** A TCP relay between a client and a server that harms what passes: cuts, stalls, damages and splits, by a seed. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export interface RelayFaults {
  /** Whole numbers from 0 up to but without `limit`. */
  readonly random: (limit: number) => number;
  /** One connection in so many is cut by a reset; 0: none. Likewise the others. */
  readonly cut: number;
  /** Ended in peace instead, as if all had been said. */
  readonly end: number;
  /** Nothing passes any more, and nobody is told. */
  readonly stall: number;
  /** One byte is changed: only where the protocol can notice. */
  readonly damage: number;
  /** Harm happens after at most so many bytes from the server, or half as many to it. */
  readonly withinBytes: number;
}

type Harm = 'none' | 'cut' | 'end' | 'stall' | 'damage';

export class FaultyRelay {
  readonly #faults: RelayFaults;
  readonly #targetPort: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(targetPort: number, faults: RelayFaults) {
    this.#targetPort = targetPort;
    this.#faults = faults;
  }

  async start(): Promise<number> {
    const server = createServer({ pauseOnConnect: true }, (socket) => this.#relay(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #relay(client: Socket): void {
    const target = connect(this.#targetPort, '127.0.0.1');
    const pair = [client, target] as const;
    const harm = this.#choose();
    const { random, withinBytes } = this.#faults;
    const towardsClient = harm !== 'none' && random(4) > 0;
    for (const socket of pair) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        for (const other of pair) other.destroySoon();
      });
    }
    const harmless = { harm: 'none' as const, after: 0 };
    this.#pass(target, client, pair, towardsClient ? { harm, after: random(withinBytes) } : harmless);
    this.#pass(client, target, pair, towardsClient ? harmless : { harm, after: random(withinBytes / 2) });
    client.resume();
  }

  #choose(): Harm {
    const { random, cut, end, stall, damage } = this.#faults;
    const chances = { cut, end, stall, damage };
    for (const harm of ['cut', 'end', 'stall', 'damage'] as const) {
      if (chances[harm] > 0 && random(chances[harm]) === 0) return harm;
    }
    return 'none';
  }

  #pass(
    from: Socket,
    to: Socket,
    pair: readonly Socket[],
    { harm, after }: { readonly harm: Harm; readonly after: number },
  ): void {
    let passed = 0;
    from.on('data', (bytes: Buffer) => {
      const begin = passed;
      passed += bytes.length;
      const isHere = harm !== 'none' && begin <= after && after < passed;
      if (!isHere) {
        if (!to.write(bytes)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
        return;
      }
      const at = after - begin;
      if (harm === 'damage') {
        bytes[at] = (bytes[at] ?? 0) ^ (1 << this.#faults.random(8));
        to.write(bytes);
        return;
      }
      to.write(bytes.subarray(0, at), () => {
        if (harm === 'stall') for (const socket of pair) socket.pause();
        else if (harm === 'end') for (const socket of pair) socket.end();
        else for (const socket of pair) socket.resetAndDestroy();
      });
    });
    from.on('end', () => to.end());
  }
}
