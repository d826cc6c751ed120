/** Bytes to text, once: UTF-8 where it is valid, else each byte as Latin-1. Never loses a byte, never throws. */

interface Pending {
  readonly bytes: number[];
  /** Continuation bytes still wanted. */
  wanted: number;
}

/** First byte → how many continuation bytes follow (RFC 3629 §3); -1 where no sequence begins. */
function continuationBytes(byte: number): number {
  if (byte < 0x80) return 0;
  if (byte >= 0xc2 && byte <= 0xdf) return 1;
  if (byte >= 0xe0 && byte <= 0xef) return 2;
  if (byte >= 0xf0 && byte <= 0xf4) return 3;
  return -1;
}

/** Overlong forms, surrogates and code points past U+10FFFF show in the second byte (RFC 3629 §4). */
function secondByteFits(first: number, second: number): boolean {
  switch (first) {
    case 0xe0:
      return second >= 0xa0;
    case 0xed:
      return second <= 0x9f;
    case 0xf0:
      return second >= 0x90;
    case 0xf4:
      return second <= 0x8f;
    default:
      return true;
  }
}

function codePoint(bytes: readonly number[]): number {
  const [first = 0, ...rest] = bytes;
  const mask = [0x7f, 0x1f, 0x0f, 0x07][rest.length] ?? 0x7f;
  return rest.reduce((code, byte) => code * 64 + (byte & 0x3f), first & mask);
}

/** Streaming decoder; a sequence that is cut between chunks is completed by the next one. */
export class ByteDecoder {
  #pending: Pending | undefined;

  /** Nothing is kept back: what comes next begins anew. */
  get idle(): boolean {
    return this.#pending === undefined;
  }

  /** Text of these bytes and of what an earlier call kept back. */
  decode(bytes: Uint8Array): string {
    let text = '';
    for (const byte of bytes) text += this.#byte(byte);
    return text;
  }

  /** What was kept back, as Latin-1: for the end of a stream. */
  end(): string {
    const { bytes = [] } = this.#pending ?? {};
    this.#pending = undefined;
    return String.fromCharCode(...bytes);
  }

  #byte(byte: number): string {
    const pending = this.#pending;
    if (pending === undefined) return this.#first(byte);
    const second = pending.bytes.length === 1;
    const fits = (byte & 0xc0) === 0x80 && (!second || secondByteFits(pending.bytes[0] ?? 0, byte));
    if (!fits) return this.end() + this.#first(byte);
    pending.bytes.push(byte);
    if (--pending.wanted > 0) return '';
    this.#pending = undefined;
    return String.fromCodePoint(codePoint(pending.bytes));
  }

  #first(byte: number): string {
    const wanted = continuationBytes(byte);
    if (wanted <= 0) return String.fromCharCode(byte);
    this.#pending = { bytes: [byte], wanted };
    return '';
  }
}
