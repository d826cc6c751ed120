/**
 * TFTP packets, both ways. Sources: RFC 1350 (packets), RFC 2347 (options, OACK), RFC 2348 (blksize), RFC 2349 (timeout,
 * tsize), RFC 7440 (windowsize). Not done: the obsolete "mail" mode.
 *
 *            2 bytes    string    1    string   1   (string 1 string 1)*
 *           +--------+----------+----+--------+----+--------------------+
 *   RRQ/WRQ | 01/02  | FileName |  0 |  Mode  |  0 | option 0 value 0 … |   RFC 1350 figure 5-1, RFC 2347
 *           +--------+----------+----+--------+----+--------------------+
 *            2 bytes   2 bytes    n bytes
 *           +--------+----------+------------+
 *   DATA    |   03   |  Block # |    Data    |                              figure 5-2
 *           +--------+----------+------------+
 *   ACK     |   04   |  Block # |                                           figure 5-3
 *           +--------+----------+------------+----+
 *   ERROR   |   05   |   Code   |   Message  |  0 |                         figure 5-4
 *           +--------+----------+------------+----+
 *   OACK    |   06   | (option 0 value 0)*        |                         RFC 2347
 *           +--------+----------------------------+
 */

const OPCODE = { rrq: 1, wrq: 2, data: 3, ack: 4, error: 5, oack: 6 } as const;

/** Error codes of RFC 1350 (appendix) and RFC 2347 (8). */
export const TFTP_ERROR = {
  undefined: 0,
  notFound: 1,
  accessViolation: 2,
  diskFull: 3,
  illegalOperation: 4,
  unknownTransferId: 5,
  fileExists: 6,
  noSuchUser: 7,
  optionRefused: 8,
} as const;

/** A request is no longer than this (RFC 2347: "The maximum size of a request packet is 512 octets"). */
export const MAX_REQUEST_BYTES = 512;
/** Options in a request: all that are defined, and room for private ones. */
const MAX_OPTIONS = 16;
/** Message bytes kept of an ERROR: it goes into logs. */
const MAX_MESSAGE_BYTES = 256;

/** RFC 1350 §1: netascii is text with CR LF between lines, octet is bytes as they are. */
export type TftpMode = 'octet' | 'netascii';

/** Option names in lower case (RFC 2347: names are case-insensitive), in the order of the packet. */
export type TftpOptions = ReadonlyMap<string, string>;

export type TftpPacket =
  | { readonly kind: 'rrq' | 'wrq'; readonly fileName: string; readonly mode: string; readonly options: TftpOptions }
  | { readonly kind: 'data'; readonly block: number; readonly bytes: Uint8Array }
  | { readonly kind: 'ack'; readonly block: number }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  | { readonly kind: 'oack'; readonly options: TftpOptions };

export type DecodedTftp = TftpPacket | { readonly kind: 'malformed'; readonly reason: string };

const malformed = (reason: string): DecodedTftp => ({ kind: 'malformed', reason });

/** Reads one datagram. `data.bytes` is a view into it. */
export function decodeTftp(datagram: Uint8Array): DecodedTftp {
  if (datagram.length < 4) return malformed('shorter than any packet');
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const block = view.getUint16(2);
  switch (view.getUint16(0)) {
    case OPCODE.rrq:
      return decodeRequest('rrq', datagram);
    case OPCODE.wrq:
      return decodeRequest('wrq', datagram);
    case OPCODE.data:
      return { kind: 'data', block, bytes: datagram.subarray(4) };
    case OPCODE.ack:
      return { kind: 'ack', block };
    case OPCODE.error:
      return { kind: 'error', code: block, message: printable(datagram.subarray(4)) };
    case OPCODE.oack:
      return decodeOack(datagram);
    default:
      return malformed('unknown opcode');
  }
}

function decodeRequest(kind: 'rrq' | 'wrq', datagram: Uint8Array): DecodedTftp {
  const strings = splitStrings(datagram);
  if (typeof strings === 'string') return malformed(strings);
  const [fileName, mode, ...rest] = strings;
  if (fileName === undefined || fileName === '' || mode === undefined) return malformed('no file name or no mode');
  const options = pairUp(rest);
  return typeof options === 'string' ? malformed(options) : { kind, fileName, mode: mode.toLowerCase(), options };
}

function decodeOack(datagram: Uint8Array): DecodedTftp {
  const strings = splitStrings(datagram);
  if (typeof strings === 'string') return malformed(strings);
  const options = pairUp(strings);
  return typeof options === 'string' ? malformed(options) : { kind: 'oack', options };
}

/** The NUL-ended strings after the opcode, or why they cannot be read. Only printable ASCII passes: names go to logs. */
function splitStrings(datagram: Uint8Array): string[] | string {
  if (datagram.length > MAX_REQUEST_BYTES) return 'longer than 512 bytes';
  if (datagram.at(-1) !== 0) return 'does not end in NUL';
  const strings: string[] = [];
  let text = '';
  for (const byte of datagram.subarray(2)) {
    if (byte === 0) {
      strings.push(text);
      text = '';
    } else if (byte < 0x20 || byte > 0x7e) {
      return 'holds a byte that is not printable ASCII';
    } else {
      text += String.fromCharCode(byte);
    }
  }
  return strings;
}

function pairUp(strings: readonly string[]): TftpOptions | string {
  if (strings.length % 2 !== 0) return 'an option without a value';
  if (strings.length > MAX_OPTIONS * 2) return 'too many options';
  const options = new Map<string, string>();
  for (let at = 0; at < strings.length; at += 2) {
    const name = (strings[at] ?? '').toLowerCase();
    // RFC 2347: "An option ... may only be specified once."
    if (name === '' || options.has(name)) return 'an option twice or without a name';
    options.set(name, strings[at + 1] ?? '');
  }
  return options;
}

function printable(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes.subarray(0, MAX_MESSAGE_BYTES)) {
    if (byte === 0) break;
    text += byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '?';
  }
  return text;
}

export function encodeData(block: number, payload: Uint8Array): Uint8Array {
  const packet = new Uint8Array(4 + payload.length);
  setHead(packet, OPCODE.data, block);
  packet.set(payload, 4);
  return packet;
}

/** In front of each block: opcode and number. */
export const DATA_HEAD_BYTES = 4;

/** Writes the head of a DATA packet at `at`. */
export function writeDataHead(packets: Uint8Array, at: number, block: number): void {
  packets[at] = 0;
  packets[at + 1] = OPCODE.data;
  packets[at + 2] = block >> 8;
  packets[at + 3] = block & 0xff;
}

/** The block of an ACK, and undefined for every other packet: the short way for what comes most. */
export function acknowledgedBlock(datagram: Uint8Array): number | undefined {
  if (datagram.length !== 4 || datagram[0] !== 0 || datagram[1] !== OPCODE.ack) return undefined;
  return ((datagram[2] ?? 0) << 8) | (datagram[3] ?? 0);
}

export function encodeAck(block: number): Uint8Array {
  const packet = new Uint8Array(4);
  setHead(packet, OPCODE.ack, block);
  return packet;
}

/** `message` must be ASCII. */
export function encodeError(code: number, message: string): Uint8Array {
  const packet = new Uint8Array(4 + message.length + 1);
  setHead(packet, OPCODE.error, code);
  setText(packet, 4, message);
  return packet;
}

export function encodeRequest(kind: 'rrq' | 'wrq', fileName: string, mode: TftpMode, options: TftpOptions): Uint8Array {
  return encodeStrings(OPCODE[kind], [fileName, mode, ...[...options].flat()]);
}

export function encodeOack(options: TftpOptions): Uint8Array {
  return encodeStrings(OPCODE.oack, [...options].flat());
}

function encodeStrings(opcode: number, strings: readonly string[]): Uint8Array {
  const packet = new Uint8Array(2 + strings.reduce((sum, text) => sum + text.length + 1, 0));
  packet[1] = opcode;
  let at = 2;
  for (const text of strings) {
    setText(packet, at, text);
    at += text.length + 1;
  }
  return packet;
}

function setHead(packet: Uint8Array, opcode: number, word: number): void {
  packet[1] = opcode;
  packet[2] = (word >> 8) & 0xff;
  packet[3] = word & 0xff;
}

function setText(packet: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index += 1) packet[at + index] = text.charCodeAt(index) & 0x7f;
}
