/**
 * Netascii, the text mode of RFC 1350 §1: a line end travels as CR LF, a bare CR as CR NUL (RFC 764, p. 11). Files here end
 * their lines with LF.
 */
const [NUL, LF, CR] = [0, 10, 13];

/** Bytes of a file → bytes on the wire. Stateless: pieces may be cut anywhere. */
export function toNetascii(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(netasciiLength(bytes));
  let at = 0;
  for (const byte of bytes) {
    if (byte === LF) out[at++] = CR;
    out[at++] = byte;
    if (byte === CR) out[at++] = NUL;
  }
  return out;
}

/** How long these bytes are on the wire. */
export function netasciiLength(bytes: Uint8Array): number {
  let length = bytes.length;
  for (const byte of bytes) if (byte === LF || byte === CR) length += 1;
  return length;
}

/** Bytes on the wire → bytes of a file; a CR at the end of one piece waits for the next. */
export class NetasciiDecoder {
  #afterCr = false;

  decode(bytes: Uint8Array): Uint8Array {
    const out = new Uint8Array(bytes.length + 1);
    let at = 0;
    for (const byte of bytes) {
      if (this.#afterCr) {
        this.#afterCr = false;
        if (byte === LF) out[at++] = LF;
        else out[at++] = CR;
        if (byte === LF || byte === NUL) continue;
      }
      if (byte === CR) this.#afterCr = true;
      else out[at++] = byte;
    }
    return out.subarray(0, at);
  }

  /** What is left when nothing follows: a CR alone. */
  end(): Uint8Array {
    return this.#afterCr ? Uint8Array.of(CR) : new Uint8Array(0);
  }
}
