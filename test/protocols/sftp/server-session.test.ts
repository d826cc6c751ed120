import { expect } from 'chai';
import { decodeAnswer } from '../../../protocols/sftp/answer.js';
import type { SftpAnswer } from '../../../protocols/sftp/answer.js';
import { FX, FXP, MAX_PACKET_BYTES, OPEN, PacketReader } from '../../../protocols/sftp/packet.js';
import { ServedTree, canonicalName } from '../../../protocols/sftp/served-tree.js';
import { encodePacket } from '../../../protocols/sftp/wire.js';
import type { WireField } from '../../../protocols/sftp/wire.js';
import { seededBytes } from '../xmodem/noisy-line.js';
import { seeded } from '../../support/seeded.js';
import { MemoryServer } from './conversation.js';

const INIT = encodePacket(FXP.init, [{ u32: 3 }]);
const NAME = 'ab/image.bin';

function answers(bytes: Uint8Array): readonly SftpAnswer[] {
  return [...new PacketReader().read(bytes)].map((packet) =>
    packet === 'tooLong' ? { kind: 'malformed', reason: packet } : decodeAnswer(packet),
  );
}

describe('SftpServerSession', () => {
  const ask = (server: MemoryServer, type: number, ...fields: readonly WireField[]): SftpAnswer | undefined =>
    answers(server.answer(encodePacket(type, [{ u32: 7 }, ...fields])))[0];
  const started = (access: 'read' | 'write' = 'read', bytes = 1000): MemoryServer => {
    const server = new MemoryServer(seededBytes(1, bytes), access, NAME);
    server.answer(INIT);
    return server;
  };
  const codeOf = (answer: SftpAnswer | undefined): number | undefined =>
    answer?.kind === 'status' ? answer.code : undefined;

  it('ends a session that does not begin with INIT, or begins twice', () => {
    const early = new MemoryServer(new Uint8Array(9), 'read', NAME);
    early.answer(encodePacket(FXP.stat, [{ u32: 1 }, { text: '/' }]));
    expect(early.events).to.deep.equal([{ kind: 'failed', reason: 'illegal', message: 'stat at the wrong moment' }]);
    const twice = started();
    twice.answer(INIT);
    expect(twice.session.ended).to.equal(true);
  });

  it('believes no packet that is longer than any may be, empty, or cut short', () => {
    for (const bytes of [
      [0xff, 0xff, 0xff, 0xff],
      [0, 0, 0, 0],
      [0, 0, 0, 6, FXP.open, 0, 0, 0, 1, 9],
    ]) {
      const server = started();
      server.answer(Uint8Array.from(bytes));
      expect(server.session.ended, bytes.join()).to.equal(true);
    }
  });

  for (const name of [
    '/etc/passwd',
    '../../../etc/passwd',
    'ab/../../ab/other',
    'ab/image.bin/..\\..',
    'ab/image.bin\0.txt',
    'ab/image.bin\r\n',
    'AB/IMAGE.BIN',
    'x'.repeat(65_536),
    `${'../'.repeat(20_000)}etc/passwd`,
  ]) {
    it(`finds nothing under ${JSON.stringify(name.slice(0, 30))}`, () => {
      const server = started();
      expect(codeOf(ask(server, FXP.open, { text: name }, { u32: OPEN.read }, { u32: 0 }))).to.equal(FX.noSuchFile);
      expect(codeOf(ask(server, FXP.stat, { text: name }))).to.equal(FX.noSuchFile);
      expect(server.events).to.deep.equal([]);
    });
  }

  it('finds the file under every way to write its name', () => {
    const tree = new ServedTree(NAME);
    for (const name of [NAME, `/${NAME}`, './ab/./image.bin', '/../../ab/x/../image.bin', 'ab//image.bin']) {
      expect(tree.find(name), name).to.equal('file');
    }
    expect(tree.find('/')).to.equal('folder');
    expect(tree.find('ab')).to.equal('folder');
    expect(tree.find('ab/image.bin/x')).to.equal(undefined);
    expect(canonicalName('a/../../b/.')).to.equal('/b');
  });

  it('changes no name and knows no other extension', () => {
    const server = started('write');
    for (const type of [FXP.remove, FXP.mkdir, FXP.rmdir, FXP.rename, FXP.symlink]) {
      expect(codeOf(ask(server, type, { text: NAME }, { text: 'x' })), String(type)).to.equal(FX.permissionDenied);
    }
    expect(codeOf(ask(server, FXP.extended, { text: 'posix-rename@openssh.com' }))).to.equal(FX.opUnsupported);
    expect(codeOf(ask(server, 99))).to.equal(FX.opUnsupported);
  });

  it('opens a file for what it was granted for, and no more handles than there are', () => {
    const open = (server: MemoryServer, flags: number): SftpAnswer | undefined =>
      ask(server, FXP.open, { text: NAME }, { u32: flags }, { u32: 0 });
    expect(codeOf(open(started('read'), OPEN.write | OPEN.create))).to.equal(FX.permissionDenied);
    expect(codeOf(open(started('write'), OPEN.read))).to.equal(FX.permissionDenied);
    expect(codeOf(open(started('read'), 0))).to.equal(FX.permissionDenied);
    const server = started('read');
    const kinds = Array.from({ length: 20 }, () => open(server, OPEN.read)?.kind);
    expect(kinds.filter((kind) => kind === 'handle')).to.have.length(16);
    const writer = started('write');
    expect(open(writer, OPEN.write)?.kind).to.equal('handle');
    expect(codeOf(open(writer, OPEN.write))).to.equal(FX.failure);
  });

  it('wants nothing more to read while a hundred requests wait for the file', () => {
    const server = started('read', 5_000_000);
    const handle = ask(server, FXP.open, { text: NAME }, { u32: OPEN.read }, { u32: 0 });
    const name = handle?.kind === 'handle' ? handle.handle : new Uint8Array(0);
    const read = encodePacket(FXP.read, [{ u32: 9 }, { string: name }, { u64: 0 }, { u32: 0xffff_ffff }]);
    const outputs = server.session.handle({
      kind: 'bytes',
      bytes: Buffer.concat(Array.from({ length: 300 }, () => read)),
    });
    expect(outputs.filter(({ kind }) => kind === 'read')).to.have.length(1);
    expect(server.session.wantsInput).to.equal(false);
  });

  it('survives any bytes', function () {
    const below = seeded(this);
    for (let round = 0; round < 300; round++) {
      const server = started(round % 2 === 0 ? 'read' : 'write');
      const packet = encodePacket(below(22), [
        { u32: below(5) },
        { text: NAME.slice(0, below(20)) },
        { u32: below(64) },
        { u64: below(2 ** 32 - 1) },
      ]);
      const bytes = Uint8Array.from(packet, (byte) => (below(40) === 0 ? below(256) : byte));
      const got = server.answer(Buffer.concat([bytes, bytes, bytes.subarray(0, below(bytes.length))]));
      // A list of names is an answer that no client of ours asks for.
      const wrong = answers(got).filter((one) => one.kind === 'malformed' && !one.reason.includes('type 104'));
      expect(wrong).to.deep.equal([]);
      expect(got.length).to.be.lessThan(MAX_PACKET_BYTES);
    }
  });
});
