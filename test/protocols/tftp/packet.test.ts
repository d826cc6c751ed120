import { expect } from 'chai';
import fc from 'fast-check';
import {
  decodeTftp,
  encodeAck,
  encodeData,
  encodeError,
  encodeOack,
  encodeRequest,
} from '../../../protocols/tftp/packet.js';

/** Octets from a text where `0` stands alone for NUL: as the pictures of the RFCs are written. */
const octets = (head: number[], text: string): Uint8Array =>
  Uint8Array.from([...head, ...new TextEncoder().encode(text.replaceAll('|', '\0'))]);

const word = fc.nat({ max: 0xffff });
const label = fc.stringMatching(/^[!-~]{1,12}$/);

describe('protocols/tftp/packet', () => {
  it('reads a request with options, names in any case', () => {
    const datagram = octets([0, 1], 'c1700.bin|OCTET|BlkSize|1428|windowsize|16|tsize|0|');
    expect(decodeTftp(datagram)).to.deep.equal({
      kind: 'rrq',
      fileName: 'c1700.bin',
      mode: 'octet',
      options: new Map([
        ['blksize', '1428'],
        ['windowsize', '16'],
        ['tsize', '0'],
      ]),
    });
  });

  const refused: readonly (readonly [string, Uint8Array, string])[] = [
    ['an empty datagram', new Uint8Array(0), 'shorter than any packet'],
    ['an unknown opcode', Uint8Array.of(0, 9, 0, 0), 'unknown opcode'],
    ['no NUL at the end', octets([0, 1], 'a|octet'), 'does not end in NUL'],
    ['no file name', octets([0, 1], '|octet|'), 'no file name or no mode'],
    ['no mode', octets([0, 1], 'name|'), 'no file name or no mode'],
    ['an option without value', octets([0, 1], 'a|octet|blksize|'), 'an option without a value'],
    ['an option twice', octets([0, 1], 'a|octet|tsize|0|TSIZE|0|'), 'an option twice or without a name'],
    ['an option without name', octets([0, 1], 'a|octet||0|'), 'an option twice or without a name'],
    [
      'seventeen options',
      octets([0, 1], `a|octet|${Array.from({ length: 17 }, (_u, n) => `o${String(n)}|1|`).join('')}`),
      'too many options',
    ],
    ['a name of 64 KiB', octets([0, 1], `${'a'.repeat(65_000)}|octet|`), 'longer than 512 bytes'],
    ['an escape in the name', octets([0, 1], 'a\u001b[2J|octet|'), 'holds a byte that is not printable ASCII'],
    ['an OACK without value', octets([0, 6], 'blksize|'), 'an option without a value'],
  ];
  for (const [name, datagram, reason] of refused) {
    it(`refuses ${name}`, () => {
      expect(decodeTftp(datagram)).to.deep.equal({ kind: 'malformed', reason });
    });
  }

  it('reads back every packet that it writes; a cut one is never taken for another kind', () => {
    const packets = fc.oneof(
      fc
        .tuple(word, fc.uint8Array({ maxLength: 600 }))
        .map(([block, bytes]) => ({ wire: encodeData(block, bytes), back: { kind: 'data', block, bytes } })),
      word.map((block) => ({ wire: encodeAck(block), back: { kind: 'ack', block } })),
      fc
        .tuple(fc.nat({ max: 8 }), label)
        .map(([code, message]) => ({ wire: encodeError(code, message), back: { kind: 'error', code, message } })),
      fc
        .dictionary(
          label.map((name) => name.toLowerCase()),
          label,
          { maxKeys: 6, minKeys: 1 },
        )
        .map((pairs) => {
          const options = new Map(Object.entries(pairs));
          return { wire: encodeOack(options), back: { kind: 'oack', options } };
        }),
      fc.tuple(fc.constantFrom('rrq' as const, 'wrq' as const), label).map(([kind, fileName]) => {
        const options = new Map([['blksize', '512']]);
        return {
          wire: encodeRequest(kind, fileName, 'octet', options),
          back: { kind, fileName, mode: 'octet', options },
        };
      }),
    );
    fc.assert(
      fc.property(packets, fc.nat({ max: 600 }), ({ wire, back }, cut) => {
        expect(decodeTftp(wire)).to.deep.equal(back);
        expect(decodeTftp(wire.subarray(0, Math.min(cut, wire.length))).kind).to.be.oneOf([back.kind, 'malformed']);
      }),
    );
  });

  it('answers any datagram, and never with text that is not printable', () => {
    fc.assert(
      fc.property(fc.nat({ max: 7 }), fc.uint8Array({ maxLength: 600 }), (opcode, rest) => {
        const packet = decodeTftp(Uint8Array.from([0, opcode, ...rest]));
        if (packet.kind === 'rrq' || packet.kind === 'wrq') expect(packet.fileName).to.match(/^[ -~]+$/);
        if (packet.kind === 'error') expect(packet.message).to.match(/^[ -~]{0,256}$/);
        if (packet.kind === 'oack') for (const pair of packet.options) expect(pair.join('')).to.match(/^[ -~]*$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('cuts an error message at its NUL and at 256 bytes', () => {
    expect(decodeTftp(octets([0, 5, 0, 1], 'File not found|rest'))).to.include({ message: 'File not found' });
    expect(decodeTftp(octets([0, 5, 0, 1], 'x'.repeat(500)))).to.include({ message: 'x'.repeat(256) });
  });
});
