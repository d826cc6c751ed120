/**
 * The longest TFTP block that reaches a peer in one piece. RFC 2348: a block that does not fit is cut into fragments, each
 * loss costs all of them, and small boot loaders do not put them together.
 *
 * The system is asked which of our addresses leads to the peer; the interface that has it tells its MTU.
 */
import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** RFC 2348: 65464 is the most. */
const NO_LIMIT = 65_464;
/** Ethernet: where the interface does not tell. */
const DEFAULT_MTU = 1500;
/** Heads in front of a block: TFTP 4, UDP 8, IPv4 20 or IPv6 40 bytes. */
const HEADS = { 4: 32, 6: 52 } as const;
/** RFC 791: every IPv4 host takes this much; below it nothing is cut for our sake. */
const LEAST_BLOCK = 512;
/** An address is asked again after this long, ms: routes change seldom. */
const KEEP_MS = 60_000;
const MAX_KEPT = 1024;

export class PathLimit {
  readonly #nowMs: () => number;
  readonly #mtuOf: (interfaceName: string) => Promise<number>;
  readonly #kept = new Map<string, { readonly blockBytes: number; readonly atMs: number }>();

  constructor(nowMs: () => number, mtuOf = mtuOfInterface) {
    this.#nowMs = nowMs;
    this.#mtuOf = mtuOf;
  }

  async maxBlockBytes(address: string): Promise<number> {
    if (isLoopback(address)) return NO_LIMIT;
    const kept = this.#kept.get(address);
    if (kept !== undefined && this.#nowMs() - kept.atMs < KEEP_MS) return kept.blockBytes;
    const blockBytes = await this.#ask(address);
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#kept.set(address, { blockBytes, atMs: this.#nowMs() });
    return blockBytes;
  }

  async #ask(address: string): Promise<number> {
    const local = await localAddressTo(address);
    if (local === address) return NO_LIMIT;
    const found = Object.entries(networkInterfaces()).find(([, addresses]) =>
      addresses?.some((own) => own.address === local),
    );
    const mtu = found === undefined ? DEFAULT_MTU : await this.#mtuOf(found[0]);
    return Math.min(NO_LIMIT, Math.max(LEAST_BLOCK, mtu - HEADS[isIP(address) === 6 ? 6 : 4]));
  }
}

export function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127\./i.test(address) || address === '::1';
}

/** Connecting a UDP socket sends nothing: it only chooses the way. */
function localAddressTo(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4');
    const end = (local?: string): void => {
      socket.close();
      resolve(local);
    };
    socket.once('error', () => end());
    socket.once('connect', () => end(socket.address().address));
    // Port 9 is the discard service (RFC 863); any would do.
    socket.connect(9, address);
  });
}

/** Linux tells it in sysfs (sysfs-class-net). */
async function mtuOfInterface(name: string): Promise<number> {
  try {
    const mtu = Number(await readFile(`/sys/class/net/${name}/mtu`, 'utf8'));
    return mtu > 0 ? mtu : DEFAULT_MTU;
  } catch {
    return DEFAULT_MTU;
  }
}
