/**
 * The control stream as command lines. Sources: RFC 959 §4.1.3 and §5.3 (lines end in CRLF, on a telnet connection), RFC 854
 * (IAC sequences), RFC 2640 §3.1 (UTF-8: its bytes are never IAC). A lone LF ends a line as well: small clients send it.
 *
 * Telnet's own sequences are taken out, wherever they stand; none is answered. Abort comes as IAC IP, IAC DM, ABOR CRLF.
 */

/** The longest command line, bytes without its end: our names are shorter than a path of a file system (4096). */
export const MAX_LINE_BYTES = 2048;

const IAC = 255;
const WILL = 251;
const DONT = 254;
const SUBNEGOTIATION = 250;
const SUBNEGOTIATION_END = 240;
const LF = 10;
const CR = 13;

/** `illegal`: holds a control character (NUL, CR) or is no UTF-8. */
export type ControlItem =
  { readonly kind: 'line'; readonly text: string } | { readonly kind: 'tooLong' } | { readonly kind: 'illegal' };

/** Where in a telnet sequence the last byte was. */
type Telnet = 'none' | 'iac' | 'option' | 'sub' | 'subIac';

export class ControlReader {
  readonly #line = new Uint8Array(MAX_LINE_BYTES + 1);
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #length = 0;
  #overflowed = false;
  #telnet: Telnet = 'none';

  /** Memory is bounded whatever comes: a line that is too long is told once, at its end. */
  push(bytes: Uint8Array): readonly ControlItem[] {
    const items: ControlItem[] = [];
    for (const byte of bytes) {
      const plain = this.#withoutTelnet(byte);
      if (plain === undefined) continue;
      if (plain === LF) items.push(this.#endLine());
      else this.#add(plain);
    }
    return items;
  }

  /** Forgets a half line: what came before TLS must not become a command within it (RFC 4217 §15.1). */
  clear(): void {
    this.#length = 0;
    this.#overflowed = false;
    this.#telnet = 'none';
  }

  #add(byte: number): void {
    if (this.#length > MAX_LINE_BYTES) this.#overflowed = true;
    else {
      this.#line[this.#length] = byte;
      this.#length += 1;
    }
  }

  #endLine(): ControlItem {
    const end = this.#line[this.#length - 1] === CR ? this.#length - 1 : this.#length;
    const line = this.#line.subarray(0, end);
    const tooLong = this.#overflowed || end > MAX_LINE_BYTES;
    this.#length = 0;
    this.#overflowed = false;
    if (tooLong) return { kind: 'tooLong' };
    if (line.some((byte) => byte < 0x20 || byte === 0x7f)) return { kind: 'illegal' };
    try {
      return { kind: 'line', text: this.#decoder.decode(line) };
    } catch {
      return { kind: 'illegal' };
    }
  }

  /** The byte, or nothing where it belongs to telnet. */
  #withoutTelnet(byte: number): number | undefined {
    switch (this.#telnet) {
      case 'none':
        if (byte !== IAC) return byte;
        this.#telnet = 'iac';
        return undefined;
      case 'iac':
        this.#telnet = byte === SUBNEGOTIATION ? 'sub' : byte >= WILL && byte <= DONT ? 'option' : 'none';
        return byte === IAC ? IAC : undefined;
      case 'option':
        this.#telnet = 'none';
        return undefined;
      case 'sub':
        if (byte === IAC) this.#telnet = 'subIac';
        // A subnegotiation has no line ends; one that never ends must not swallow the session.
        else if (byte === LF) this.#telnet = 'none';
        return undefined;
      case 'subIac':
        this.#telnet = byte === SUBNEGOTIATION_END ? 'none' : 'sub';
        return undefined;
    }
  }
}
