import { expect } from 'chai';
import { DEFAULT_TERMS } from '../../../protocols/tftp/options.js';
import type { TransferTerms } from '../../../protocols/tftp/options.js';
import { decodeTftp } from '../../../protocols/tftp/packet.js';
import type { TftpPacket } from '../../../protocols/tftp/packet.js';
import { ServerTransfer } from '../../../protocols/tftp/server-transfer.js';
import type { ServerTransferInput, ServerTransferOutput } from '../../../protocols/tftp/server-transfer.js';
import { seededBytes } from '../xmodem/noisy-line.js';

/** A server transfer with its source at hand and a hand-turned clock. */
class Bench {
  readonly transfer: ServerTransfer;
  readonly outputs: ServerTransferOutput[] = [];
  nowMs = 0;
  #offset = 0;
  readonly #file: Uint8Array;

  constructor(length: number, terms: Partial<TransferTerms> = {}, granted: Record<string, string> = {}) {
    this.#file = seededBytes(1, length);
    this.transfer = new ServerTransfer({ ...DEFAULT_TERMS, ...terms }, new Map(Object.entries(granted)), 0);
    this.timeout();
  }

  /** What was sent: `D3` (DATA block 3), `OACK`, `E4` (ERROR code 4). */
  input(input: ServerTransferInput): string[] {
    const batch = [...this.transfer.handle(input, this.nowMs)];
    for (let at = 0; at < batch.length; at += 1) {
      const output = batch[at];
      if (output?.kind !== 'needData') continue;
      const bytes = this.#file.subarray(this.#offset, this.#offset + output.maxBytes);
      this.#offset += bytes.length;
      batch.push(...this.transfer.handle({ kind: 'data', bytes, last: this.#offset >= this.#file.length }, this.nowMs));
    }
    this.outputs.push(...batch);
    return batch.flatMap((output) => {
      if (output.kind !== 'send') return [];
      const packet = decodeTftp(output.bytes);
      if (packet.kind === 'data') return [`D${String(packet.block)}`];
      return [packet.kind === 'error' ? `E${String(packet.code)}` : packet.kind.toUpperCase()];
    });
  }

  packet(packet: TftpPacket): string[] {
    return this.input({ kind: 'packet', packet });
  }

  ack(block: number): string[] {
    return this.packet({ kind: 'ack', block });
  }

  timeout(): string[] {
    this.nowMs = this.transfer.nextDeadlineMs() ?? this.nowMs;
    return this.input({ kind: 'timer' });
  }

  get end(): ServerTransferOutput | undefined {
    return this.outputs.at(-1);
  }
}

describe('protocols/tftp/server-transfer', () => {
  it('sends plain blocks in lock-step and ends on the last acknowledgement', () => {
    const bench = new Bench(1000);
    expect(bench.ack(1)).to.deep.equal(['D2']);
    expect(bench.ack(2)).to.deep.equal([]);
    expect(bench.end).to.deep.equal({ kind: 'done', bytes: 1000, resentBlocks: 0 });
    expect(bench.transfer.nextDeadlineMs()).to.equal(undefined);
  });

  it('ends a file of whole blocks with an empty one', () => {
    const bench = new Bench(1024);
    expect(bench.ack(1)).to.deep.equal(['D2']);
    expect(bench.ack(2)).to.deep.equal(['D3']);
    bench.ack(3);
    expect(bench.end).to.include({ kind: 'done', bytes: 1024 });
  });

  it('sends one empty block for an empty file', () => {
    const bench = new Bench(0);
    bench.ack(1);
    expect(bench.end).to.include({ kind: 'done', bytes: 0 });
  });

  it('answers options first and begins on the acknowledgement of block 0', () => {
    const bench = new Bench(5000, { blockBytes: 1428 }, { blksize: '1428' });
    expect(bench.outputs.some((output) => output.kind === 'send' && output.bytes[1] === 6)).to.equal(true);
    expect(bench.ack(1)).to.deep.equal([]);
    expect(bench.ack(0)).to.deep.equal(['D1']);
  });

  it('never resends on a repeated or old acknowledgement', () => {
    const bench = new Bench(5000);
    expect(bench.ack(1)).to.deep.equal(['D2']);
    for (const block of [1, 1, 0, 7, 65_535]) expect(bench.ack(block)).to.deep.equal([]);
    expect(bench.timeout()).to.deep.equal(['D2']);
  });

  it('takes the late acknowledgement of a block that it sent twice, once', () => {
    const bench = new Bench(5000);
    expect(bench.timeout()).to.deep.equal(['D1']);
    expect(bench.ack(1)).to.deep.equal(['D2']);
    expect(bench.ack(1)).to.deep.equal([]);
    expect(bench.ack(2)).to.deep.equal(['D3']);
  });

  it('fills a window, goes on behind a gap, and resends the window when time runs out', () => {
    const bench = new Bench(5000, { windowBlocks: 4 });
    expect(bench.ack(4)).to.deep.equal(['D5', 'D6', 'D7', 'D8']);
    bench.nowMs += 20;
    expect(bench.ack(6)).to.deep.equal(['D7', 'D8', 'D9', 'D10']);
    expect(bench.timeout()).to.deep.equal(['D7', 'D8', 'D9', 'D10']);
    bench.nowMs += 20;
    expect(bench.ack(10)).to.deep.equal([]);
    expect(bench.end).to.include({ kind: 'done', bytes: 5000, resentBlocks: 6 });
  });

  it('does not go back for an acknowledgement of an earlier copy', () => {
    const bench = new Bench(20_000, { windowBlocks: 4 });
    bench.nowMs += 20;
    bench.ack(4);
    bench.nowMs += 20;
    expect(bench.ack(6)).to.deep.equal(['D7', 'D8', 'D9', 'D10']);
    bench.nowMs += 1;
    expect(bench.ack(8)).to.deep.equal(['D11', 'D12']);
  });

  it('stops after three sendings to a peer that never answered', () => {
    const bench = new Bench(5000);
    expect(bench.timeout()).to.deep.equal(['D1']);
    expect(bench.timeout()).to.deep.equal(['D1']);
    expect(bench.timeout()).to.deep.equal([]);
    expect(bench.nowMs).to.equal(7000);
    expect(bench.end).to.include({ kind: 'failed', reason: 'silent' });
    const options = new Bench(5000, {}, { tsize: '5000' });
    expect([options.timeout(), options.timeout(), options.timeout()]).to.deep.equal([['OACK'], ['OACK'], []]);
  });

  it('gives a silent device 45 seconds in the middle, and tells a lost end from a lost peer', () => {
    const middle = new Bench(5000);
    middle.ack(1);
    while (!middle.transfer.ended) middle.timeout();
    expect(middle.nowMs).to.be.within(45_000, 60_000);
    expect(middle.end).to.include({ kind: 'failed', reason: 'silent', bytes: 512 });
    const end = new Bench(700);
    end.ack(1);
    while (!end.transfer.ended) end.timeout();
    expect(end.end).to.include({ kind: 'failed', reason: 'endUnknown', bytes: 512 });
  });

  it('reports the peer’s own error', () => {
    const bench = new Bench(5000);
    bench.packet({ kind: 'error', code: 3, message: 'Disk full' });
    expect(bench.end).to.deep.equal({
      kind: 'failed',
      reason: 'peerError',
      bytes: 0,
      resentBlocks: 0,
      code: 3,
      message: 'Disk full',
    });
  });

  it('answers what has no place here with error 4, but not the same request again', () => {
    const bench = new Bench(5000);
    const options = new Map<string, string>();
    expect(bench.packet({ kind: 'rrq', fileName: 'x', mode: 'octet', options })).to.deep.equal([]);
    expect(bench.transfer.ended).to.equal(false);
    expect(bench.packet({ kind: 'data', block: 1, bytes: new Uint8Array(1) })).to.deep.equal(['E4']);
    expect(bench.end).to.include({ kind: 'failed', reason: 'illegal' });
    expect(new Bench(5000).input({ kind: 'packet', packet: { kind: 'malformed' } })).to.deep.equal(['E4']);
  });

  it('tells the peer when it is aborted', () => {
    const bench = new Bench(5000);
    expect(bench.input({ kind: 'abort', code: 0, message: 'job cancelled' })).to.deep.equal(['E0']);
    expect(bench.end).to.include({ kind: 'failed', reason: 'aborted', message: 'job cancelled' });
    expect(bench.input({ kind: 'abort', code: 0, message: 'again' })).to.deep.equal([]);
  });
});
