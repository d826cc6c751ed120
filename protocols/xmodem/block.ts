/**
 * XMODEM blocks, both ways.
 * Source: Chuck Forsberg, "XMODEM/YMODEM Protocol Reference" (1988), chapters 7 and 8; 1024-byte blocks from chapter 4.
 *
 *      0       1         2                               2+n
 *   +-----+--------+-----------+------------------------+------------------+
 *   | SOH | number | 255-number|  n = 128 bytes (SOH)   | sum (1 byte)     |
 *   | STX |        |           |  n = 1024 bytes (STX)  | or CRC (hi, lo)  |
 *   +-----+--------+-----------+------------------------+------------------+
 *
 * The first data block is number 1; after 255 comes 0.
 */
import { checksum8, crc16 } from './crc16.js';

export const SOH = 0x01;
export const STX = 0x02;
export const EOT = 0x04;
export const ACK = 0x06;
export const BS = 0x08;
export const NAK = 0x15;
export const CAN = 0x18;
/** Fills the last block up; the format carries no length. */
export const SUB = 0x1a;
/** `C`: a receiver that wants the CRC asks for the first block with it. */
export const CRC_REQUEST = 0x43;

/** `G`: a YMODEM-g receiver wants the blocks one after another, without waiting for acknowledgements (Forsberg, chapter 6). */
export const STREAM_REQUEST = 0x47;

/** Tries of one block, after which more cannot help (Forsberg, chapter 7). */
export const MAX_RETRIES = 10;

export type BlockSize = 128 | 1024;
export type Check = 'crc' | 'sum';

/** What aborts a transfer at either end: two CAN in a row are enough, more survive a lost one; the backspaces clean a command line that got them. */
export const ABORT_SEQUENCE: Uint8Array = Uint8Array.from([
  ...Array<number>(8).fill(CAN),
  ...Array<number>(8).fill(BS),
]);

const HEADER_BYTES = 3;

/** Bytes of a whole block on the wire. */
export function blockWireBytes(size: BlockSize, check: Check): number {
  return HEADER_BYTES + size + (check === 'crc' ? 2 : 1);
}

/** One block; `payload` shorter than `size` is filled with `padByte`. Only the low 8 bits of `number` count. */
export function encodeBlock(
  number: number,
  payload: Uint8Array,
  size: BlockSize,
  check: Check,
  padByte: number,
): Uint8Array {
  const wire = new Uint8Array(blockWireBytes(size, check));
  wire[0] = size === 1024 ? STX : SOH;
  wire[1] = number & 0xff;
  wire[2] = 0xff - (number & 0xff);
  wire.set(payload, HEADER_BYTES);
  const end = HEADER_BYTES + size;
  if (payload.length < size) wire.fill(padByte, HEADER_BYTES + payload.length, end);
  if (check === 'sum') {
    wire[end] = checksum8(wire, HEADER_BYTES, end);
    return wire;
  }
  const crc = crc16(wire, HEADER_BYTES, end);
  wire[end] = crc >> 8;
  wire[end + 1] = crc & 0xff;
  return wire;
}

export type DecodedBlock =
  /** More bytes are needed to tell. */
  | { readonly kind: 'partial' }
  /** Whole and its check is right. `payload` is a view into the input. */
  | { readonly kind: 'block'; readonly number: number; readonly payload: Uint8Array; readonly wireBytes: number }
  /** `misread`: not the head of a block, or the two numbers disagree; `corrupt`: whole, but the check is wrong. */
  | { readonly kind: 'bad'; readonly fault: 'misread' | 'corrupt' };

/** Reads the block at the start of `bytes`; trailing bytes are left alone. */
export function decodeBlock(bytes: Uint8Array, check: Check): DecodedBlock {
  const head = bytes[0];
  if (head === undefined) return { kind: 'partial' };
  if (head !== SOH && head !== STX) return { kind: 'bad', fault: 'misread' };
  const [, number, complement] = bytes;
  if (number === undefined || complement === undefined) return { kind: 'partial' };
  if (number + complement !== 0xff) return { kind: 'bad', fault: 'misread' };
  const size = head === STX ? 1024 : 128;
  const wireBytes = blockWireBytes(size, check);
  if (bytes.length < wireBytes) return { kind: 'partial' };
  const end = HEADER_BYTES + size;
  if (!checkMatches(bytes, end, check)) return { kind: 'bad', fault: 'corrupt' };
  return { kind: 'block', number, payload: bytes.subarray(HEADER_BYTES, end), wireBytes };
}

function checkMatches(bytes: Uint8Array, end: number, check: Check): boolean {
  if (check === 'sum') return bytes[end] === checksum8(bytes, HEADER_BYTES, end);
  return (((bytes[end] ?? 0) << 8) | (bytes[end + 1] ?? 0)) === crc16(bytes, HEADER_BYTES, end);
}
