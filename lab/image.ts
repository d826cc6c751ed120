/**
 * Images of the lab: a header line that a simulated device reads by itself, then filler.
 *
 *   PWLAB1|vendor|family|version|length|sha256\n<length bytes of payload>
 *
 * Wrong family, truncation and flipped bits are so decided by the device and by nothing that sent the file.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

const MAGIC = 'PWLAB1';
/** No header is longer: magic, names of a few letters, a length and 64 hex digits. */
const MAX_HEADER_BYTES = 256;
/** Trailing bytes that XMODEM may leave: less than one 1K block of 0x1A. */
const MAX_PAD_BYTES = 1023;
const PAD_BYTE = 0x1a;
const HEADER = /^PWLAB1\|([^|\n]+)\|([^|\n]+)\|([^|\n]+)\|(\d+)\|([0-9a-f]{64})\n/;

export interface ImageHeader {
  readonly vendor: string;
  readonly family: string;
  readonly version: string;
}

/** What the device finds. `foreign`: no image at all, or one for other hardware; `damaged`: cut short or changed. */
export type ImageCheck = { readonly kind: 'good'; readonly header: ImageHeader; readonly sizeBytes: number } | BadImage;

export interface BadImage {
  readonly kind: 'missing' | 'foreign' | 'damaged';
  readonly reason: string;
}

/** Size of an image as its first bytes tell it; undefined where they are no image's. */
export function announcedBytes(head: Uint8Array): number | undefined {
  const header = HEADER.exec(Buffer.from(head.subarray(0, MAX_HEADER_BYTES)).toString('latin1'));
  return header === null ? undefined : header[0].length + Number(header[4]);
}

/** The same bytes, said to be for other hardware. */
export function relabelled(bytes: Uint8Array, family: string): Uint8Array {
  const text = Buffer.from(bytes.subarray(0, MAX_HEADER_BYTES)).toString('latin1');
  const header = HEADER.exec(text);
  if (header === null) return bytes;
  const [line = '', vendor = '', was = ''] = header;
  const head = line.replace(`${vendor}|${was}|`, `${vendor}|${family}|`);
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes.subarray(line.length)]);
}

/**
 * Makes an image. The same seed makes the same bytes; the last byte is never 0x1A, which XMODEM could not keep apart
 * from its padding.
 */
export function makeImage(header: ImageHeader, payloadBytes: number, seed = 1): Uint8Array {
  const payload = fillPayload(payloadBytes, seed);
  const sha256 = createHash('sha256').update(payload).digest('hex');
  const { vendor, family, version } = header;
  const line = `${[MAGIC, vendor, family, version, String(payloadBytes), sha256].join('|')}\n`;
  return Buffer.concat([Buffer.from(line, 'latin1'), payload]);
}

/** Filler by xorshift32 (Marsaglia, "Xorshift RNGs", 2003): looks compressed, repeats by seed. */
function fillPayload(payloadBytes: number, seed: number): Uint8Array {
  const payload = new Uint8Array(payloadBytes);
  let state = seed | 1;
  for (let index = 0; index < payloadBytes; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    payload[index] = state & 0xff;
  }
  if (payload[payloadBytes - 1] === PAD_BYTE) payload[payloadBytes - 1] = 0;
  return payload;
}

/** Reads a file as a device of this vendor and family would before it starts it. */
export async function checkImage(path: string, vendor: string, family: string): Promise<ImageCheck> {
  const sizeBytes = await sizeOf(path);
  if (sizeBytes === undefined) return { kind: 'missing', reason: 'no such file' };
  const hash = createHash('sha256');
  let head: Buffer = Buffer.alloc(0);
  let header: RegExpExecArray | null = null;
  let left = 0;
  let padOnly = true;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let piece = chunk;
    if (header === null) {
      head = Buffer.concat([head, chunk]);
      header = HEADER.exec(head.toString('latin1', 0, MAX_HEADER_BYTES));
      if (header === null && head.length >= MAX_HEADER_BYTES) break;
      if (header === null) continue;
      left = Number(header[4]);
      piece = head.subarray(header[0].length);
    }
    hash.update(piece.subarray(0, left));
    padOnly &&= piece.subarray(left).every((byte) => byte === PAD_BYTE);
    left = Math.max(0, left - piece.length);
  }
  if (header === null) return { kind: 'foreign', reason: 'not an image' };
  return judge(header, { sizeBytes, left, padOnly, digest: hash.digest('hex') }, vendor, family);
}

function judge(
  header: RegExpExecArray,
  found: { readonly sizeBytes: number; readonly left: number; readonly padOnly: boolean; readonly digest: string },
  vendor: string,
  family: string,
): ImageCheck {
  const [line, headVendor = '', headFamily = '', version = '', length = '', digest] = header;
  if (headVendor !== vendor || headFamily !== family) {
    return { kind: 'foreign', reason: `image for ${headVendor} ${headFamily}` };
  }
  if (found.left > 0) return { kind: 'damaged', reason: `${String(found.left)} bytes short` };
  const excess = found.sizeBytes - line.length - Number(length);
  if (excess > MAX_PAD_BYTES || !found.padOnly) return { kind: 'damaged', reason: `${String(excess)} bytes too long` };
  if (found.digest !== digest) return { kind: 'damaged', reason: 'checksum is incorrect' };
  return { kind: 'good', header: { vendor, family, version }, sizeBytes: found.sizeBytes };
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch {
    return undefined;
  }
}
