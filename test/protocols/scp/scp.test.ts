import { expect } from 'chai';
import { parseScpCommand } from '../../../protocols/scp/command.js';
import { ScpReader, encodeError, encodeFile } from '../../../protocols/scp/message.js';
import { ScpReceiver } from '../../../protocols/scp/receiver.js';
import type { ScpReceiverOutput } from '../../../protocols/scp/receiver.js';
import { ScpSender } from '../../../protocols/scp/sender.js';
import type { ScpSenderOutput } from '../../../protocols/scp/sender.js';
import { seededBytes } from '../xmodem/noisy-line.js';
import { seeded } from '../../support/seeded.js';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Both ends against each other; every stream is cut into pieces of `most` bytes. */
function moved(content: Uint8Array, most: number, timeS?: number): { content: Uint8Array; ends: readonly string[] } {
  const sender = new ScpSender({ name: 'i.bin', sizeBytes: content.length, ...(timeS === undefined ? {} : { timeS }) });
  const receiver = new ScpReceiver();
  const pieces: Uint8Array[] = [];
  const ends: string[] = [];
  let at = 0;
  const cut = (bytes: Uint8Array, to: (piece: Uint8Array) => void): void => {
    for (let from = 0; from < bytes.length; from += most) to(bytes.subarray(from, from + most));
  };
  const fromSender = (outputs: readonly ScpSenderOutput[]): void => {
    for (const output of outputs) {
      if (output.kind === 'send') {
        cut(output.bytes, (bytes) => fromReceiver(receiver.handle({ kind: 'bytes', bytes })));
      } else if (output.kind === 'needData') {
        const bytes = content.subarray(at, at + 1000);
        at += bytes.length;
        fromSender(sender.handle({ kind: 'data', bytes, last: bytes.length === 0 }));
      } else ends.push(output.kind);
    }
  };
  const fromReceiver = (outputs: readonly ScpReceiverOutput[]): void => {
    for (const output of outputs) {
      if (output.kind === 'send') cut(output.bytes, (bytes) => fromSender(sender.handle({ kind: 'bytes', bytes })));
      else if (output.kind === 'offer') fromReceiver(receiver.handle({ kind: 'accept' }));
      else if (output.kind === 'data') pieces.push(output.bytes.slice());
      else if (output.kind === 'whole') fromReceiver(receiver.handle({ kind: 'stored' }));
      else ends.push(output.kind);
    }
  };
  fromReceiver(receiver.start());
  fromReceiver(receiver.handle({ kind: 'closed' }));
  return { content: Buffer.concat(pieces), ends };
}

describe('SCP', () => {
  for (const sizeBytes of [0, 1, 999, 1000, 1001, 10_000]) {
    it(`moves ${sizeBytes} bytes, whole and byte by byte, with times and without`, () => {
      const content = seededBytes(sizeBytes, sizeBytes);
      for (const [most, timeS] of [[100_000], [1], [1, 1_700_000_000]] as const) {
        const got = moved(content, most, timeS);
        expect(got.ends).to.deep.equal(['done', 'done']);
        expect(Buffer.from(content).equals(got.content)).to.equal(true);
      }
    });
  }

  it('reads its lines byte by byte, and leaves what follows them', () => {
    const lines: readonly (readonly [string, object])[] = [
      ['\0', { kind: 'ok' }],
      ['\x01scp: x: No such file\n', { kind: 'warning', text: 'scp: x: No such file' }],
      ['\x02gone\n', { kind: 'fatal', text: 'gone' }],
      ['C0644 42 a b.bin\n', { kind: 'file', sizeBytes: 42, name: 'a b.bin' }],
      ['D0755 0 dir\n', { kind: 'directory', name: 'dir' }],
      ['E\n', { kind: 'endDirectory' }],
      ['T1700000000 0 1700000000 0\n', { kind: 'times' }],
    ];
    for (const [line, message] of lines) {
      const whole = new ScpReader().read(ascii(`${line}rest`));
      expect(whole.message).to.deep.equal(message);
      expect(text(whole.rest)).to.equal('rest');
      const reader = new ScpReader();
      const read = [...ascii(line)].map((byte) => reader.read(Uint8Array.of(byte)).message);
      expect(read.filter((one) => one !== undefined)).to.deep.equal([message]);
    }
  });

  for (const line of [
    'C0644 42 ../x\n',
    'C0644 42 a/b\n',
    'C0644 42 ..\n',
    'C0644 42 a\0b\n',
    'C0644 42 a\rb\n',
    'C0644 -1 a\n',
    'C0644 9999999999999999999 a\n',
    'C0999 1 a\n',
    'C0644 1 \n',
    'T1 2\n',
    'Ex\n',
    'hello\n',
    `C0644 1 ${'x'.repeat(65_536)}\n`,
  ]) {
    it(`does not believe ${JSON.stringify(line.slice(0, 30))}`, () => {
      const receiver = new ScpReceiver();
      const outputs = receiver.handle({ kind: 'bytes', bytes: ascii(line) });
      expect(outputs.at(-1)).to.include({ kind: 'failed', reason: 'illegal' });
      expect(text(outputs[0]?.kind === 'send' ? outputs[0].bytes : new Uint8Array(0))).to.match(/^\x02scp: .*\n$/);
    });
  }

  it('takes one file and no folders', () => {
    const folder = new ScpReceiver().handle({ kind: 'bytes', bytes: ascii('D0755 0 dir\n') });
    expect(folder.at(-1)).to.include({ kind: 'failed', reason: 'weRefused', message: 'folders are not taken' });
    const receiver = new ScpReceiver();
    receiver.handle({ kind: 'bytes', bytes: encodeFile('a', 1) });
    receiver.handle({ kind: 'accept' });
    receiver.handle({ kind: 'bytes', bytes: ascii('x\0') });
    receiver.handle({ kind: 'stored' });
    const second = receiver.handle({ kind: 'bytes', bytes: encodeFile('b', 1) });
    expect(second.at(-1)).to.include({ kind: 'failed', message: 'one file only' });
  });

  it("passes on the far end's own words, and keeps a file that is short from being one", () => {
    const sender = new ScpSender({ name: 'a', sizeBytes: 1 });
    sender.handle({ kind: 'bytes', bytes: Uint8Array.of(0) });
    const refused = sender.handle({ kind: 'bytes', bytes: encodeError('a: No space left on device') });
    expect(refused.at(-1)).to.include({ kind: 'failed', message: 'scp: a: No space left on device' });
    const receiver = new ScpReceiver();
    receiver.handle({ kind: 'bytes', bytes: encodeFile('a', 10) });
    receiver.handle({ kind: 'accept' });
    receiver.handle({ kind: 'bytes', bytes: ascii('123') });
    expect(receiver.handle({ kind: 'closed' }).at(-1)).to.include({ kind: 'failed', reason: 'closed' });
  });

  it('ends with a sender that is acknowledged too often, and with any bytes', function () {
    const sender = new ScpSender({ name: 'a', sizeBytes: 1 });
    const outputs = sender.handle({ kind: 'bytes', bytes: Uint8Array.of(0, 0, 0) });
    expect(outputs.at(-1)).to.include({ kind: 'failed', reason: 'illegal' });
    const below = seeded(this);
    for (let round = 0; round < 500; round++) {
      const bytes = Uint8Array.from({ length: below(60) }, () => (below(3) === 0 ? below(128) : below(2) * 67));
      const receiver = new ScpReceiver();
      const kinds = receiver.handle({ kind: 'bytes', bytes }).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'failed').length).to.be.at.most(1);
      expect(kinds).to.not.include('data');
    }
  });

  it('understands the command lines of clients, and no others', () => {
    const parsed = (command: string): unknown => {
      const { direction, path, ...flags } = parseScpCommand(command) ?? {};
      return [direction, path, Object.entries(flags).flatMap(([name, is]) => (is ? [name] : []))];
    };
    expect(parsed('scp -f /image.bin')).to.deep.equal(['send', '/image.bin', []]);
    expect(parsed("scp -v -p -t -- '/a b/image.bin'")).to.deep.equal(['receive', '/a b/image.bin', ['withTimes']]);
    expect(parsed('/usr/bin/scp -rtd .')).to.deep.equal(['receive', '.', ['intoFolder', 'recursive']]);
    expect(parsed('scp -f "a\\"b"\\ c')).to.deep.equal(['send', 'a"b c', []]);
    for (const other of [
      '',
      'sh',
      'scp',
      'scp x',
      'scp -f',
      'scp -f a b',
      'scp -tf a',
      'scp -S sh -f a',
      `scp -f ${'x'.repeat(9999)}`,
    ]) {
      expect(parseScpCommand(other), other.slice(0, 20)).to.equal(undefined);
    }
  });
});
