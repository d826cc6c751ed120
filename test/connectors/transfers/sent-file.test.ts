import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { SentFile } from '../../../connectors/transfers/sent-file.js';
import { codeOf } from '../../../core/errors/index.js';
import type { FileSource } from '../../../core/ports/transfer.js';
import { MemorySource } from './memory-source.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('connectors/transfers/sent-file', () => {
  const content = Uint8Array.from({ length: 700_000 }, (_, i) => (i * 7) % 251);

  async function read(file: SentFile): Promise<{ content: Uint8Array; code: string }> {
    const pieces: Uint8Array[] = [];
    try {
      for await (const piece of file.pieces()) pieces.push(piece);
      return { content: Buffer.concat(pieces), code: 'none' };
    } catch (error) {
      return { content: Buffer.concat(pieces), code: codeOf(error) };
    }
  }

  it('gives the whole file and its hash; from the middle there is none', async () => {
    const whole = new SentFile(new MemorySource(content, 600_000), 'ftp');
    expect(sha256((await read(whole)).content)).to.equal(sha256(content));
    expect(whole.finish()).to.deep.equal({ bytes: content.length, sha256: sha256(content) });
    const rest = new SentFile(new MemorySource(content), 'ftp', 123_456);
    expect(sha256((await read(rest)).content)).to.equal(sha256(content.subarray(123_456)));
    expect(rest.finish()).to.deep.equal({ bytes: content.length });
  });

  it('never gives another length than the record has', async () => {
    expect(await read(new SentFile(new MemorySource(content, 1000, content.length + 1), 'ftp'))).to.have.property(
      'code',
      'TRANSFER_INTEGRITY',
    );
    const long = await read(new SentFile(new MemorySource(content, 1000, 1500), 'ftp'));
    expect(long.code).to.equal('TRANSFER_INTEGRITY');
    expect(long.content.length).to.be.at.most(1500);
  });

  it('tells a stored file that changed since it was hashed', async () => {
    const source: FileSource = {
      ...{ fileName: 'a', sizeBytes: content.length, sha256: '0'.repeat(64) },
      open: (range) => new MemorySource(content).open(range),
    };
    const file = new SentFile(source, 'ftp');
    await read(file);
    expect(() => file.finish()).to.throw(`expected ${'0'.repeat(64)}`);
  });
});
