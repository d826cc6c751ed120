import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { XmodemTransfer } from '../../../connectors/transfers/xmodem-transfer.js';
import { codeOf, fail } from '../../../core/errors/index.js';
import type { InBandOptions, TransferResult } from '../../../core/ports/transfer.js';
import { XmodemReceiver } from '../../../protocols/xmodem/receiver.js';
import type { XmodemReceiverInput } from '../../../protocols/xmodem/receiver-io.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MemorySource } from './memory-source.js';
import { ScriptedLine } from './scripted-line.js';

const C = Uint8Array.of(0x43);
const ACK = Uint8Array.of(0x06);
const CAN = 0x18;

/** One transfer under simulated time. */
class Bench {
  readonly clock = new FakeClock();
  readonly line = new ScriptedLine();
  readonly abort = new AbortController();
  readonly progress: number[] = [];
  readonly source: MemorySource;
  readonly received: Uint8Array[] = [];
  result: Promise<TransferResult>;

  constructor(source: MemorySource, options: Partial<InBandOptions> = {}, said = '') {
    this.source = source;
    this.line.said = Buffer.from(said);
    this.result = new XmodemTransfer({ clock: this.clock }).send(this.line, source, {
      method: 'xmodem',
      blockSize: 128,
      stallMs: 120_000,
      totalMs: 900_000,
      signal: this.abort.signal,
      onProgress: ({ bytes }) => this.progress.push(bytes),
      ...options,
    });
    this.result.catch(() => undefined);
  }

  /** Puts an XMODEM receiver at the far end. */
  answer(): void {
    const receiver = new XmodemReceiver({}, this.clock.monotonicMs());
    let cancelTimer = (): void => undefined;
    const feed = (input: XmodemReceiverInput): void => {
      for (const output of receiver.handle(input, this.clock.monotonicMs())) {
        if (output.kind === 'send') this.line.say(output.bytes);
        if (output.kind === 'data') this.received.push(output.bytes);
      }
      cancelTimer();
      const dueMs = receiver.nextDeadlineMs();
      if (dueMs !== undefined) {
        cancelTimer = this.clock.after(dueMs - this.clock.monotonicMs(), () => feed({ kind: 'timer' }));
      }
    };
    this.line.onWritten = (bytes) => feed({ kind: 'bytes', bytes });
    feed({ kind: 'timer' });
  }

  /** Waits for the end; returns the error, and checks that nothing is left behind. */
  async failure(): Promise<Error> {
    const error: unknown = await this.clock.run(this.result).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error);
    this.expectTidy();
    return error as Error;
  }

  expectTidy(): void {
    expect(this.line.readers, 'readers of the line').to.equal(0);
    expect(this.clock.pending, 'timers').to.equal(0);
    expect(this.source.closed, 'open files').to.equal(this.source.opened);
  }
}

describe('connectors/transfers/xmodem-transfer', () => {
  for (const blockSize of [128, 1024] as const) {
    it(`brings a file to a receiver that answers from inside write, in ${blockSize}-byte blocks`, async () => {
      const content = seededBytes(1, 50_001);
      const bench = new Bench(new MemorySource(content, 3000), { blockSize });
      bench.answer();
      const result = await bench.clock.run(bench.result, 60_000);
      const sha256 = createHash('sha256').update(content).digest('hex');
      expect(result).to.include({ bytes: 50_001, sha256, resentBlocks: 0, endAcknowledged: true });
      const received = Buffer.concat(bench.received);
      expect(received.length).to.equal(result.paddedBytes);
      expect(Buffer.compare(received.subarray(0, content.length), content)).to.equal(0);
      expect(bench.progress.at(-1)).to.equal(50_001);
      expect(bench.progress).to.deep.equal([...bench.progress].sort((left, right) => left - right));
    });
  }

  it('pauses before each block for a receiver that empties its input after it has answered', async () => {
    const content = seededBytes(1, 5000);
    const bench = new Bench(new MemorySource(content, 3000), { turnaroundMs: 5 });
    bench.answer();
    const toReceiver = bench.line.onWritten;
    const gaps: number[] = [];
    let answeredAtMs = 0;
    bench.line.onWritten = (bytes) => {
      gaps.push(bench.clock.monotonicMs() - answeredAtMs);
      toReceiver(bytes);
      answeredAtMs = bench.clock.monotonicMs();
    };
    const result = await bench.clock.run(bench.result, 60_000);
    expect(result).to.include({ bytes: 5000, resentBlocks: 0, endAcknowledged: true });
    expect(Buffer.concat(bench.received).subarray(0, content.length).equals(content)).to.equal(true);
    expect(gaps).to.have.lengthOf.at.least(41);
    expect(gaps.filter((gapMs) => gapMs < 5)).to.deep.equal([]);
  });

  it('heeds the first request that came together with the words before it', async () => {
    const bench = new Bench(new MemorySource(seededBytes(2, 100)), {}, '## Ready for binary (xmodem) download...\r\nC');
    await bench.clock.advance(250);
    expect(bench.line.written).to.have.length(1);
    bench.line.say(ACK);
    await bench.clock.advance(10);
    bench.line.say(ACK);
    expect(await bench.clock.run(bench.result)).to.include({ bytes: 100, endAcknowledged: true });
    const finished = new Bench(new MemorySource(seededBytes(2, 100)), {}, 'Vitamin C\r\n');
    await finished.clock.advance(5000);
    expect(finished.line.written, 'a line that is finished is no request').to.have.length(0);
    finished.abort.abort();
    await finished.failure();
  });

  it('breaks off a receiver that was left behind, at once where its request stands on the line', async () => {
    const clock = new FakeClock();
    const line = new ScriptedLine();
    line.said = Buffer.from('Ready to receive file...........C');
    line.onWritten = () => clock.after(1, () => line.say(Buffer.from('\r\nRouter#')));
    const broken = new XmodemTransfer({ clock }).breakOff(line, new AbortController().signal);
    expect(await clock.run(broken)).to.equal('cancelled');
    expect(line.cancelled).to.equal(true);
    expect(clock.monotonicMs(), 'a quarter of a second alone, a second of prompt').to.equal(1251);
    expect(line.readers + clock.pending).to.equal(0);
  });

  it('ends the wait for a receiver that was left behind with the reason of its signal', async () => {
    const clock = new FakeClock();
    const line = new ScriptedLine();
    const abort = new AbortController();
    const broken = new XmodemTransfer({ clock }).breakOff(line, abort.signal);
    broken.catch(() => undefined);
    await clock.advance(1000);
    abort.abort(fail('CONSOLE_LOST', { port: 'n1:1/1', reason: 'the node is stopping' }));
    expect(codeOf(await clock.run(broken).catch((error: unknown) => error))).to.equal('CONSOLE_LOST');
    expect(line.written).to.have.length(0);
    expect(line.readers + clock.pending).to.equal(0);
  });

  it('is aborted by its signal: CANs on the line, and the reason in the error', async () => {
    const bench = new Bench(new MemorySource(seededBytes(2, 5000)));
    bench.line.say(C);
    await bench.clock.advance(1000);
    bench.line.say(ACK);
    bench.abort.abort(new Error('the node is stopping'));
    const error = await bench.failure();
    expect(codeOf(error)).to.equal('TRANSFER_ABORTED');
    expect(error.message).to.equal('xmodem: aborted: the node is stopping');
    expect(bench.line.cancelled).to.equal(true);
  });

  it('cancels the waiting receiver even when it was aborted before it began', async () => {
    const abort = new AbortController();
    abort.abort('drain');
    const bench = new Bench(new MemorySource(seededBytes(2, 5000)), { signal: abort.signal });
    expect(codeOf(await bench.failure())).to.equal('TRANSFER_ABORTED');
    expect(bench.line.cancelled).to.equal(true);
  });

  it('gives up without a receiver after a minute', async () => {
    const bench = new Bench(new MemorySource(seededBytes(3, 5000)));
    expect(codeOf(await bench.failure())).to.equal('TRANSFER_TIMEOUT');
    expect(bench.clock.monotonicMs()).to.equal(60_000);
    expect(bench.line.cancelled).to.equal(true);
  });

  it('ends a stall at its own deadline', async () => {
    const bench = new Bench(new MemorySource(seededBytes(4, 5000)), { stallMs: 30_000 });
    bench.line.say(C);
    await bench.clock.advance(1000);
    bench.line.say(ACK);
    const error = await bench.failure();
    expect(error.message).to.equal('xmodem: no progress for 30 s');
    expect(bench.clock.monotonicMs()).to.equal(31_000);
  });

  it('ends a transfer that is alive but endless at the total time', async () => {
    const bench = new Bench(new MemorySource(seededBytes(5, 100_000)), { totalMs: 60_000 });
    bench.line.onWritten = (bytes) => {
      if (bytes.length > 100) bench.clock.after(9000, () => bench.line.say(ACK));
    };
    bench.line.say(C);
    const error = await bench.clock.run(bench.result).catch((thrown: unknown) => thrown);
    expect(codeOf(error)).to.equal('TRANSFER_TIMEOUT');
    expect(bench.clock.monotonicMs()).to.equal(60_000);
    expect(bench.line.cancelled).to.equal(true);
  });

  it('tells a block that never got through from a receiver that cancelled', async () => {
    const bad = new Bench(new MemorySource(seededBytes(6, 5000)), { stallMs: 600_000 });
    bad.line.say(C);
    const error = await bad.failure();
    expect(codeOf(error)).to.equal('TRANSFER_TRANSPORT');
    expect(error.message).to.contain('the block after 0 bytes was never acknowledged');
    const cancelled = new Bench(new MemorySource(seededBytes(6, 5000)));
    cancelled.line.say(Uint8Array.of(CAN, CAN));
    expect(codeOf(await cancelled.failure())).to.equal('TRANSFER_REFUSED');
  });

  it('ends with the line’s own error when the console is lost or the line is taken', async () => {
    const lost = new Bench(new MemorySource(seededBytes(7, 5000)));
    lost.line.say(C);
    await lost.clock.advance(1000);
    lost.line.lose('the cable was pulled');
    const error = await lost.failure();
    expect(error.message).to.equal('n1:1/1: the console connection was lost: the cable was pulled');
    const fenced = new Bench(new MemorySource(seededBytes(7, 5000)));
    fenced.line.refuseWrites = fail('LINE_FENCED', { port: 'n1:1/1' });
    fenced.line.say(C);
    expect(codeOf(await fenced.failure())).to.equal('LINE_FENCED');
  });

  it('cancels when the stored file is shorter than its record, before any EOT', async () => {
    const bench = new Bench(new MemorySource(seededBytes(8, 1000), 400, 1500));
    bench.answer();
    expect(codeOf(await bench.failure().catch((error: unknown) => error))).to.equal('TRANSFER_INTEGRITY');
    expect(bench.line.written.some((bytes) => bytes.length === 1)).to.equal(false);
    expect(bench.line.cancelled).to.equal(true);
  });

  it('does not wait for ever for a line that takes nothing any more', async () => {
    const bench = new Bench(new MemorySource(seededBytes(9, 5000)));
    bench.line.say(C);
    await bench.clock.advance(1000);
    bench.line.write = () => new Promise(() => undefined);
    bench.abort.abort(new Error('stop'));
    expect(codeOf(await bench.failure())).to.equal('TRANSFER_ABORTED');
    expect(bench.clock.monotonicMs()).to.be.at.most(4000);
  });

  it('reports a lost last acknowledgement as done', async () => {
    const bench = new Bench(new MemorySource(seededBytes(10, 100)));
    bench.line.onWritten = (bytes) => {
      if (bytes.length > 100) bench.line.say(ACK);
    };
    bench.line.say(C);
    const result = await bench.clock.run(bench.result);
    expect(result).to.include({ bytes: 100, paddedBytes: 128, resentBlocks: 0, endAcknowledged: false });
    bench.expectTidy();
  });
});
