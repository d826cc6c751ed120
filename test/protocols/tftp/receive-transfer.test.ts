import { expect } from 'chai';
import { decodeTftp } from '../../../protocols/tftp/packet.js';
import type { TftpPacket } from '../../../protocols/tftp/packet.js';
import { ReceiveTransfer } from '../../../protocols/tftp/receive-transfer.js';
import type { Opening, ReceiveOutput, TftpRequest } from '../../../protocols/tftp/transfer-io.js';

/** A receiving transfer with a hand-turned clock; what it hands out is stored at once, unless told otherwise. */
class Bench {
  readonly transfer: ReceiveTransfer;
  readonly outputs: ReceiveOutput[] = [];
  nowMs = 0;

  storesAtOnce = true;

  constructor(options: Partial<TftpRequest> = {}, opening?: Opening) {
    const request = { fileName: 'image.bin', ...options };
    this.transfer = new ReceiveTransfer(opening ?? { kind: 'request', request }, 0);
    this.timeout();
  }

  stored(): string[] {
    return this.#take(this.transfer.handle({ kind: 'stored' }, this.nowMs));
  }

  /** What was sent (`A3`, `RRQ`, `RRQ+`, `E4`), and `data`, `done`, `failed`, `closed` as they came. */
  #take(batch: readonly ReceiveOutput[]): string[] {
    this.outputs.push(...batch);
    return batch.flatMap((output) => {
      if (output.kind === 'data') return ['data', ...(this.storesAtOnce ? this.stored() : [])];
      if (output.kind !== 'send') return [output.kind];
      const packet = decodeTftp(output.bytes);
      if (packet.kind === 'ack') return [`A${String(packet.block)}`];
      if (packet.kind === 'error') return [`E${String(packet.code)}`];
      return [packet.kind === 'rrq' && packet.options.size > 0 ? 'RRQ+' : packet.kind.toUpperCase()];
    });
  }

  packet(packet: TftpPacket): string[] {
    return this.#take(this.transfer.handle({ kind: 'packet', packet }, this.nowMs));
  }

  data(block: number, length = 512): string[] {
    return this.packet({ kind: 'data', block, bytes: new Uint8Array(length) });
  }

  oack(pairs: Record<string, string>): string[] {
    return this.packet({ kind: 'oack', options: new Map(Object.entries(pairs)) });
  }

  timeout(): string[] {
    this.nowMs = this.transfer.nextDeadlineMs() ?? this.nowMs;
    return this.#take(this.transfer.handle({ kind: 'timer' }, this.nowMs));
  }
}

describe('protocols/tftp/receive-transfer', () => {
  it('takes a file in lock-step and stays to repeat the last acknowledgement', () => {
    const bench = new Bench();
    expect(bench.data(1)).to.deep.equal(['data', 'A1']);
    expect(bench.data(2, 10)).to.deep.equal(['data', 'A2', 'done']);
    expect(bench.data(2, 10)).to.deep.equal(['A2']);
    expect(bench.timeout()).to.deep.equal(['closed']);
    expect(bench.transfer.ended).to.equal(true);
  });

  it('acknowledges the server’s options with block 0, again if they come again', () => {
    const bench = new Bench({ blockBytes: 1428, askSize: true });
    expect(bench.oack({ blksize: '1024', tsize: '9999' })).to.deep.equal(['terms', 'A0']);
    expect(bench.oack({ blksize: '1024', tsize: '9999' })).to.deep.equal(['A0']);
    expect(bench.data(1, 1024)).to.deep.equal(['data', 'A1']);
    expect(bench.oack({ blksize: '1024' })).to.deep.equal([]);
  });

  it('goes on with 512 where a server ignores options', () => {
    const bench = new Bench({ blockBytes: 1428 });
    expect(bench.data(1)).to.deep.equal(['data', 'A1']);
  });

  it('asks again without options where a server refuses them', () => {
    const bench = new Bench({ blockBytes: 1428 });
    expect(bench.packet({ kind: 'error', code: 8, message: 'no options' })).to.deep.equal(['RRQ']);
    expect(bench.packet({ kind: 'error', code: 1, message: 'File not found' })).to.deep.equal(['failed']);
    expect(bench.outputs.at(-1)).to.deep.equal({
      kind: 'failed',
      reason: 'peerError',
      code: 1,
      message: 'File not found',
    });
  });

  it('refuses options that were not asked for, and blocks that are too long', () => {
    expect(new Bench({ blockBytes: 512 }).oack({ windowsize: '4' })).to.deep.equal(['E8', 'failed']);
    expect(new Bench().data(1, 513)).to.deep.equal(['E4', 'failed']);
  });

  it('repeats the acknowledgement of a repeated block and ignores older ones', () => {
    const bench = new Bench();
    bench.data(1);
    bench.data(2);
    expect(bench.data(2)).to.deep.equal(['A2']);
    expect(bench.data(1)).to.deep.equal([]);
    expect(bench.timeout()).to.deep.equal(['A2']);
  });

  it('acknowledges once a window, reports a gap once, and does not answer repetitions inside', () => {
    const bench = new Bench({ windowBlocks: 4 });
    bench.oack({ windowsize: '4' });
    expect([bench.data(1), bench.data(2), bench.data(2), bench.data(3)].flat()).to.deep.equal(['data', 'data', 'data']);
    expect(bench.data(4)).to.deep.equal(['data', 'A4']);
    expect(bench.data(5)).to.deep.equal(['data']);
    expect(bench.data(7)).to.deep.equal(['A5']);
    expect(bench.data(8)).to.deep.equal([]);
    expect([bench.data(6), bench.data(7), bench.data(8), bench.data(9)].flat()).to.include('A9');
  });

  it('gives up on a server that never answers, after six requests', () => {
    const bench = new Bench();
    const sent = [];
    while (!bench.transfer.ended) sent.push(...bench.timeout());
    expect(sent).to.deep.equal(['RRQ', 'RRQ', 'RRQ', 'RRQ', 'RRQ', 'failed']);
    expect(bench.outputs.at(-1)).to.include({ reason: 'silent' });
  });

  it('gives up on a server that falls silent, after 45 seconds', () => {
    const bench = new Bench();
    bench.data(1);
    while (!bench.transfer.ended) bench.timeout();
    expect(bench.nowMs).to.be.within(45_000, 55_000);
  });

  it('goes on with 0 or 1 after block 65535, as the server does', () => {
    for (const after of [0, 1]) {
      const bench = new Bench({ blockBytes: 8 });
      bench.oack({ blksize: '8' });
      for (let block = 1; block <= 65_535; block += 1) bench.data(block, 8);
      expect(bench.data(after, 8)).to.deep.equal(['data', `A${String(after)}`]);
      expect(bench.data(after + 1, 3)).to.deep.equal(['data', `A${String(after + 1)}`, 'done']);
    }
  });

  it('tells the server when it is aborted', () => {
    const bench = new Bench();
    bench.data(1);
    expect(
      bench.transfer.handle({ kind: 'abort', code: 0, message: 'stop' }, 0).map((output) => output.kind),
    ).to.deep.equal(['send', 'failed']);
  });

  it('acknowledges nothing before it is stored, and lets no time run meanwhile', () => {
    const bench = new Bench();
    bench.storesAtOnce = false;
    expect(bench.data(1)).to.deep.equal(['data']);
    expect(bench.transfer.nextDeadlineMs()).to.equal(Infinity);
    expect(bench.data(1), 'again, while it is being stored').to.deep.equal([]);
    expect(bench.stored()).to.deep.equal(['A1']);
    expect(bench.data(2, 9)).to.deep.equal(['data']);
    expect(bench.stored()).to.deep.equal(['A2', 'done']);
  });

  it('tells the peer of a full disk instead of acknowledging', () => {
    const bench = new Bench();
    bench.storesAtOnce = false;
    bench.data(1);
    const told = bench.transfer.handle({ kind: 'abort', code: 3, message: 'disk full' }, 0);
    expect(told.map((output) => output.kind)).to.deep.equal(['send', 'failed']);
    expect(bench.stored()).to.deep.equal([]);
  });

  it('answers a write request with block 0, or with the options, again when nothing comes, at most three times', () => {
    const terms = { blockBytes: 1024, windowBlocks: 1, rolloverTo: 0 } as const;
    for (const [granted, first] of [
      [new Map<string, string>(), 'A0'],
      [new Map([['blksize', '1024']]), 'OACK'],
    ] as const) {
      const bench = new Bench({}, { kind: 'answer', terms, granted });
      expect([bench.timeout(), bench.timeout(), bench.timeout()]).to.deep.equal([[first], [first], ['failed']]);
      expect(bench.outputs.at(-1)).to.include({ reason: 'silent' });
      const other = new Bench({}, { kind: 'answer', terms, granted });
      expect(other.data(1, 1024)).to.deep.equal(['data', 'A1']);
      expect(other.data(2, 3)).to.deep.equal(['data', 'A2', 'done']);
      expect(other.data(2, 3), 'the last acknowledgement was lost').to.deep.equal(['A2']);
    }
  });

  it('takes a block that is shorter than the told length allows for a cut datagram, until it comes again and again', () => {
    const bench = new Bench({ askSize: true });
    bench.oack({ tsize: '1000' });
    expect(bench.data(1, 100)).to.deep.equal([]);
    expect(bench.data(1)).to.deep.equal(['data', 'A1']);
    expect([bench.data(2, 4), bench.data(2, 4), bench.data(2, 4)]).to.deep.equal([[], [], ['E0', 'failed']]);
    expect(bench.outputs.at(-1)).to.include({ message: '516 bytes or more came, tsize said 1000' });
  });

  it('does not take the block behind a lost block 65536 for it', () => {
    const bench = new Bench({ blockBytes: 8, windowBlocks: 2 });
    bench.oack({ blksize: '8', windowsize: '2' });
    for (let block = 1; block <= 65_535; block += 1) bench.data(block, 8);
    expect(bench.data(1, 8)).to.deep.equal(['A65535']);
    expect(bench.data(0, 8)).to.deep.equal(['data']);
    expect(bench.data(1, 8)).to.deep.equal(['data', 'A1']);
  });

  it('is not disturbed by noise, and ends on a packet that has no place here', () => {
    const bench = new Bench();
    bench.data(1);
    const noise = bench.transfer.handle({ kind: 'packet', packet: { kind: 'malformed', reason: 'x' } }, 0);
    expect(noise).to.deep.equal([]);
    expect(bench.packet({ kind: 'ack', block: 1 })).to.deep.equal(['E4', 'failed']);
  });
});
