/** SSH's own types on the wire (RFC 4251 §5): uint32, uint64, string. */

const U32 = 0x1_0000_0000;

/** Reads one packet. It never throws: what is not there reads as nothing, and `broken` says so. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #broken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Something was read that was not there. */
  get broken(): boolean {
    return this.#broken;
  }

  get restBytes(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#has(1) ? (this.#bytes[this.#at++] ?? 0) : 0;
  }

  u32(): number {
    if (!this.#has(4)) return 0;
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4);
  }

  /** Beyond 2^53 a number is no longer exact; no file is that long. */
  u64(): number {
    return this.u32() * U32 + this.u32();
  }

  /** A view, valid as long as the packet is. */
  string(): Uint8Array {
    const length = this.u32();
    if (!this.#has(length)) return this.#bytes.subarray(0, 0);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  text(): string {
    return new TextDecoder().decode(this.string());
  }

  #has(bytes: number): boolean {
    if (this.restBytes >= bytes) return true;
    this.#broken = true;
    this.#at = this.#bytes.length;
    return false;
  }
}

export type WireField =
  { readonly u32: number } | { readonly u64: number } | { readonly text: string } | { readonly string: Uint8Array };

/** One packet with its length before it: `type` and then the fields. */
export function encodePacket(type: number, fields: readonly WireField[]): Uint8Array {
  const parts = fields.map(encodeField);
  const length = 1 + parts.reduce((sum, part) => sum + part.length, 0);
  const packet = new Uint8Array(4 + length);
  new DataView(packet.buffer).setUint32(0, length);
  packet[4] = type;
  let at = 5;
  for (const part of parts) {
    packet.set(part, at);
    at += part.length;
  }
  return packet;
}

function encodeField(field: WireField): Uint8Array {
  if ('text' in field) return encodeField({ string: new TextEncoder().encode(field.text) });
  if ('u32' in field) return numbers(field.u32);
  if ('u64' in field) return numbers(Math.floor(field.u64 / U32), field.u64 % U32);
  const bytes = new Uint8Array(4 + field.string.length);
  new DataView(bytes.buffer).setUint32(0, field.string.length);
  bytes.set(field.string, 4);
  return bytes;
}

function numbers(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(4 * index, value >>> 0);
  return bytes;
}
