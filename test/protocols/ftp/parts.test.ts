/** The small parts of the FTP engine: addresses, ASCII, names, times. */
import { expect } from 'chai';
import fc from 'fast-check';
import { FromAscii, ToAscii } from '../../../protocols/ftp/ascii.js';
import { ControlReader } from '../../../protocols/ftp/control-reader.js';
import { parseEprt, parsePort, passiveText, sameHost } from '../../../protocols/ftp/data-address.js';
import { timeValue } from '../../../protocols/ftp/listing.js';
import { encodeReply } from '../../../protocols/ftp/reply.js';
import { resolveName } from '../../../protocols/ftp/virtual-folder.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('parts of FTP', () => {
  it('reads addresses', () => {
    expect(parsePort('132,235,1,2,24,131')).to.deep.equal({ host: '132.235.1.2', port: 6275 });
    expect(parseEprt('|1|132.235.1.2|6275|')).to.deep.equal({ host: '132.235.1.2', port: 6275 });
    expect(parseEprt('|2|1080::8:800:200C:417A|5282|')).to.deep.equal({ host: '1080::8:800:200C:417A', port: 5282 });
    expect(parseEprt('|1|1080::8|5282|')).to.equal(undefined);
    expect(passiveText({ host: '::ffff:10.0.0.1', port: 258 })).to.equal('Entering Passive Mode (10,0,0,1,1,2).');
    expect(passiveText({ host: '2001:db8::1', port: 258 })).to.equal(undefined);
  });

  it('knows one host in every writing', () => {
    expect(sameHost('::ffff:10.0.0.1', '10.0.0.1')).to.equal(true);
    expect(sameHost('2001:db8::1', '2001:0DB8:0:0:0:0:0:1')).to.equal(true);
    expect(sameHost('fe80::1%eth0', 'fe80::1')).to.equal(true);
    expect(sameHost('2001:db8::1', '2001:db8::2')).to.equal(false);
    expect(sameHost('10.0.0.1', '10.0.0.11')).to.equal(false);
  });

  it('turns line ends, whatever the pieces', () => {
    const convert = (converter: ToAscii | FromAscii, pieces: readonly Uint8Array[]): string => {
      const out = pieces.map((piece) => textOf(converter.convert(piece)));
      return out.join('') + (converter instanceof FromAscii ? textOf(converter.finish()) : '');
    };
    expect(convert(new ToAscii(), [bytesOf('a\nb\r\nc\n')])).to.equal('a\r\nb\r\nc\r\n');
    expect(convert(new FromAscii(), [bytesOf('a\r\nb\rc\r')])).to.equal('a\nb\rc\r');
    const text = fc.array(fc.constantFrom('a', '\n', '\r'), { maxLength: 30 }).map((chars) => chars.join(''));
    fc.assert(
      fc.property(text, fc.nat(30), (content, at) => {
        const cut = [bytesOf(content.slice(0, at)), bytesOf(content.slice(at))];
        expect(convert(new ToAscii(), cut)).to.equal(content.replace(/(?<!\r)\n/g, '\r\n'));
        expect(convert(new FromAscii(), cut)).to.equal(content.replaceAll('\r\n', '\n'));
      }),
    );
  });

  it('never leaves the root', () => {
    expect(resolveName('/a/b', '../c')).to.equal('/a/c');
    expect(resolveName('/a', '/x/./y//z/')).to.equal('/x/y/z');
    expect(resolveName('/', '../../../..')).to.equal('/');
  });

  it('tells times as the calendar has them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), (seconds) => {
        const wanted = new Date(seconds * 1000).toISOString().replace(/[-:T]|\.000Z/g, '');
        expect(timeValue(seconds * 1000)).to.equal(wanted);
      }),
    );
  });

  it('lets no text of a peer become a reply of its own', () => {
    expect(textOf(encodeReply({ code: 550, text: 'no a\r\n226 b' }))).to.equal('550 no a??226 b\r\n');
    expect(textOf(encodeReply({ code: 211, text: ['a', 'b', 'c'] }))).to.equal('211-a\r\n b\r\n211 c\r\n');
  });

  it('takes telnet out of the control stream', () => {
    const reader = new ControlReader();
    const stream = Uint8Array.of(
      ...[255, 251, 1, ...bytesOf('NO'), 255, 250, 24, 1, 255, 240, ...bytesOf('OP'), 255, 241, 13, 10],
    );
    expect(reader.push(stream)).to.deep.equal([{ kind: 'line', text: 'NOOP' }]);
  });
});
