/**
 * Writing to a socket so that progress is seen on any link: how much is written at a time follows the time that the last write
 * took. On a fast network that is 256 KiB, on a modem a few KiB; a single write of 256 KiB would look like a stall there.
 */
import type { Writable } from 'node:stream';
import type { Clock } from '../../core/ports/clock.js';

const LEAST_BYTES = 4096;
const MOST_BYTES = 256 * 1024;
/** A write that took longer is halved the next time, one that took less than half of it doubled. */
const AIM_MS = 200;

/** Bytes of the next write, by socket. */
const sizes = new WeakMap<Writable, number>();

/**
 * Writes all of it. `onMoved` is called with the bytes that the operating system has taken since the last call.
 * Rejects where the socket ends first.
 */
export async function writePieces(
  socket: Writable,
  bytes: Uint8Array,
  clock: Clock,
  onMoved: (bytes: number) => void,
): Promise<void> {
  let size = sizes.get(socket) ?? LEAST_BYTES * 4;
  for (let at = 0; at < bytes.length;) {
    const piece = bytes.subarray(at, at + size);
    const beganMs = clock.monotonicMs();
    await written(socket, piece);
    const tookMs = clock.monotonicMs() - beganMs;
    if (tookMs > AIM_MS) size = Math.max(LEAST_BYTES, size / 2);
    else if (tookMs < AIM_MS / 2) size = Math.min(MOST_BYTES, size * 2);
    at += piece.length;
    onMoved(piece.length);
  }
  sizes.set(socket, size);
}

function written(socket: Writable, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(piece, (error) => {
      if (error == null) resolve();
      else reject(error);
    });
  });
}
