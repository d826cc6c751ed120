import { expect } from 'chai';
import { ACK, CAN, EOT, NAK, encodeBlock } from '../../../protocols/xmodem/block.js';
import type { BlockSize, Check } from '../../../protocols/xmodem/block.js';
import { XmodemReceiver } from '../../../protocols/xmodem/receiver.js';
import type { XmodemReceiverOptions, XmodemReceiverOutput } from '../../../protocols/xmodem/receiver-io.js';
import { seededBytes } from './noisy-line.js';

const C = 0x43;
const payload = seededBytes(1, 1024);
const block = (number: number, size: BlockSize = 128, check: Check = 'crc'): Uint8Array =>
  encodeBlock(number, payload.subarray(0, size), size, check, 0x1a);

/** A receiver with a hand-turned clock. */
class Bench {
  readonly receiver: XmodemReceiver;
  readonly outputs: XmodemReceiverOutput[] = [];
  nowMs = 0;

  constructor(options: XmodemReceiverOptions = {}) {
    this.receiver = new XmodemReceiver(options, 0);
    this.timeout();
  }

  #take(outputs: readonly XmodemReceiverOutput[]): string[] {
    this.outputs.push(...outputs);
    return outputs.map((output) => {
      if (output.kind === 'send') return output.bytes.length === 1 ? String(output.bytes[0]) : 'CANs';
      return output.kind === 'data' ? `data:${String(output.bytes.length)}` : output.kind;
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

describe('protocols/xmodem/receiver', () => {
  it('asks with C, then with NAK, then gives up', () => {
    const bench = new Bench();
    for (let request = 1; request < 20; request += 1) {
      expect(bench.timeout()).to.deep.equal([String(request < 6 ? C : NAK)]);
    }
    expect(bench.timeout()).to.deep.equal(['CANs', 'failed']);
    expect(bench.nowMs).to.equal(60_000);
    expect(bench.outputs.at(-1)).to.include({ reason: 'noStart' });
  });

  it('takes mixed block sizes, whole, byte by byte, and with noise between', () => {
    for (const step of [1, 7, 5000]) {
      const bench = new Bench();
      const wire = [...new TextEncoder().encode('CC log\r\n'), ...block(1, 1024), ...block(2, 128)];
      for (let at = 0; at < wire.length; at += step) bench.receive(...wire.slice(at, at + step));
      const data = bench.outputs.filter((output) => output.kind === 'data');
      expect(data.map((output) => output.bytes.length)).to.deep.equal([1024, 128]);
      expect([...(data[0]?.bytes ?? [])]).to.deep.equal([...payload]);
    }
  });

  it('takes checksum blocks when it asked for them', () => {
    const bench = new Bench({ crc: false });
    expect(bench.receive(...block(1, 128, 'sum'))).to.deep.equal(['data:128', String(ACK)]);
  });

  it('acknowledges a repeated block and drops it; aborts on a foreign one', () => {
    const bench = new Bench();
    bench.receive(...block(1));
    expect(bench.receive(...block(1))).to.deep.equal([String(ACK)]);
    expect(bench.receive(...block(3))).to.deep.equal(['CANs', 'failed']);
    expect(bench.outputs.at(-1)).to.include({ reason: 'outOfSequence', bytes: 128 });
  });

  it('wraps the number after 255', () => {
    const bench = new Bench();
    for (let number = 1; number <= 300; number += 1) {
      expect(bench.receive(...block(number))).to.deep.equal(['data:128', String(ACK)]);
    }
  });

  it('refuses a corrupt block only when the line is quiet', () => {
    const bench = new Bench();
    const bad = block(1);
    bad[60] = (bad[60] ?? 0) ^ 1;
    expect(bench.receive(...bad, 0x55, 0x01)).to.deep.equal([]);
    expect(bench.timeout()).to.deep.equal([String(NAK)]);
    expect(bench.receive(...block(1))).to.deep.equal(['data:128', String(ACK)]);
  });

  it('refuses a block that stops in the middle after one second', () => {
    const bench = new Bench();
    bench.receive(...block(1).subarray(0, 100));
    const before = bench.nowMs;
    expect(bench.timeout()).to.deep.equal([String(NAK)]);
    expect(bench.nowMs - before).to.equal(1000);
  });

  it('asks again each ten seconds when blocks stay away, ten times', () => {
    const bench = new Bench();
    bench.receive(...block(1));
    for (let retry = 0; retry < 10; retry += 1) expect(bench.timeout()).to.deep.equal([String(NAK)]);
    expect(bench.timeout()).to.deep.equal(['CANs', 'failed']);
    expect(bench.nowMs).to.equal(110_000);
  });

  it('doubts the first EOT, believes the second, and counts the fill', () => {
    const bench = new Bench();
    bench.receive(...encodeBlock(1, payload.subarray(0, 100), 128, 'crc', 0x1a));
    bench.receive(EOT);
    expect(bench.timeout()).to.deep.equal([String(NAK)]);
    bench.receive(EOT);
    expect(bench.timeout()).to.deep.equal([String(ACK), 'done']);
    expect(bench.outputs.at(-1)).to.include({ bytes: 128, paddedBytes: 28 });
  });

  it('takes an EOT inside noise for noise', () => {
    const bench = new Bench({ nakFirstEot: false });
    bench.receive(...block(1));
    expect(bench.receive(0x55, EOT, 0x33)).to.deep.equal([]);
    expect(bench.timeout()).to.deep.equal([String(NAK)]);
    bench.receive(EOT);
    expect(bench.timeout()).to.deep.equal([String(ACK), 'done']);
  });

  it('refuses a block whose head was lost as soon as the line is quiet', () => {
    const bench = new Bench();
    bench.receive(...block(1));
    expect(bench.receive(...new Uint8Array(131).fill(0x55))).to.deep.equal([]);
    const beforeMs = bench.nowMs;
    expect(bench.timeout()).to.deep.equal([String(NAK)]);
    expect(bench.nowMs - beforeMs, 'a line without gaps').to.equal(30);
  });

  it('takes CANs of a file for content where the head of their block was lost, and for a stop after text', () => {
    const bench = new Bench();
    bench.receive(...block(1));
    const cans = encodeBlock(2, new Uint8Array(128).fill(CAN), 128, 'crc', 0x1a);
    expect(bench.receive(...cans.subarray(1))).to.deep.equal([]);
    expect(bench.timeout()).to.deep.equal([String(NAK)]);
    expect(bench.receive(...cans)).to.deep.equal(['data:128', String(ACK)]);
    expect(bench.receive(...new TextEncoder().encode('\r\nlog\r\n'), CAN, CAN)).to.deep.equal(['failed']);
  });

  it('stops on CAN CAN between blocks, and aborts with CANs itself', () => {
    const bench = new Bench();
    bench.receive(CAN, CAN);
    expect(bench.outputs.at(-1)).to.include({ kind: 'failed', reason: 'cancelled' });
    const other = new Bench();
    expect(other.receiver.handle({ kind: 'abort' }, 0).map((output) => output.kind)).to.deep.equal(['send', 'failed']);
  });
});
