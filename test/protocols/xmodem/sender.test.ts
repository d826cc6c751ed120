import { expect } from 'chai';
import { ACK, CAN, EOT, NAK, decodeBlock } from '../../../protocols/xmodem/block.js';
import { XmodemSender } from '../../../protocols/xmodem/sender.js';
import type {
  XmodemSenderInput,
  XmodemSenderOptions,
  XmodemSenderOutput,
} from '../../../protocols/xmodem/sender-io.js';
import { seededBytes } from './noisy-line.js';

const C = 0x43;
const text = (value: string): number[] => [...new TextEncoder().encode(value)];

/** A sender with its source at hand and a hand-turned clock; what it sent is `wire`. */
class Bench {
  readonly sender: XmodemSender;
  readonly outputs: XmodemSenderOutput[] = [];
  nowMs = 1000;
  #offset = 0;
  readonly #file: Uint8Array;

  constructor(file: Uint8Array, options: Partial<XmodemSenderOptions> = {}) {
    this.#file = file;
    this.sender = new XmodemSender({ blockSize: 128, ...options }, this.nowMs);
    this.input({ kind: 'timer' });
  }

  /** Everything that one input brought forth. */
  input(input: XmodemSenderInput): XmodemSenderOutput[] {
    const batch = [...this.sender.handle(input, this.nowMs)];
    for (let at = 0; at < batch.length; at += 1) {
      const output = batch[at];
      if (output?.kind !== 'needData') continue;
      const bytes = this.#file.subarray(this.#offset, this.#offset + output.maxBytes);
      this.#offset += bytes.length;
      const last = this.#offset >= this.#file.length;
      batch.push(...this.sender.handle({ kind: 'data', bytes, last }, this.nowMs));
    }
    this.outputs.push(...batch);
    return batch;
  }

  /** The answer comes after 20 ms, as over a wire. */
  receive(...bytes: number[]): XmodemSenderOutput[] {
    this.nowMs += 20;
    return this.input({ kind: 'bytes', bytes: Uint8Array.from(bytes) });
  }

  /** Lets the next deadline come. */
  timeout(): XmodemSenderOutput[] {
    this.nowMs = this.sender.nextDeadlineMs() ?? this.nowMs;
    return this.input({ kind: 'timer' });
  }

  start(): XmodemSenderOutput[] {
    this.receive(C);
    return this.timeout();
  }
}

/** Number and size of each block in a batch, or the byte sent alone. */
function sent(batch: readonly XmodemSenderOutput[]): string[] {
  return batch.flatMap((output) => {
    if (output.kind !== 'send') return [];
    if (output.bytes.length === 1) return [output.bytes[0] === EOT ? 'EOT' : String(output.bytes[0])];
    if (output.bytes[0] === CAN) return ['CANs'];
    for (const check of ['crc', 'sum'] as const) {
      const block = decodeBlock(output.bytes, check);
      if (block.kind === 'block') return [`${String(block.number)}:${String(block.payload.length)}:${check}`];
    }
    return ['?'];
  });
}

const endOf = (bench: Bench): XmodemSenderOutput | undefined => bench.outputs.at(-1);

describe('protocols/xmodem/sender', () => {
  it('starts with CRC on a lone C, with the checksum on NAK', () => {
    const crc = new Bench(seededBytes(1, 300));
    expect(crc.receive(C)).to.deep.equal([]);
    expect(sent(crc.timeout())).to.deep.equal(['1:128:crc']);
    const sum = new Bench(seededBytes(1, 300));
    expect(sent(sum.receive(NAK))).to.deep.equal(['1:128:sum']);
  });

  it('takes the C after a device’s own words, and none of the letters in them', () => {
    const bench = new Bench(seededBytes(2, 300));
    bench.receive(...text('Cisco: Copy in Continuous mode, CCC\r\nReady to receive file...........'));
    expect(bench.outputs.filter((output) => output.kind === 'started')).to.deep.equal([]);
    bench.receive(C, C);
    bench.nowMs += 200;
    bench.receive(...text('\r\n%SYS-5-CONFIG_I: Configured from console\r\n'));
    bench.nowMs += 300;
    bench.input({ kind: 'timer' });
    expect(sent(bench.outputs)).to.deep.equal([]);
    bench.receive(...text('..'), C);
    expect(sent(bench.timeout())).to.deep.equal(['1:128:crc']);
  });

  it('sends a file, ends it and counts the fill', () => {
    const bench = new Bench(seededBytes(3, 300));
    bench.start();
    expect(sent(bench.receive(ACK))).to.deep.equal(['2:128:crc']);
    expect(sent(bench.receive(ACK))).to.deep.equal(['3:128:crc']);
    expect(sent(bench.receive(ACK))).to.deep.equal(['EOT']);
    bench.receive(ACK);
    const done = { kind: 'done', bytes: 300, paddedBytes: 384, resentBlocks: 0, eotAcknowledged: true };
    expect(endOf(bench)).to.deep.equal(done);
    expect(bench.sender.nextDeadlineMs()).to.equal(undefined);
    expect(bench.receive(NAK, ACK, CAN, CAN)).to.deep.equal([]);
  });

  it('sends an empty file as EOT alone', () => {
    const bench = new Bench(new Uint8Array(0));
    expect(sent(bench.start())).to.deep.equal(['EOT']);
    bench.receive(ACK);
    expect(endOf(bench)).to.include({ kind: 'done', bytes: 0, paddedBytes: 0 });
  });

  it('uses 1K blocks, and small ones where the rest would be mostly fill', () => {
    const bench = new Bench(seededBytes(4, 1024 + 897 + 0), { blockSize: 1024 });
    expect(sent(bench.start())).to.deep.equal(['1:1024:crc']);
    expect(sent(bench.receive(ACK))).to.deep.equal(['2:1024:crc']);
    const tail = new Bench(seededBytes(4, 1024 + 896), { blockSize: 1024 });
    tail.start();
    expect(sent(tail.receive(ACK))).to.deep.equal(['2:128:crc']);
  });

  it('fills the last block with the byte that it was told to', () => {
    const bench = new Bench(Uint8Array.of(1), { padByte: 0xff });
    const block = bench.start().find((output) => output.kind === 'send');
    expect(block?.kind === 'send' && block.bytes[4]).to.equal(0xff);
  });

  it('resends on NAK and on silence, and wraps the number after 255', () => {
    const bench = new Bench(seededBytes(5, 128 * 258));
    bench.start();
    for (let block = 1; block < 257; block += 1) bench.receive(ACK);
    expect(sent(bench.receive(NAK))).to.deep.equal(['1:128:crc']);
    expect(bench.sender.nextDeadlineMs()).to.equal(bench.nowMs + 10_000);
    expect(sent(bench.timeout())).to.deep.equal(['1:128:crc']);
    const wire = bench.outputs.flatMap((output) => (output.kind === 'send' ? sent([output]) : []));
    expect(wire.slice(254, 257)).to.deep.equal(['255:128:crc', '0:128:crc', '1:128:crc']);
  });

  it('never advances on a second ACK, a stray C or console text', () => {
    const bench = new Bench(seededBytes(6, 1000));
    bench.start();
    expect(sent(bench.receive(ACK, ACK, ACK, C, C))).to.deep.equal(['2:128:crc']);
    expect(sent(bench.receive(C, ...text('\r\n%LINK-3-UPDOWN: Interface up, Changed\r\n'), C))).to.deep.equal([]);
    expect(sent(bench.receive(...text('log '), ACK, NAK, NAK))).to.deep.equal(['3:128:crc']);
  });

  it('holds an ACK that came sooner than a block can cross, and lets the true answer decide', () => {
    const bench = new Bench(seededBytes(7, 5000));
    bench.start();
    for (let block = 1; block <= 5; block += 1) {
      bench.nowMs += 80;
      bench.receive(ACK);
    }
    expect(bench.receive(ACK)).to.deep.equal([]);
    bench.nowMs += 60;
    expect(sent(bench.receive(NAK))).to.deep.equal(['6:128:crc']);
    expect(bench.receive(ACK)).to.deep.equal([]);
    bench.nowMs += 60;
    expect(sent(bench.receive(ACK))).to.deep.equal(['7:128:crc']);
    expect(bench.receive(ACK)).to.deep.equal([]);
    expect(sent(bench.timeout()), 'nothing contradicted it').to.deep.equal(['8:128:crc']);
  });

  it('asks after a second where a stray byte came in the place of an answer, once a block', () => {
    const bench = new Bench(seededBytes(7, 5000));
    bench.start();
    for (let block = 1; block <= 5; block += 1) bench.receive(ACK);
    bench.receive(0x07);
    expect(bench.sender.nextDeadlineMs()).to.equal(bench.nowMs + 1000);
    expect(sent(bench.timeout())).to.deep.equal(['6:128:crc']);
    bench.receive(...text('!!!'));
    expect(bench.sender.nextDeadlineMs()).to.equal(bench.nowMs - 20 + 10_000);
    bench.receive(ACK);
    expect(sent(bench.timeout())).to.deep.equal(['7:128:crc']);
  });

  it('lets the line settle after a refusal that came late: the first copy may still be answered', () => {
    const bench = new Bench(seededBytes(7, 5000));
    bench.start();
    for (let block = 1; block <= 5; block += 1) bench.receive(ACK);
    bench.nowMs += 10_000;
    expect(sent(bench.receive(NAK))).to.deep.equal(['6:128:crc']);
    expect(sent(bench.receive(ACK))).to.deep.equal([]);
    expect(sent(bench.receive(ACK)), 'of the other copy').to.deep.equal([]);
    expect(sent(bench.timeout())).to.deep.equal(['7:128:crc']);
  });

  it('sends the first block again for a C that comes late, and for no C that was under way', () => {
    const bench = new Bench(seededBytes(7, 5000));
    bench.start();
    bench.nowMs += 500;
    expect(sent(bench.receive(C))).to.deep.equal([]);
    bench.nowMs += 3000;
    expect(sent(bench.receive(C))).to.deep.equal(['1:128:crc']);
    bench.receive(ACK);
    bench.timeout();
    bench.nowMs += 5000;
    expect(sent(bench.receive(C)), 'in the middle of a file it is a letter').to.deep.equal([]);
  });

  it('sends one block 0 without an end, and tells what was asked after it', () => {
    const options = { firstNumber: 0, endsWithEot: false } as const;
    const bench = new Bench(seededBytes(7, 128), options);
    expect(sent(bench.start())).to.deep.equal(['0:128:crc']);
    bench.receive(ACK, C);
    expect(endOf(bench)).to.include({ kind: 'done', bytes: 128 });
    expect(bench.sender.requestAfterAck).to.equal(C);
  });

  it('lets the line settle after a block that went unanswered', () => {
    const bench = new Bench(seededBytes(8, 1000));
    bench.start();
    bench.timeout();
    expect(sent(bench.receive(ACK))).to.deep.equal([]);
    bench.nowMs += 20;
    expect(sent(bench.receive(ACK)), 'left over from the first copy').to.deep.equal([]);
    expect(sent(bench.timeout())).to.deep.equal(['2:128:crc']);
  });

  it('pauses before each block where no wire slows it down, and longer after a refusal that came late', () => {
    const bench = new Bench(seededBytes(8, 1000));
    bench.start();
    const answerAfter = (delayMs: number, byte: number): string[] => {
      bench.nowMs += delayMs - 20;
      return sent(bench.receive(byte));
    };
    expect(answerAfter(1, ACK)).to.deep.equal([]);
    expect(sent(bench.timeout())).to.deep.equal(['2:128:crc']);
    expect(answerAfter(6000, NAK)).to.deep.equal(['2:128:crc']);
    answerAfter(1, ACK);
    bench.timeout();
    for (let block = 3; block <= 5; block += 1) {
      const beforeMs = bench.nowMs;
      expect(answerAfter(1, ACK)).to.deep.equal([]);
      expect(sent(bench.timeout())).to.deep.equal([`${String(block + 1)}:128:crc`]);
      expect(bench.nowMs - beforeMs).to.equal(3);
    }
  });

  it('falls to 128 bytes with the same number after three refused 1K blocks', () => {
    const bench = new Bench(seededBytes(9, 5000), { blockSize: 1024 });
    bench.start();
    expect(sent(bench.receive(NAK))).to.deep.equal(['1:1024:crc']);
    expect(sent(bench.receive(NAK))).to.deep.equal(['1:1024:crc']);
    expect(sent(bench.receive(NAK))).to.deep.equal(['1:128:crc']);
    bench.receive(ACK);
    bench.timeout();
    expect(sent(bench.outputs).at(-1)).to.equal('2:128:crc');
    expect(bench.outputs.findLast((output) => output.kind === 'progress')).to.deep.equal({
      kind: 'progress',
      bytes: 128,
    });
  });

  it('keeps a 1K block whole once a copy of it went unanswered', () => {
    const bench = new Bench(seededBytes(9, 5000), { blockSize: 1024 });
    bench.start();
    bench.timeout();
    for (let nak = 0; nak < 5; nak += 1) expect(sent(bench.receive(NAK))).to.deep.equal(['1:1024:crc']);
  });

  it('takes a receiver that keeps refusing the first block to have fallen back to the checksum', () => {
    const bench = new Bench(seededBytes(10, 500));
    bench.start();
    for (let nak = 0; nak < 5; nak += 1) bench.receive(NAK);
    expect(sent(bench.receive(NAK))).to.deep.equal(['1:128:sum']);
  });

  it('gives up after ten retries with CAN', () => {
    const bench = new Bench(seededBytes(11, 500));
    bench.start();
    for (let retry = 0; retry < 10; retry += 1) bench.timeout();
    expect(bench.sender.ended).to.equal(false);
    expect(sent(bench.timeout())).to.deep.equal(['CANs']);
    expect(endOf(bench)).to.deep.equal({ kind: 'failed', reason: 'retriesSpent', bytes: 0, resentBlocks: 10 });
  });

  it('gives up without a receiver at the start deadline', () => {
    const bench = new Bench(seededBytes(12, 500), { startTimeoutMs: 30_000 });
    bench.receive(...text('% Unknown command'));
    bench.timeout();
    expect(bench.nowMs).to.equal(31_000);
    expect(endOf(bench)).to.include({ kind: 'failed', reason: 'noStart' });
  });

  it('stops on two CANs in a row, also across chunks, and not on one', () => {
    const bench = new Bench(seededBytes(13, 500));
    bench.start();
    bench.receive(CAN);
    bench.receive(...text('x'), CAN);
    expect(bench.sender.ended).to.equal(false);
    bench.receive(CAN);
    expect(endOf(bench)).to.include({ kind: 'failed', reason: 'cancelled' });
    expect(sent(bench.outputs)).to.not.include('CANs');
  });

  it('aborts in any state with eight CANs and eight backspaces', () => {
    for (const prepare of [0, 1, 2, 3]) {
      const bench = new Bench(seededBytes(14, 128));
      if (prepare === 1) bench.receive(C);
      if (prepare >= 2) bench.start();
      if (prepare === 3) bench.receive(ACK);
      const [send, failed] = bench.input({ kind: 'abort' });
      const wanted = [...Array<number>(8).fill(0x18), ...Array<number>(8).fill(0x08)];
      expect(send?.kind === 'send' && [...send.bytes]).to.deep.equal(wanted);
      expect(failed).to.include({ kind: 'failed', reason: 'aborted' });
    }
  });

  describe('at the end', () => {
    const atEnd = (): Bench => {
      const bench = new Bench(seededBytes(15, 128));
      bench.start();
      expect(sent(bench.receive(ACK))).to.deep.equal(['EOT']);
      return bench;
    };

    it('repeats a refused EOT', () => {
      const bench = atEnd();
      expect(sent(bench.receive(NAK))).to.deep.equal(['EOT']);
      bench.receive(ACK);
      expect(endOf(bench)).to.include({ kind: 'done', eotAcknowledged: true });
    });

    it('reports a lost last ACK as done but unacknowledged', () => {
      const bench = atEnd();
      expect(sent(bench.timeout())).to.deep.equal(['EOT']);
      bench.timeout();
      expect(endOf(bench)).to.include({ kind: 'done', bytes: 128, eotAcknowledged: false });
    });

    it('sends no EOT into a command line that is back', () => {
      const bench = atEnd();
      bench.receive(...text('\r\n## Total Size      = 0x00000080\r\n=> '));
      expect(bench.sender.nextDeadlineMs()).to.equal(bench.nowMs + 1000);
      expect(sent(bench.timeout())).to.deep.equal([]);
      expect(endOf(bench)).to.include({ kind: 'done', eotAcknowledged: false });
    });
  });
});
