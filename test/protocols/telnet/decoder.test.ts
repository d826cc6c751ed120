import { expect } from 'chai';
import fc from 'fast-check';
import { TelnetDecoder } from '../../../protocols/telnet/decoder.js';
import type { TelnetToken } from '../../../protocols/telnet/decoder.js';
import { encodeData, encodeSubnegotiation } from '../../../protocols/telnet/encode.js';
import { BINARY, bytes, COM_PORT, DO, IAC, NAWS, SB, SE, TTYPE, WILL } from './telnet-peer.js';

/** Tokens as plain values, neighbouring data joined: chunks must not matter. */
function decoded(chunks: readonly Uint8Array[], binary = false): unknown[] {
  const decoder = new TelnetDecoder();
  decoder.binary = binary;
  const tokens: { kind: string; bytes?: number[] }[] = [];
  const take = (token: TelnetToken): void => {
    const last = tokens.at(-1);
    if (token.kind === 'data' && last?.kind === 'data') last.bytes?.push(...token.bytes);
    else tokens.push('bytes' in token ? { ...token, bytes: [...token.bytes] } : token);
  };
  for (const chunk of chunks) decoder.push(chunk, take);
  return tokens;
}

const oneByOne = (all: Uint8Array): Uint8Array[] => Array.from(all, (byte) => Uint8Array.of(byte));
const data = (...parts: (number | string)[]): object => ({ kind: 'data', bytes: [...bytes(...parts)] });

interface Case {
  readonly it: string;
  readonly from: Uint8Array;
  readonly binary?: boolean;
  readonly to: readonly object[];
}

const CASES: readonly Case[] = [
  { it: 'plain text', from: bytes('Router>'), to: [data('Router>')] },
  { it: 'a doubled 255', from: bytes('a', IAC, IAC, 'b'), to: [data('a', 255, 'b')] },
  { it: 'CR NUL and CR LF', from: bytes('a\r\0b\r\nc\rd'), to: [data('a\rb\r\nc\rd')] },
  { it: 'a NUL of its own', from: bytes('a\0\r\0\0'), to: [data('a\0\r\0')] },
  { it: 'CR NUL in binary', from: bytes('a\r\0b'), binary: true, to: [data('a\r\0b')] },
  {
    it: 'options in the middle of a line',
    from: bytes('a', IAC, DO, NAWS, 'b', IAC, WILL, 1),
    to: [
      data('a'),
      { kind: 'negotiation', verb: DO, option: NAWS },
      data('b'),
      { kind: 'negotiation', verb: WILL, option: 1 },
    ],
  },
  {
    it: 'a subnegotiation with 255 and a CR in it',
    from: bytes(IAC, SB, COM_PORT, 101, 0, IAC, IAC, 13, 0, IAC, SE, 'x'),
    to: [{ kind: 'subnegotiation', option: COM_PORT, bytes: [101, 0, 255, 13, 0] }, data('x')],
  },
  {
    it: 'a command between CR and NUL',
    from: bytes('\r', IAC, 241, '\0x'),
    to: [data('\r'), { kind: 'command', code: 241 }, data('x')],
  },
  {
    it: 'a subnegotiation whose end was lost',
    from: bytes(IAC, SB, TTYPE, 1, IAC, WILL, BINARY, 'ok'),
    to: [{ kind: 'negotiation', verb: WILL, option: BINARY }, data('ok')],
  },
  { it: 'an empty subnegotiation', from: bytes(IAC, SB, IAC, SE, 'x'), to: [data('x')] },
];

describe('TelnetDecoder', () => {
  for (const { it: name, from, binary, to } of CASES) {
    it(`reads ${name}, whole and byte by byte`, () => {
      expect(decoded([from], binary)).to.deep.equal(to);
      expect(decoded(oneByOne(from), binary)).to.deep.equal(to);
    });
  }

  it('reads the same however the stream is cut (property)', () => {
    const hostile = fc.array(
      fc.oneof(fc.constantFrom(255, 250, 240, 251, 13, 0, 44, 24), fc.integer({ min: 0, max: 255 })),
    );
    fc.assert(
      fc.property(hostile, fc.boolean(), fc.array(fc.integer({ min: 1, max: 7 })), (all, binary, cuts) => {
        const whole = Uint8Array.from(all);
        const pieces: Uint8Array[] = [];
        for (let at = 0, i = 0; at < whole.length; i++) {
          const size = cuts[i] ?? 3;
          pieces.push(whole.subarray(at, at + size));
          at += size;
        }
        expect(decoded(pieces, binary)).to.deep.equal(decoded([whole], binary));
        expect(decoded(oneByOne(whole), binary)).to.deep.equal(decoded([whole], binary));
      }),
      { numRuns: 500 },
    );
  });

  it('gives back what was encoded, in both modes (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (payload, binary) => {
        expect(decoded([encodeData(payload, binary)], binary)).to.deep.equal(
          payload.length === 0 ? [] : [{ kind: 'data', bytes: [...payload] }],
        );
        const body = [...payload];
        expect(decoded([encodeSubnegotiation(COM_PORT, body)])).to.deep.equal([
          { kind: 'subnegotiation', option: COM_PORT, bytes: body },
        ]);
      }),
    );
  });

  it('keeps nothing of 10 MB of text without end, nor of a subnegotiation without end', () => {
    const decoder = new TelnetDecoder();
    const chunk = new Uint8Array(65_536).fill(0x61);
    let dataBytes = 0;
    const kinds: string[] = [];
    const take = (token: TelnetToken): void => {
      if (token.kind === 'data') dataBytes += token.bytes.length;
      else kinds.push(token.kind);
    };
    for (let i = 0; i < 160; i++) decoder.push(chunk, take);
    expect(dataBytes).to.equal(160 * 65_536);
    decoder.push(bytes(IAC, SB, COM_PORT), take);
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 160; i++) decoder.push(chunk, take);
    expect(kinds).to.deep.equal(['tooLong']);
    expect(process.memoryUsage().heapUsed - before).to.be.lessThan(8_000_000);
    decoder.push(bytes(IAC, SE, 'on'), take);
    expect(dataBytes).to.equal(160 * 65_536 + 2);
  });
});
