import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { XmodemTransfer } from '../../../connectors/transfers/xmodem-transfer.js';
import { codeOf } from '../../../core/errors/index.js';
import type { FileSink, InBandMethod, InBandReceived, InBandReceiveOptions } from '../../../core/ports/transfer.js';
import { EOT, encodeBlock } from '../../../protocols/xmodem/block.js';
import { encodeFileHeader, END_OF_BATCH } from '../../../protocols/xmodem/file-header.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MemorySink } from './memory-sink.js';
import { MemorySource } from './memory-source.js';
import { ScriptedLine } from './scripted-line.js';

const ACK = 0x06;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Our receiver at one end of a line in memory; a test, or our sender, at the other. */
class Bench {
  readonly clock = new FakeClock();
  readonly line = new ScriptedLine();
  readonly far = new ScriptedLine();
  readonly abort = new AbortController();
  readonly transfer = new XmodemTransfer({ clock: this.clock });

  constructor() {
    this.line.onWritten = (bytes) => this.clock.after(1, () => this.far.say(bytes));
    this.far.onWritten = (bytes) => this.clock.after(1, () => this.line.say(bytes));
  }

  options(method: InBandMethod, more: Partial<InBandReceiveOptions> = {}): InBandReceiveOptions {
    return {
      method,
      stallMs: 120_000,
      totalMs: 900_000,
      signal: this.abort.signal,
      onProgress: () => undefined,
      ...more,
    };
  }

  receive(method: InBandMethod, sink: FileSink, more: Partial<InBandReceiveOptions> = {}): Promise<InBandReceived> {
    const result = this.transfer.receive(this.line, sink, this.options(method, more));
    result.catch(() => undefined);
    return result;
  }

  send(method: InBandMethod, ...contents: Uint8Array[]): Promise<unknown> {
    const sources = contents.map((content) => new MemorySource(content));
    const sending = this.transfer.sendBatch(this.far, sources, { ...this.options(method), blockSize: 1024 });
    sending.catch(() => undefined);
    return sending;
  }

  async failure(result: Promise<unknown>): Promise<Error> {
    const error: unknown = await this.clock.run(result).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error);
    expect(this.line.readers, 'readers of the line').to.equal(0);
    return error as Error;
  }

  /** Lets the far end say something; what our end answers comes back to `far`. */
  async say(...pieces: Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      this.line.say(piece);
      await this.clock.advance(500);
    }
  }

  get answers(): string {
    return this.line.written.map((bytes) => Buffer.from(bytes).toString('hex')).join(' ');
  }
}

describe('connectors/transfers/in-band-receive', () => {
  const content = Uint8Array.from([...seededBytes(1, 30_000), 0x1a, 0x1a, 0x1a]);

  it('receives by YMODEM what our sender sends: exact, hashed, named', async () => {
    const bench = new Bench();
    const sink = new MemorySink();
    const result = bench.receive('ymodem', sink);
    const sending = bench.send('ymodem', content);
    expect(await bench.clock.run(result)).to.deep.include({
      bytes: content.length,
      sha256: sha256(content),
      paddedBytes: 0,
      fileName: 'image.bin',
    });
    expect(Buffer.compare(sink.content, content)).to.equal(0);
    await bench.clock.run(sending);
    expect(bench.clock.pending).to.equal(0);
  });

  it('receives by XMODEM with the fill, and says how much of it may be fill', async () => {
    const bench = new Bench();
    const sink = new MemorySink();
    const result = bench.receive('xmodem', sink);
    const sending = bench.send('xmodem', content);
    const { bytes, paddedBytes } = await bench.clock.run(result);
    expect(bytes).to.equal(sink.content.length);
    expect(bytes % 128).to.equal(0);
    // The file's own last three bytes look like fill: the caller is told, and decides by length or hash.
    expect(bytes - paddedBytes).to.equal(content.length - 3);
    expect(Buffer.compare(sink.content.subarray(0, content.length), content)).to.equal(0);
    await bench.clock.run(sending);
  });

  it('receives a batch, each file into its own sink', async () => {
    const bench = new Bench();
    const sinks: MemorySink[] = [];
    const contents = [seededBytes(1, 5000), new Uint8Array(0), seededBytes(2, 128)];
    const sinkFor = (): MemorySink => {
      const sink = new MemorySink();
      sinks.push(sink);
      return sink;
    };
    const result = bench.transfer.receiveBatch(bench.line, sinkFor, bench.options('ymodem'));
    const sending = bench.send('ymodem', ...contents);
    const files = await bench.clock.run(result);
    expect(files.map((file) => file.sha256)).to.deep.equal(contents.map(sha256));
    expect(sinks.map((sink) => Buffer.from(sink.content).toString('hex'))).to.deep.equal(
      contents.map((one) => Buffer.from(one).toString('hex')),
    );
    await bench.clock.run(sending);
  });

  it('refuses a second file, and says so to a sender that offers none', async () => {
    const bench = new Bench();
    const result = bench.receive('ymodem', new MemorySink());
    const sending = bench.send('ymodem', seededBytes(1, 10), seededBytes(2, 10));
    expect((await bench.failure(result)).message).to.equal('ymodem: refused: image.bin is not wanted');
    expect(codeOf(await bench.failure(sending))).to.equal('TRANSFER_REFUSED');
    const empty = new Bench();
    const none = empty.receive('ymodem', new MemorySink());
    await empty.say(encodeBlock(0, END_OF_BATCH, 128, 'crc', 0));
    expect(codeOf(await empty.failure(none))).to.equal('TRANSFER_REMOTE_FILE');
  });

  it('cancels a file that is too long: announced, before a byte of it; unannounced, at the first byte too many', async () => {
    const announced = new Bench();
    const sink = new MemorySink({ maxBytes: 1000 });
    const result = announced.receive('ymodem', sink);
    const sending = announced.send('ymodem', seededBytes(1, 5000));
    expect(codeOf(await announced.failure(result))).to.equal('TRANSFER_SPACE');
    expect(codeOf(await announced.failure(sending))).to.equal('TRANSFER_REFUSED');
    expect(sink.content.length).to.equal(0);
    const silent = new Bench();
    const other = silent.receive('xmodem', new MemorySink({ maxBytes: 1000 }));
    const pushing = silent.send('xmodem', seededBytes(1, 5000));
    expect(codeOf(await silent.failure(other))).to.equal('TRANSFER_SPACE');
    expect(codeOf(await silent.failure(pushing))).to.equal('TRANSFER_REFUSED');
  });

  it('acknowledges the end only when all is stored: a full disk in the last block is no success for the sender', async () => {
    const bench = new Bench();
    const sink = new MemorySink();
    sink.write = async () => {
      await bench.clock.sleep(50);
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    const result = bench.receive('xmodem', sink);
    bench.line.say(encodeBlock(1, seededBytes(1, 100), 128, 'crc', 0x1a));
    await bench.clock.advance(10);
    const { written } = bench.line;
    expect(written.at(-1)?.[0]).to.equal(ACK);
    bench.line.say(Uint8Array.of(EOT));
    expect(codeOf(await bench.failure(result))).to.equal('TRANSFER_SPACE');
    expect(bench.line.cancelled).to.equal(true);
  });

  it('holds its acknowledgements back when the store is slow, and stays in order', async () => {
    const bench = new Bench();
    const sink = new MemorySink();
    const write = sink.write.bind(sink);
    let most = 0;
    sink.write = async (bytes) => {
      await bench.clock.sleep(60);
      await write(bytes);
    };
    const big = seededBytes(3, 200_000);
    const result = bench.receive('ymodem', sink);
    const sending = bench.transfer.send(bench.far, new MemorySource(big), {
      ...bench.options('ymodem', { onProgress: ({ bytes }) => (most = Math.max(most, bytes - sink.bytes)) }),
      blockSize: 1024,
    });
    const { sha256: hash } = await bench.clock.run(result);
    expect(hash).to.equal(sha256(big));
    expect(most, 'acknowledged and not stored').to.be.within(50_000, 70_000);
    await bench.clock.run(sending);
  });

  it('ends when it is stopped, when nothing comes, and when the line is lost', async () => {
    const stopped = new Bench();
    const result = stopped.receive('ymodem', new MemorySink());
    await stopped.say(encodeBlock(0, encodeFileHeader({ fileName: 'f', sizeBytes: 500 }), 128, 'crc', 0));
    stopped.abort.abort(new Error('the node is stopping'));
    expect(codeOf(await stopped.failure(result))).to.equal('TRANSFER_ABORTED');
    expect(stopped.line.cancelled).to.equal(true);
    const silent = new Bench();
    const nothing = silent.receive('xmodem', new MemorySink());
    expect((await silent.failure(nothing)).message).to.equal('xmodem: no sender after 0 bytes');
    const stalled = new Bench();
    const stall = stalled.receive('xmodem', new MemorySink(), { stallMs: 20_000 });
    await stalled.say(encodeBlock(1, seededBytes(1, 128), 128, 'crc', 0x1a));
    expect((await stalled.failure(stall)).message).to.equal('xmodem: no progress for 20 s');
    expect(stalled.clock.monotonicMs()).to.equal(20_000);
    const lost = new Bench();
    const gone = lost.receive('xmodem', new MemorySink());
    lost.line.lose('the cable was pulled');
    expect(codeOf(await lost.failure(gone))).to.equal('CONSOLE_LOST');
  });

  it('breaks off a stream that the store cannot follow', async () => {
    const bench = new Bench();
    const sink = new MemorySink();
    sink.write = () => bench.clock.sleep(3_600_000);
    const result = bench.receive('ymodem', sink, { streaming: true });
    await bench.say(encodeBlock(0, encodeFileHeader({ fileName: 'f', sizeBytes: 10_000_000 }), 128, 'crc', 0));
    for (let number = 1; number <= 4200; number += 1) {
      bench.line.say(encodeBlock(number, seededBytes(1, 1), 1024, 'crc', 0));
    }
    expect((await bench.failure(result)).message).to.contain('the line is faster than the file store');
    expect(bench.line.cancelled).to.equal(true);
  });
});
