/**
 * What a UART makes of bytes that were sent at another speed: the bits of the sender's clock, read with the receiver's.
 *
 *   idle ‾‾‾\___/‾0‾X‾1‾X … X‾7‾/‾stop‾‾‾ idle        8N1, least significant bit first
 *            start
 *
 * A receiver begins at a falling edge and samples the middle of each of its own bits. A stop bit that is low is a framing
 * error, which a terminal line gives as NUL (termios without PARMRK).
 */

/** Start bit, eight data bits, stop bit. */
export const BITS_PER_BYTE = 10;

/** Levels of a burst of bytes, one a bit of the sender. */
function levelsOf(bytes: Uint8Array): Uint8Array {
  const levels = new Uint8Array(bytes.length * BITS_PER_BYTE);
  bytes.forEach((byte, index) => {
    const start = index * BITS_PER_BYTE;
    for (let bit = 0; bit < 8; bit += 1) levels[start + 1 + bit] = (byte >> bit) & 1;
    levels[start + BITS_PER_BYTE - 1] = 1;
  });
  return levels;
}

/** What a receiver at `readBaud` gets of a burst that was sent at `sentBaud` without a pause. Same speeds: the bytes. */
export function misread(bytes: Uint8Array, sentBaud: number, readBaud: number): Uint8Array {
  if (sentBaud === readBaud) return bytes;
  const levels = levelsOf(bytes);
  const ratio = sentBaud / readBaud;
  const at = (position: number): number => levels[Math.floor(position)] ?? 1;
  const read: number[] = [];
  let edge = nextEdge(levels, 0);
  while (edge < levels.length) {
    let byte = 0;
    for (let bit = 0; bit < 8; bit += 1) byte |= at(edge + (1.5 + bit) * ratio) << bit;
    const stop = edge + (BITS_PER_BYTE - 0.5) * ratio;
    // A start that was gone before its middle was a spike: no byte.
    if (at(edge + 0.5 * ratio) === 0) read.push(at(stop) === 1 ? byte : 0);
    edge = nextEdge(levels, at(edge + 0.5 * ratio) === 0 ? Math.ceil(stop) : edge + 1);
  }
  return Uint8Array.from(read);
}

/** The next fall from high to low at or after a position; the length of the burst where there is none. */
function nextEdge(levels: Uint8Array, from: number): number {
  for (let position = from; position < levels.length; position += 1) {
    if (levels[position] === 0 && (position === 0 || levels[position - 1] === 1)) return position;
  }
  return levels.length;
}
