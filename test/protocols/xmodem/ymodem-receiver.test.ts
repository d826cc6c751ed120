import { expect } from 'chai';
import { CAN, EOT, encodeBlock } from '../../../protocols/xmodem/block.js';
import type { BlockSize } from '../../../protocols/xmodem/block.js';
import { encodeFileHeader, END_OF_BATCH } from '../../../protocols/xmodem/file-header.js';
import type { FileHeader } from '../../../protocols/xmodem/file-header.js';
import type { YmodemReceiverOptions, YmodemReceiverOutput } from '../../../protocols/xmodem/ymodem-io.js';
import { YmodemReceiver } from '../../../protocols/xmodem/ymodem-receiver.js';
import { seededBytes } from './noisy-line.js';

const C = 'C';
const content = seededBytes(1, 4096);
const header = (file: FileHeader): Uint8Array => encodeBlock(0, encodeFileHeader(file), 128, 'crc', 0);
const block = (number: number, size: BlockSize = 128): Uint8Array =>
  encodeBlock(number, content.subarray(0, size), size, 'crc', 0x1a);
const endOfBatch = encodeBlock(0, END_OF_BATCH, 128, 'crc', 0);

/** A receiver with a hand-turned clock. */
class Bench {
  readonly receiver: YmodemReceiver;
  readonly outputs: YmodemReceiverOutput[] = [];
  nowMs = 0;

  constructor(options: YmodemReceiverOptions = {}) {
    this.receiver = new YmodemReceiver(options, 0);
    this.timeout();
  }

  #take(outputs: readonly YmodemReceiverOutput[]): string[] {
    this.outputs.push(...outputs);
    return outputs.map((output) => {
      if (output.kind === 'send') return sign(output.bytes);
      return output.kind === 'data' ? `data:${output.bytes.length}` : output.kind;
    });
  }

  receive(...bytes: number[]): string[] {
    return this.#take(this.receiver.handle({ kind: 'bytes', bytes: Uint8Array.from(bytes) }, this.nowMs));
  }

  timeout(): string[] {
    this.nowMs = this.receiver.nextDeadlineMs() ?? this.nowMs;
    return this.#take(this.receiver.handle({ kind: 'timer' }, this.nowMs));
  }
}

function sign(bytes: Uint8Array): string {
  if (bytes.length > 1) return 'CANs';
  return { 0x06: 'ACK', 0x15: 'NAK', 0x43: 'C', 0x47: 'G' }[bytes[0] ?? 0] ?? String(bytes[0]);
}

describe('protocols/xmodem/ymodem-receiver', () => {
  it('takes a batch: headers, contents cut to their length, and the end', () => {
    const bench = new Bench();
    expect(bench.outputs.length).to.equal(1);
    expect(bench.receive(...header({ fileName: 'a', sizeBytes: 130 }))).to.deep.equal(['file', 'ACK', C]);
    expect(bench.receive(...block(1))).to.deep.equal(['data:128', 'ACK']);
    expect(bench.receive(...block(2))).to.deep.equal(['data:2', 'ACK']);
    expect(bench.receive(EOT)).to.deep.equal([]);
    expect(bench.timeout()).to.deep.equal(['NAK']);
    bench.receive(EOT);
    expect(bench.timeout()).to.deep.equal(['ACK', 'fileDone', C]);
    expect(bench.receive(...header({ fileName: 'b', sizeBytes: 0 }))).to.deep.equal(['file', 'ACK', C]);
    bench.receive(EOT);
    bench.timeout();
    bench.receive(EOT);
    expect(bench.timeout()).to.deep.equal(['ACK', 'fileDone', C]);
    expect(bench.receive(...endOfBatch)).to.deep.equal(['ACK', 'done']);
    expect(bench.outputs.at(-1)).to.deep.equal({ kind: 'done', files: 2, closed: true });
  });

  it('acknowledges a header again when its acknowledgement was lost, and asks again', () => {
    const bench = new Bench();
    const first = header({ fileName: 'a', sizeBytes: 10 });
    bench.receive(...first);
    expect(bench.receive(...first)).to.deep.equal(['ACK']);
    expect(bench.timeout()).to.deep.equal([C]);
    expect(bench.receive(...block(1))).to.deep.equal(['data:10', 'ACK']);
  });

  it('acknowledges an EOT again when its acknowledgement was lost', () => {
    const bench = new Bench();
    bench.receive(...header({ fileName: 'a', sizeBytes: 10 }));
    bench.receive(...block(1));
    bench.receive(EOT);
    bench.timeout();
    bench.receive(EOT);
    expect(bench.timeout()).to.deep.equal(['ACK', 'fileDone', C]);
    bench.receive(EOT);
    expect(bench.timeout()).to.deep.equal(['ACK', C]);
    expect(bench.receive(...endOfBatch)).to.deep.equal(['ACK', 'done']);
  });

  it('refuses a header that names no file, and a file that ends before its length', () => {
    const folder = new Bench();
    const payload = new Uint8Array(128);
    payload.set(new TextEncoder().encode('a/'));
    expect(folder.receive(...encodeBlock(0, payload, 128, 'crc', 0))).to.deep.equal(['ACK', 'CANs', 'failed']);
    expect(folder.outputs.at(-1)).to.include({ reason: 'badHeader' });
    const short = new Bench();
    short.receive(...header({ fileName: 'a', sizeBytes: 200 }));
    short.receive(...block(1));
    short.receive(EOT);
    short.timeout();
    short.receive(EOT);
    expect(short.timeout()).to.deep.equal(['ACK', 'CANs', 'failed']);
    expect(short.outputs.at(-1)).to.include({ reason: 'shortFile', detail: 'it ended after 128 of 200 bytes' });
  });

  it('keeps the fill where no length was told, and says how much it may be', () => {
    const bench = new Bench();
    bench.receive(...header({ fileName: 'a' }));
    bench.receive(...encodeBlock(1, content.subarray(0, 100), 128, 'crc', 0x1a));
    bench.receive(EOT);
    bench.timeout();
    bench.receive(EOT);
    bench.timeout();
    expect(bench.outputs.find((output) => output.kind === 'fileDone')).to.include({ bytes: 128, paddedBytes: 28 });
  });

  it('is content with a whole file whose sender goes away, and says so', () => {
    const bench = new Bench();
    bench.receive(...header({ fileName: 'a', sizeBytes: 10 }));
    bench.receive(...block(1));
    bench.receive(EOT);
    bench.timeout();
    bench.receive(EOT);
    bench.timeout();
    for (let request = 0; request < 3; request += 1) expect(bench.timeout()).to.deep.equal([C]);
    expect(bench.timeout()).to.deep.equal(['CANs', 'done']);
    expect(bench.outputs.at(-1)).to.deep.equal({ kind: 'done', files: 1, closed: false });
  });

  it('stops on CAN CAN, and breaks off itself', () => {
    const bench = new Bench();
    bench.receive(...header({ fileName: 'a', sizeBytes: 500 }));
    bench.receive(...block(1));
    expect(bench.receive(CAN, CAN)).to.deep.equal(['failed']);
    expect(bench.outputs.at(-1)).to.include({ reason: 'cancelled', bytes: 128 });
    const other = new Bench();
    expect(other.receiver.handle({ kind: 'abort' }, 0).map((output) => output.kind)).to.deep.equal(['send', 'failed']);
  });

  describe('streaming (YMODEM-g)', () => {
    it('asks with G and acknowledges nothing but the end', () => {
      const bench = new Bench({ streaming: true });
      expect(bench.outputs.map((output) => output.kind === 'send' && sign(output.bytes))).to.deep.equal(['G']);
      expect(bench.receive(...header({ fileName: 'a', sizeBytes: 1152 }))).to.deep.equal(['file', 'G']);
      expect(bench.receive(...block(1, 1024), ...block(2))).to.deep.equal(['data:1024', 'data:128']);
      bench.receive(EOT);
      expect(bench.timeout()).to.deep.equal(['ACK', 'fileDone', 'G']);
      expect(bench.receive(...endOfBatch)).to.deep.equal(['done']);
    });

    it('breaks off at the first fault', () => {
      const bench = new Bench({ streaming: true });
      bench.receive(...header({ fileName: 'a', sizeBytes: 1152 }));
      const bad = block(1);
      bad[50] = (bad[50] ?? 0) ^ 4;
      expect(bench.receive(...bad)).to.deep.equal(['CANs', 'failed']);
      expect(bench.outputs.at(-1)).to.include({ reason: 'damaged' });
      const silent = new Bench({ streaming: true });
      silent.receive(...header({ fileName: 'a', sizeBytes: 1152 }));
      silent.receive(...block(1));
      expect(silent.timeout()).to.deep.equal(['CANs', 'failed']);
    });
  });
});
