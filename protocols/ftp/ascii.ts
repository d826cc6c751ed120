/**
 * TYPE A on a data connection: lines end in CRLF on the wire and in LF in a file (RFC 959 §3.1.1.1). Bytes pass piece by piece;
 * nothing else is changed. A CR of the file that stands before an LF is a line end of the wire already and stays as it is.
 */

const LF = 10;
const CR = 13;

/** From file to wire. */
export class ToAscii {
  #afterCr = false;

  convert(bytes: Uint8Array): Uint8Array {
    const out = new Uint8Array(bytes.length + count(bytes, LF));
    let length = 0;
    for (const byte of bytes) {
      if (byte === LF && !this.#afterCr) out[length++] = CR;
      out[length++] = byte;
      this.#afterCr = byte === CR;
    }
    return out.subarray(0, length);
  }
}

/** From wire to file. */
export class FromAscii {
  #heldCr = false;

  convert(bytes: Uint8Array): Uint8Array {
    const out = new Uint8Array(bytes.length + 1);
    let length = 0;
    for (const byte of bytes) {
      if (this.#heldCr && byte !== LF) out[length++] = CR;
      this.#heldCr = byte === CR;
      if (byte !== CR) out[length++] = byte;
    }
    return out.subarray(0, length);
  }

  /** What was held back: a CR at the very end. */
  finish(): Uint8Array {
    const rest = this.#heldCr ? Uint8Array.of(CR) : new Uint8Array(0);
    this.#heldCr = false;
    return rest;
  }
}

function count(bytes: Uint8Array, wanted: number): number {
  let found = 0;
  for (const byte of bytes) if (byte === wanted) found += 1;
  return found;
}
