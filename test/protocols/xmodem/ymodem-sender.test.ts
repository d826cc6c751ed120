import { expect } from 'chai';
import { ACK, CAN, EOT, NAK, decodeBlock } from '../../../protocols/xmodem/block.js';
import type { FileHeader } from '../../../protocols/xmodem/file-header.js';
import type { YmodemSenderInput, YmodemSenderOutput } from '../../../protocols/xmodem/ymodem-io.js';
import { YmodemSender } from '../../../protocols/xmodem/ymodem-sender.js';
import { seededBytes } from './noisy-line.js';

const C = 0x43;
const text = (value: string): number[] => [...new TextEncoder().encode(value)];

/** A sender with its files at hand and a hand-turned clock. */
class Bench {
  readonly sender: YmodemSender;
  readonly outputs: YmodemSenderOutput[] = [];
  nowMs = 0;
  readonly #contents: readonly Uint8Array[];
  readonly #offsets: number[];

  constructor(...lengths: number[]) {
    this.#contents = lengths.map((length, index) => seededBytes(index, length));
    this.#offsets = lengths.map(() => 0);
    const files = lengths.map((sizeBytes, index): FileHeader => ({ fileName: `f${index}`, sizeBytes }));
    this.sender = new YmodemSender({ files, blockSize: 128 }, 0);
    this.input({ kind: 'timer' });
  }

  input(input: YmodemSenderInput): string[] {
    const batch = [...this.sender.handle(input, this.nowMs)];
    for (let at = 0; at < batch.length; at += 1) {
      const output = batch[at];
      if (output?.kind !== 'needData') continue;
      const from = this.#offsets[output.file] ?? 0;
      const bytes = this.#contents[output.file]?.subarray(from, from + output.maxBytes) ?? new Uint8Array(0);
      this.#offsets[output.file] = from + bytes.length;
      const last = from + bytes.length >= (this.#contents[output.file]?.length ?? 0);
      batch.push(...this.sender.handle({ kind: 'data', bytes, last }, this.nowMs));
    }
    this.outputs.push(...batch);
    return batch.flatMap(told);
  }

  receive(...bytes: number[]): string[] {
    this.nowMs += 20;
    return this.input({ kind: 'bytes', bytes: Uint8Array.from(bytes) });
  }

  timeout(): string[] {
    this.nowMs = this.sender.nextDeadlineMs() ?? this.nowMs;
    return this.input({ kind: 'timer' });
  }

  /** A receiver that asks, waits a moment, and is heard. */
  request(...bytes: number[]): string[] {
    return [...this.receive(...bytes), ...this.timeout()];
  }
}

function told(output: YmodemSenderOutput): string[] {
  if (output.kind === 'done' || output.kind === 'failed') return [output.kind];
  if (output.kind !== 'send') return [];
  if (output.bytes.length === 1) return [output.bytes[0] === EOT ? 'EOT' : String(output.bytes[0])];
  if (output.bytes[0] === CAN) return ['CANs'];
  const block = decodeBlock(output.bytes, 'crc');
  if (block.kind !== 'block') return ['?'];
  const name = block.number === 0 ? `:${new TextDecoder().decode(block.payload).split('\0')[0] ?? ''}` : '';
  return [`${block.number}${name}`];
}

describe('protocols/xmodem/ymodem-sender', () => {
  it('sends headers, contents and the empty header that ends the batch', () => {
    const bench = new Bench(200, 100);
    expect(bench.request(C)).to.deep.equal(['0:f0']);
    expect(bench.request(ACK, C)).to.deep.equal(['1']);
    expect(bench.receive(ACK)).to.deep.equal(['2']);
    expect(bench.receive(ACK)).to.deep.equal(['EOT']);
    expect(bench.receive(NAK)).to.deep.equal(['EOT']);
    expect(bench.request(ACK, C)).to.deep.equal(['0:f1']);
    expect(bench.receive(ACK)).to.deep.equal([]);
    expect(bench.request(C)).to.deep.equal(['1']);
    expect(bench.receive(ACK)).to.deep.equal(['EOT']);
    expect(bench.request(ACK, C)).to.deep.equal(['0:']);
    expect(bench.receive(ACK)).to.deep.equal(['done']);
    const done = { kind: 'done', bytes: 300, paddedBytes: 384, resentBlocks: 0, eotAcknowledged: true };
    expect(bench.outputs.at(-1)).to.deep.equal(done);
    expect(bench.sender.nextDeadlineMs()).to.equal(undefined);
  });

  it('sends the content unasked where the second request was lost', () => {
    const bench = new Bench(100);
    bench.request(C);
    expect(bench.receive(ACK)).to.deep.equal([]);
    const beforeMs = bench.nowMs;
    expect(bench.timeout()).to.deep.equal(['1']);
    expect(bench.nowMs - beforeMs).to.equal(1000);
  });

  it('repeats a refused header whole', () => {
    const bench = new Bench(100);
    bench.request(C);
    for (let nak = 0; nak < 5; nak += 1) expect(bench.receive(NAK)).to.deep.equal(['0:f0']);
  });

  it('sends an empty file as header and EOT', () => {
    const bench = new Bench(0);
    bench.request(C);
    expect(bench.request(ACK, C)).to.deep.equal(['EOT']);
  });

  describe('at the end of the batch', () => {
    const atEnd = (): Bench => {
      const bench = new Bench(100);
      bench.request(C);
      bench.request(ACK, C);
      expect(bench.receive(ACK)).to.deep.equal(['EOT']);
      return bench;
    };

    it('is content with a receiver that asks for no further header', () => {
      const bench = atEnd();
      expect(bench.request(ACK)).to.deep.equal(['done']);
      expect(bench.outputs.at(-1)).to.include({ bytes: 100, eotAcknowledged: true });
    });

    it('types nothing into a command line that is back', () => {
      const bench = atEnd();
      expect(bench.request(ACK, C)).to.deep.equal(['0:']);
      expect(bench.receive(...text('\r\n## Total Size = 0x64\r\n=> '))).to.deep.equal(['done']);
      const silent = atEnd();
      expect(silent.receive(ACK, ...text('\r\n## Total Size = 0x64\r\n=> '))).to.deep.equal([]);
      expect(silent.timeout()).to.deep.equal(['done']);
    });

    it('sends no CANs to a receiver that keeps silent', () => {
      const bench = atEnd();
      bench.request(ACK, C);
      expect(bench.timeout()).to.deep.equal(['0:']);
      expect(bench.timeout()).to.deep.equal(['done']);
    });

    it('is no success where it was broken off', () => {
      const bench = atEnd();
      bench.request(ACK, C);
      expect(bench.input({ kind: 'abort' })).to.deep.equal(['CANs', 'failed']);
      expect(bench.outputs.at(-1)).to.include({ reason: 'aborted' });
      const cancelled = atEnd();
      cancelled.request(ACK, C);
      expect(cancelled.receive(CAN, CAN)).to.deep.equal(['failed']);
    });
  });

  it('says so when the receiver takes one file and wants no other', () => {
    const bench = new Bench(100, 100);
    bench.request(C);
    bench.request(ACK, C);
    bench.receive(ACK);
    expect(bench.receive(ACK)).to.deep.equal([]);
    expect(bench.timeout()).to.deep.equal(['CANs', 'failed']);
    expect(bench.outputs.at(-1)).to.deep.equal({ kind: 'failed', reason: 'unfinished', bytes: 100 });
  });

  it('stops on CAN CAN in any part, and gives up without a receiver', () => {
    const bench = new Bench(1000);
    bench.request(C);
    expect(bench.receive(CAN, CAN)).to.deep.equal(['failed']);
    expect(bench.outputs.at(-1)).to.include({ reason: 'cancelled' });
    const alone = new Bench(1000);
    expect(alone.timeout()).to.deep.equal(['CANs', 'failed']);
    expect(alone.nowMs).to.equal(60_000);
  });
});
