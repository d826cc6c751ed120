/**
 * Messages in a stream (RFC 6587): `LENGTH MESSAGE` (octet counting, also RFC 5425), else a message a line. A stream may
 * change between the two, as section 3.4 allows: each frame says by its first octet what it is.
 */
const LF = 0x0a;
const SPACE = 0x20;
const NUL = 0;
const ZERO = 0x30;
/** `99999 `: longer counts are none. */
const COUNT_DIGITS = 5;
const NOTHING: Uint8Array = new Uint8Array();

export class SyslogFrames {
  readonly #maxBytes: number;
  #kept = NOTHING;
  /** Bytes of an overlong message that are still to be thrown away; Infinity: up to its line end. */
  #skip = 0;
  /** Messages cut short since the start: their first `maxBytes` were given out. */
  truncated = 0;

  /** @param maxBytes longest message that is given out whole, bytes (RFC 5425 section 4.3.1 wants at least 2048) */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes any piece of the stream; returns the messages that are whole now. */
  push(bytes: Uint8Array): Uint8Array[] {
    this.#kept = joined(this.#kept, bytes);
    const messages: Uint8Array[] = [];
    for (let next = this.#next(); next !== undefined; next = this.#next()) if (next.length > 0) messages.push(next);
    return messages;
  }

  /** The last line of a stream that ends without its line end. */
  end(): Uint8Array[] {
    const rest = this.#skip > 0 || this.#counted() !== undefined ? NOTHING : this.#kept;
    this.#kept = NOTHING;
    return rest.length === 0 ? [] : [rest];
  }

  #next(): Uint8Array | undefined {
    if (this.#skip > 0 && !this.#skipped()) return undefined;
    while (this.#kept[0] === LF || this.#kept[0] === NUL) this.#kept = this.#kept.subarray(1);
    if (this.#kept.length === 0 || this.#isHalfCount()) return undefined;
    const counted = this.#counted();
    return counted === undefined ? this.#line() : this.#frame(counted);
  }

  #frame({ start, length }: { start: number; length: number }): Uint8Array | undefined {
    if (length > this.#maxBytes) {
      if (this.#kept.length < start + this.#maxBytes) return undefined;
      this.#skip = length - this.#maxBytes;
      return this.#cut(start, start + this.#maxBytes);
    }
    if (this.#kept.length < start + length) return undefined;
    const message = this.#kept.subarray(start, start + length);
    this.#kept = this.#kept.subarray(start + length);
    return message;
  }

  #line(): Uint8Array | undefined {
    const end = this.#kept.indexOf(LF);
    if (end >= 0 && end <= this.#maxBytes) {
      const line = this.#kept.subarray(0, end);
      this.#kept = this.#kept.subarray(end + 1);
      return line;
    }
    if (this.#kept.length < this.#maxBytes) return undefined;
    this.#skip = Infinity;
    return this.#cut(0, this.#maxBytes);
  }

  #cut(start: number, end: number): Uint8Array {
    this.truncated += 1;
    const message = this.#kept.slice(start, end);
    this.#kept = this.#kept.subarray(end);
    return message;
  }

  /** True when nothing is to be thrown away any more. */
  #skipped(): boolean {
    if (this.#skip === Infinity) {
      const end = this.#kept.indexOf(LF);
      this.#kept = end < 0 ? NOTHING : this.#kept.subarray(end + 1);
      if (end >= 0) this.#skip = 0;
      return end >= 0;
    }
    const taken = Math.min(this.#skip, this.#kept.length);
    this.#kept = this.#kept.subarray(taken);
    this.#skip -= taken;
    return this.#skip === 0;
  }

  /** MSG-LEN: digits without a leading zero, then a space. */
  #counted(): { start: number; length: number } | undefined {
    const digits = this.#digits();
    if (digits === 0 || this.#kept[digits] !== SPACE) return undefined;
    return { start: digits + 1, length: Number(String.fromCharCode(...this.#kept.subarray(0, digits))) };
  }

  #isHalfCount(): boolean {
    const digits = this.#digits();
    return digits > 0 && digits === this.#kept.length;
  }

  #digits(): number {
    if (this.#kept[0] === ZERO) return 0;
    let digits = 0;
    while (digits < COUNT_DIGITS && isDigit(this.#kept[digits])) digits += 1;
    return digits;
  }
}

function joined(kept: Uint8Array, more: Uint8Array): Uint8Array {
  const all = new Uint8Array(kept.length + more.length);
  all.set(kept);
  all.set(more, kept.length);
  return all;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= ZERO + 9;
}
