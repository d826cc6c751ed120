/** What this end sends, as bytes (RFC 854, RFC 855, RFC 856). */
import { CR, IAC, LF, NUL, SB, SE } from './codes.js';
import type { Verb } from './decoder.js';

/**
 * Data to send: 255 is doubled; outside binary transmission a CR that no LF follows gets its NUL, also the last byte of
 * `bytes`, because a key must not wait for the next one.
 */
export function encodeData(bytes: Uint8Array, binary: boolean): Uint8Array {
  const out = new Uint8Array(bytes.length * 2);
  let length = 0;
  bytes.forEach((byte, index) => {
    out[length++] = byte;
    if (byte === IAC) out[length++] = IAC;
    else if (byte === CR && !binary && bytes[index + 1] !== LF) out[length++] = NUL;
  });
  return out.subarray(0, length);
}

export function encodeNegotiation(verb: Verb, option: number): Uint8Array {
  return Uint8Array.of(IAC, verb, option);
}

export function encodeCommand(code: number): Uint8Array {
  return Uint8Array.of(IAC, code);
}

/** Inside a subnegotiation only 255 is special. */
export function encodeSubnegotiation(option: number, body: readonly number[]): Uint8Array {
  const escaped = body.flatMap((byte) => (byte === IAC ? [IAC, IAC] : [byte]));
  return Uint8Array.of(IAC, SB, option, ...escaped, IAC, SE);
}
