/** What the link and the server do to one transfer over the network, by the faults of a device. */
import type { Faults } from '../faults/faults.js';
import { announcedBytes } from '../image.js';
import { seededLine } from '../line/damage.js';

/** How a transfer ends before its time. */
export type EarlyEnd = 'stall' | 'break' | 'wrap';

/** `slow-link`: bytes/s where the fault names none. */
const SLOW_BYTES_PER_SECOND = 1000;
/** Numbers of TFTP blocks have 16 bits (RFC 1350 §5). */
const LAST_BLOCK_NUMBER = 65_535;
const LOST_BLOCK = 2;
/** The same datagrams are lost each time. */
const LOSS_SEED = 7;
/** First bytes of a file in which an image tells its size. */
const HEAD_BYTES = 256;
/** Where a transfer ends of which nothing tells the size. */
const UNKNOWN_END_BYTES = 1;

export class Weather {
  /** Speed of the link, bytes/s; undefined: that of the lab. */
  readonly bytesPerSecond: number | undefined;
  readonly #loss: number;
  readonly #random = seededLine(LOSS_SEED);
  #lostBlock: number | undefined;
  readonly #end: { readonly how: EarlyEnd; readonly fraction: number } | undefined;
  readonly #lastBlock: number;
  #head: Buffer = Buffer.alloc(0);
  #endBytes: number | undefined;

  constructor(faults: Faults) {
    const slow = faults.take('slow-link');
    this.bytesPerSecond = slow === undefined ? undefined : Number(slow.effect ?? SLOW_BYTES_PER_SECOND);
    this.#loss = Number(faults.take('link-loss-N%')?.effect ?? 0) / 100;
    const lost = faults.take('tftp-block-lost');
    this.#lostBlock = lost === undefined ? undefined : Number(lost.effect ?? LOST_BLOCK);
    const stall = faults.take('stall-at-N%');
    const dies = faults.take('server-dies-at-N%');
    const ends = stall ?? dies;
    const fraction = Number(ends?.effect ?? 50) / 100;
    this.#end = ends === undefined ? undefined : { how: stall === undefined ? 'break' : 'stall', fraction };
    const wraps = faults.take('tftp-wrap-32MB-blksize512');
    this.#lastBlock = wraps === undefined ? Infinity : Number(wraps.effect ?? LAST_BLOCK_NUMBER);
  }

  /** Whether a datagram with this block is lost. */
  loses(block: number): boolean {
    if (block === this.#lostBlock) {
      this.#lostBlock = undefined;
      return true;
    }
    return this.#loss > 0 && this.#random() < this.#loss;
  }

  /** Bytes have come, `totalBytes` in all; says whether the transfer ends here. */
  endsAt(piece: Uint8Array, totalBytes: number, blocks = 0): EarlyEnd | undefined {
    if (blocks > this.#lastBlock) return 'wrap';
    if (this.#end === undefined) return undefined;
    this.#endBytes ??= this.#findEnd(piece, this.#end.fraction);
    return this.#endBytes !== undefined && totalBytes >= this.#endBytes ? this.#end.how : undefined;
  }

  #findEnd(piece: Uint8Array, fraction: number): number | undefined {
    this.#head = Buffer.concat([this.#head, piece.subarray(0, HEAD_BYTES)]);
    const sizeBytes = announcedBytes(this.#head);
    if (sizeBytes !== undefined) return Math.max(1, Math.floor(sizeBytes * fraction));
    return this.#head.length >= HEAD_BYTES ? UNKNOWN_END_BYTES : undefined;
  }
}
