/**
 * SFTP version 3, the one that everybody speaks: draft-ietf-secsh-filexfer-02, with OpenSSH's extensions `limits`, `statvfs`
 * and `fsync` (OpenSSH PROTOCOL §4).
 *
 *   +----------------+------+------------+---------------------------+
 *   | uint32 length  | type | uint32 id  | what the type asks for    |
 *   +----------------+------+------------+---------------------------+
 */
import { encodePacket } from './wire.js';
import type { WireField, WireReader } from './wire.js';

/** Packet types (§3). */
export const FXP = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  extended: 200,
  extendedReply: 201,
} as const;

/** Status codes (§7), and two of later drafts that servers send in version 3 as well. */
export const FX = {
  ok: 0,
  eof: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  opUnsupported: 8,
  noSpaceOnFilesystem: 14,
  quotaExceeded: 15,
} as const;

/** Open flags (§6.3). */
export const OPEN = { read: 1, write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 } as const;

/** Attribute flags (§5). */
const ATTR = { size: 1, uidGid: 2, permissions: 4, times: 8, extended: 0x8000_0000 } as const;

export const SFTP_VERSION = 3;
/** Longest packet either side may send, bytes: what OpenSSH takes (SFTP_MAX_MSG_LENGTH). */
export const MAX_PACKET_BYTES = 256 * 1024;
/** Most data of one READ or WRITE, bytes: a packet less its head, as OpenSSH reckons it. */
export const MAX_DATA_BYTES = MAX_PACKET_BYTES - 1024;
/** What every server takes (§6.4: at least 32768). */
export const PLAIN_DATA_BYTES = 32_768;

/** What is known of a file. */
export interface FileAttributes {
  readonly sizeBytes?: number;
  /** POSIX mode with the file's type. */
  readonly mode?: number;
}

export function readAttributes(reader: WireReader): FileAttributes {
  const flags = reader.u32();
  const sizeBytes = (flags & ATTR.size) !== 0 ? reader.u64() : undefined;
  if ((flags & ATTR.uidGid) !== 0) reader.u64();
  const mode = (flags & ATTR.permissions) !== 0 ? reader.u32() : undefined;
  if ((flags & ATTR.times) !== 0) reader.u64();
  return { ...(sizeBytes === undefined ? {} : { sizeBytes }), ...(mode === undefined ? {} : { mode }) };
}

export function attributeFields({ sizeBytes, mode }: FileAttributes): readonly WireField[] {
  const flags = (sizeBytes === undefined ? 0 : ATTR.size) | (mode === undefined ? 0 : ATTR.permissions);
  return [
    { u32: flags },
    ...(sizeBytes === undefined ? [] : [{ u64: sizeBytes }]),
    ...(mode === undefined ? [] : [{ u32: mode }]),
  ];
}

/** Head of a DATA packet whose payload of `lengthBytes` follows: the payload is never copied for it. */
export function encodeDataHead(id: number, lengthBytes: number): Uint8Array {
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, 9 + lengthBytes);
  head[4] = FXP.data;
  view.setUint32(5, id);
  view.setUint32(9, lengthBytes);
  return head;
}

/** Head of a WRITE packet whose payload of `lengthBytes` follows. */
export function encodeWriteHead(id: number, handle: Uint8Array, offset: number, lengthBytes: number): Uint8Array {
  const packet = encodePacket(FXP.write, [{ u32: id }, { string: handle }, { u64: offset }, { u32: lengthBytes }]);
  new DataView(packet.buffer).setUint32(0, packet.length - 4 + lengthBytes);
  return packet;
}

/** Puts packets together from a stream that cuts anywhere. */
export class PacketReader {
  readonly #head = new Uint8Array(4);
  #headBytes = 0;
  #packet: Uint8Array | undefined;
  #packetBytes = 0;

  /**
   * Whole packets (type and what follows) that these bytes complete; views where they lie in one piece, so they are valid
   * until the caller gives `bytes` away. `tooLong`: nothing after it can be read.
   */
  *read(bytes: Uint8Array): Generator<Uint8Array | 'tooLong'> {
    let at = 0;
    while (at < bytes.length) {
      if (this.#packet === undefined) {
        at += this.#readHead(bytes.subarray(at));
        if (this.#headBytes < 4) return;
        const length = new DataView(this.#head.buffer).getUint32(0);
        if (length === 0 || length > MAX_PACKET_BYTES) {
          yield 'tooLong';
          return;
        }
        if (bytes.length - at >= length) {
          this.#headBytes = 0;
          yield bytes.subarray(at, at + length);
          at += length;
          continue;
        }
        this.#packet = new Uint8Array(length);
        this.#packetBytes = 0;
      }
      const part = bytes.subarray(at, at + this.#packet.length - this.#packetBytes);
      this.#packet.set(part, this.#packetBytes);
      this.#packetBytes += part.length;
      at += part.length;
      if (this.#packetBytes < this.#packet.length) return;
      const packet = this.#packet;
      this.#packet = undefined;
      this.#headBytes = 0;
      yield packet;
    }
  }

  #readHead(bytes: Uint8Array): number {
    const part = bytes.subarray(0, 4 - this.#headBytes);
    this.#head.set(part, this.#headBytes);
    this.#headBytes += part.length;
    return part.length;
  }
}
