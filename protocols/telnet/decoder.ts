/**
 * Bytes of a Telnet connection → tokens, wherever chunks cut them (RFC 854, RFC 855).
 *
 *   data │ IAC IAC (a 255 of data) │ IAC command │ IAC WILL|WONT|DO|DONT option │ IAC SB option … IAC SE
 *
 * Carriage returns: `CR NUL` is a CR, `CR LF` stays; a CR before anything else is taken as it stands (RFC 854 forbids it,
 * console servers do it). In binary transmission nothing but IAC is special (RFC 856).
 * A command inside a subnegotiation ends it: its SE was lost.
 */
import { CR, DO, DONT, IAC, NUL, SB, SE, WILL, WONT } from './codes.js';

export type Verb = typeof WILL | typeof WONT | typeof DO | typeof DONT;

export type TelnetToken =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'command'; readonly code: number }
  | { readonly kind: 'negotiation'; readonly verb: Verb; readonly option: number }
  | { readonly kind: 'subnegotiation'; readonly option: number; readonly bytes: Uint8Array }
  /** A subnegotiation went on past `SUBNEGOTIATION_BYTES_MAX`; the rest of it is thrown away. */
  | { readonly kind: 'tooLong'; readonly option: number };

/** The longest of use is a signature or a terminal type: a line of text. Bytes. */
export const SUBNEGOTIATION_BYTES_MAX = 4_096;

type State = 'data' | 'command' | 'option' | 'subnegotiation' | 'subnegotiationIac';

export class TelnetDecoder {
  /** The far end transmits binary; may change between two tokens of one chunk. */
  binary = false;
  #state: State = 'data';
  #afterCr = false;
  #verb: Verb = WILL;
  #collected: number[] = [];
  #tooLong = false;

  /** Calls `sink` for each token in order. */
  push(bytes: Uint8Array, sink: (token: TelnetToken) => void): void {
    if (this.#state === 'data' && !bytes.includes(IAC) && !bytes.includes(NUL)) this.#plain(bytes, sink);
    else this.#mixed(bytes, sink);
  }

  /** Most chunks: nothing in them but text. */
  #plain(bytes: Uint8Array, sink: (token: TelnetToken) => void): void {
    if (bytes.length === 0) return;
    this.#afterCr = bytes.at(-1) === CR;
    sink({ kind: 'data', bytes });
  }

  #mixed(bytes: Uint8Array, sink: (token: TelnetToken) => void): void {
    let data = new Uint8Array(bytes.length);
    let length = 0;
    const flush = (): void => {
      if (length === 0) return;
      const full = data.subarray(0, length);
      data = data.subarray(length);
      length = 0;
      sink({ kind: 'data', bytes: full });
    };
    for (const byte of bytes) {
      if (this.#state === 'data') {
        if (byte === IAC) this.#state = 'command';
        else if (this.#isText(byte)) data[length++] = byte;
        continue;
      }
      if (this.#state === 'command' && byte === IAC) {
        this.#state = 'data';
        this.#afterCr = false;
        data[length++] = byte;
        continue;
      }
      const token = this.#inside(byte);
      if (token === undefined) continue;
      flush();
      sink(token);
    }
    flush();
  }

  /** The NUL after a CR only says that no LF follows. */
  #isText(byte: number): boolean {
    const padding = this.#afterCr && byte === NUL && !this.binary;
    this.#afterCr = byte === CR;
    return !padding;
  }

  #inside(byte: number): TelnetToken | undefined {
    switch (this.#state) {
      case 'command':
        return this.#command(byte);
      case 'option':
        this.#state = 'data';
        return { kind: 'negotiation', verb: this.#verb, option: byte };
      case 'subnegotiation':
        if (byte === IAC) this.#state = 'subnegotiationIac';
        else return this.#collect(byte);
        return undefined;
      case 'subnegotiationIac':
        return this.#afterIac(byte);
      case 'data':
        return undefined;
    }
  }

  #command(byte: number): TelnetToken | undefined {
    switch (byte) {
      case WILL:
      case WONT:
      case DO:
      case DONT:
        this.#verb = byte;
        this.#state = 'option';
        return undefined;
      case SB:
        this.#collected = [];
        this.#tooLong = false;
        this.#state = 'subnegotiation';
        return undefined;
      default:
        this.#state = 'data';
        return { kind: 'command', code: byte };
    }
  }

  #afterIac(byte: number): TelnetToken | undefined {
    if (byte === IAC) {
      this.#state = 'subnegotiation';
      return this.#collect(byte);
    }
    if (byte !== SE) {
      this.#collected = [];
      return this.#command(byte);
    }
    this.#state = 'data';
    const [option, ...rest] = this.#collected;
    this.#collected = [];
    if (option === undefined || this.#tooLong) return undefined;
    return { kind: 'subnegotiation', option, bytes: Uint8Array.from(rest) };
  }

  #collect(byte: number): TelnetToken | undefined {
    if (this.#tooLong) return undefined;
    if (this.#collected.length <= SUBNEGOTIATION_BYTES_MAX) {
      this.#collected.push(byte);
      return undefined;
    }
    this.#tooLong = true;
    return { kind: 'tooLong', option: this.#collected[0] ?? 0 };
  }
}
