/**
 * The file header of YMODEM: the payload of block 0, 128 or 1024 bytes.
 * Source: Chuck Forsberg, "XMODEM/YMODEM Protocol Reference" (1988), chapter 5. Written: name, length, modification date.
 * Read: these and the mode; the serial number and what may follow are skipped.
 *
 *   name NUL length(decimal) SP date(octal, s since 1970) SP mode(octal) SP serial NUL…
 *
 * Every field but the name is optional, none may be skipped. An empty name ends the batch.
 */
import type { BlockSize } from './block.js';

export interface FileHeader {
  /** Without folders: where a file goes is never the sender's choice. */
  readonly fileName: string;
  /** Exact length; absent where the sender does not tell, then the fill of the last block stays. */
  readonly sizeBytes?: number;
  /** Epoch ms; absent where unknown. */
  readonly modifiedAtMs?: number;
  /** Unix mode. */
  readonly mode?: number;
}

export type DecodedHeader =
  | { readonly kind: 'file'; readonly header: FileHeader }
  /** The batch is over. */
  | { readonly kind: 'end' }
  | { readonly kind: 'bad'; readonly reason: string };

/** Longest name that is taken, bytes: what file systems take. */
const MAX_NAME_BYTES = 255;
const SPACE = 0x20;

/** Sent where nothing of a name is left: an empty one would end the batch. */
const NAMELESS = 'file';

/** What ends a batch. */
export const END_OF_BATCH: Uint8Array = new Uint8Array(128);

/**
 * Payload of block 0, filled with NUL: 128 bytes where it fits, else 1024. Folders, and what cannot stand in a name
 * (control characters), are left out of the name; it is cut to 255 bytes.
 */
export function encodeFileHeader(header: FileHeader): Uint8Array {
  const name = new TextEncoder().encode(cleanName(header.fileName) || NAMELESS).subarray(0, MAX_NAME_BYTES);
  const fields = new TextEncoder().encode(fieldsOf(header));
  const size: BlockSize = name.length + 1 + fields.length + 1 <= 128 ? 128 : 1024;
  const payload = new Uint8Array(size);
  payload.set(name);
  payload.set(fields, name.length + 1);
  return payload;
}

function fieldsOf({ sizeBytes, modifiedAtMs, mode }: FileHeader): string {
  if (sizeBytes === undefined) return '';
  if (modifiedAtMs === undefined) return `${sizeBytes}`;
  const date = Math.max(0, Math.floor(modifiedAtMs / 1000)).toString(8);
  return `${sizeBytes} ${date}${mode === undefined ? '' : ` ${mode.toString(8)}`}`;
}

/** Reads the payload of a block 0. */
export function decodeFileHeader(payload: Uint8Array): DecodedHeader {
  const nameEnd = payload.indexOf(0);
  if (nameEnd === 0) return { kind: 'end' };
  if (nameEnd < 0) return { kind: 'bad', reason: 'its name has no end' };
  if (nameEnd > MAX_NAME_BYTES) return { kind: 'bad', reason: `its name is longer than ${MAX_NAME_BYTES} bytes` };
  const fileName = cleanName(new TextDecoder().decode(payload.subarray(0, nameEnd)));
  if (fileName === '') return { kind: 'bad', reason: 'its name holds nothing but folders' };
  const [size, date, mode] = readFields(payload.subarray(nameEnd + 1));
  const sizeBytes = readNumber(size, 10);
  const seconds = readNumber(date, 8);
  const modeBits = readNumber(mode, 8);
  return {
    kind: 'file',
    header: {
      fileName,
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
      // A date of 0 means that it is unknown (chapter 5).
      ...(seconds === undefined || seconds === 0 ? {} : { modifiedAtMs: seconds * 1000 }),
      ...(modeBits === undefined ? {} : { mode: modeBits }),
    },
  };
}

/** The last part of a path, without control characters; empty where nothing is left that names a file. */
function cleanName(path: string): string {
  const name = path
    .slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
    // Control characters: C0, DEL, C1.
    .replaceAll(/\p{Cc}/gu, '');
  return name === '.' || name === '..' ? '' : name;
}

function readFields(bytes: Uint8Array): string[] {
  const end = bytes.indexOf(0);
  const text = bytes.subarray(0, end < 0 ? bytes.length : end).filter((byte) => byte >= SPACE);
  return new TextDecoder().decode(text).trim().split(' ');
}

/** Undefined where it is no number of that base, or larger than can be counted exactly. */
function readNumber(text: string | undefined, base: 8 | 10): number | undefined {
  if (text === undefined || !(base === 8 ? /^[0-7]+$/ : /^\d+$/).test(text)) return undefined;
  const value = Number.parseInt(text, base);
  return Number.isSafeInteger(value) ? value : undefined;
}
