import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { ReceivedFile, sinkError } from '../../../connectors/transfers/received-file.js';
import { codeOf, fail } from '../../../core/errors/index.js';
import type { MovedFile } from '../../../core/ports/transfer.js';
import { watched } from '../../../core/transfer-watch.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MemorySink } from './memory-sink.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('connectors/transfers/received-file', () => {
  const content = Uint8Array.from({ length: 700_000 }, (_, i) => (i * 7) % 251);
  let abort: AbortController;

  const receive = (sink: MemorySink, work: (file: ReceivedFile) => Promise<MovedFile>): Promise<MovedFile> =>
    watched(
      {
        method: 'http',
        clock: new FakeClock(),
        options: { stallMs: 1000, totalMs: 1000, signal: abort.signal, onProgress: () => undefined },
      },
      (watch) => work(new ReceivedFile(sink, watch)),
    );
  const codeOfFailure = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'none', codeOf);

  beforeEach(() => {
    abort = new AbortController();
  });

  it('takes a file, tells its length and hash, and forgets what the sink held', async () => {
    const sink = new MemorySink({ held: new Uint8Array(10).fill(1) });
    const moved = await receive(sink, async (file) => {
      await file.begin(0, content.length);
      await file.write(content);
      return file.finish(content.length);
    });
    expect(moved).to.deep.equal({ bytes: content.length, sha256: sha256(content) });
    expect(sha256(sink.content)).to.equal(sha256(content));
  });

  it('builds on what the sink held, and then knows no hash', async () => {
    const sink = new MemorySink({ held: content.subarray(0, 300_000) });
    const moved = await receive(sink, async (file) => {
      await file.begin(300_000, content.length);
      await file.write(content.subarray(300_000));
      return file.finish(content.length);
    });
    expect(moved).to.deep.equal({ bytes: content.length });
    expect(sha256(sink.content)).to.equal(sha256(content));
  });

  it('refuses what is longer than the sink takes, told before or found on the way', async () => {
    const told = receive(new MemorySink({ maxBytes: 1000 }), async (file) => {
      await file.begin(0, 1001);
      return file.finish();
    });
    expect(await codeOfFailure(told)).to.equal('TRANSFER_SPACE');
    const found = new MemorySink({ maxBytes: 1000 });
    const tooLong = receive(found, async (file) => {
      await file.begin(0);
      await file.write(new Uint8Array(1000));
      await file.write(new Uint8Array(1));
      return file.finish();
    });
    expect(await codeOfFailure(tooLong)).to.equal('TRANSFER_SPACE');
    expect(found.bytes).to.equal(1000);
  });

  it('calls a full disk space, also behind an error of the store; other refusals keep their code', async () => {
    const full = receive(new MemorySink({ fullAtBytes: 500 }), async (file) => {
      await file.write(new Uint8Array(501));
      return file.finish();
    });
    expect(await codeOfFailure(full)).to.equal('TRANSFER_SPACE');
    const quota = Object.assign(new Error('quota'), { code: 'EDQUOT' });
    expect(sinkError('ftp', fail('STORE_FAILED', { reason: 'quota' }, quota)).code).to.equal('TRANSFER_SPACE');
    expect(sinkError('ftp', fail('STORE_CLOSED')).code).to.equal('STORE_CLOSED');
    expect(sinkError('ftp', new Error('EIO')).code).to.equal('STORE_FAILED');
  });

  it('says so where another length came than was told', async () => {
    const short = receive(new MemorySink(), async (file) => {
      await file.write(new Uint8Array(9));
      return file.finish(10);
    });
    expect(await codeOfFailure(short)).to.equal('TRANSFER_INTEGRITY');
  });

  it('writes nothing after the transfer was broken off', async () => {
    const sink = new MemorySink();
    const late = receive(sink, async (file) => {
      await file.write(new Uint8Array(5));
      abort.abort(new Error('stop'));
      await file.write(new Uint8Array(5));
      return file.finish();
    });
    expect(await codeOfFailure(late)).to.equal('TRANSFER_ABORTED');
    expect(sink.bytes).to.equal(5);
  });

  it('is a stream for libraries that want one', async () => {
    const sink = new MemorySink();
    const moved = await receive(sink, async (file) => {
      await pipeline([content.subarray(0, 5), content.subarray(5)], file.stream());
      return file.finish();
    });
    expect(moved.sha256).to.equal(sha256(content));
    const full = receive(new MemorySink({ fullAtBytes: 1 }), async (file) => {
      await pipeline([content], file.stream());
      return file.finish();
    });
    expect(await codeOfFailure(full)).to.equal('TRANSFER_SPACE');
  });
});
