/**
 * Whether bytes are what a console says, or what another speed makes of it. Text is printable ASCII, line ends, the few
 * controls of terminals, and whole UTF-8 sequences; at a wrong speed most bytes are none of these. Some NULs are let
 * pass, because devices pad with them; many are bytes with framing errors: text that is slower than we read.
 */
import { ByteDecoder } from './byte-decoder.js';

/** BEL, BS, HT, LF, FF, CR, ESC. */
const CONTROLS: readonly number[] = [7, 8, 9, 10, 12, 13, 27];
/** A share of foreign bytes above this is no noise on a line but another speed. */
const GARBAGE_SHARE = 0.2;
/** Fewer bytes than this tell nothing: the change of speed itself leaves 1–3 (vendors §2). */
const GARBAGE_BYTES_MIN = 4;

export class Legibility {
  readonly #decoder = new ByteDecoder();
  #bytes = 0;
  #foreign = 0;
  #nuls = 0;

  /** How many bytes were seen. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Nothing but text. */
  get isClean(): boolean {
    return this.#foreign === 0 && this.#nuls <= this.#bytes * GARBAGE_SHARE;
  }

  /** Enough of it is no text that the speed must be another. */
  get isGarbage(): boolean {
    return this.#bytes >= GARBAGE_BYTES_MIN && this.#foreign + this.#nuls > this.#bytes * GARBAGE_SHARE;
  }

  add(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    for (const char of this.#decoder.decode(bytes)) {
      const code = char.codePointAt(0) ?? 0;
      if (code === 0) this.#nuls++;
      else if (!isText(code)) this.#foreign++;
    }
  }
}

function isText(code: number): boolean {
  if (code < 0x20) return CONTROLS.includes(code);
  // The decoder gives a byte that is no UTF-8 as Latin-1; a real character of that range is rare on a console.
  return code < 0x7f || code > 0xff;
}
