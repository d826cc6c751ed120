import { expect } from 'chai';
import { ClientTransfer } from '../../../protocols/tftp/client-transfer.js';
import type { ClientTransferOptions, ClientTransferOutput } from '../../../protocols/tftp/client-io.js';
import { decodeTftp } from '../../../protocols/tftp/packet.js';
import type { TftpPacket } from '../../../protocols/tftp/packet.js';

/** A client transfer with a hand-turned clock. */
class Bench {
  readonly transfer: ClientTransfer;
  readonly outputs: ClientTransferOutput[] = [];
  nowMs = 0;

  constructor(options: Partial<ClientTransferOptions> = {}) {
    this.transfer = new ClientTransfer({ fileName: 'image.bin', ...options }, 0);
    this.timeout();
  }

  /** What was sent (`A3`, `RRQ`, `RRQ+`, `E4`), and `data`, `done`, `failed`, `closed` as they came. */
  #take(batch: readonly ClientTransferOutput[]): string[] {
    this.outputs.push(...batch);
    return batch.map((output) => {
      if (output.kind !== 'send') return output.kind;
      const packet = decodeTftp(output.bytes);
      if (packet.kind === 'ack') return `A${String(packet.block)}`;
      if (packet.kind === 'error') return `E${String(packet.code)}`;
      return packet.kind === 'rrq' && packet.options.size > 0 ? 'RRQ+' : packet.kind.toUpperCase();
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

describe('protocols/tftp/client-transfer', () => {
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
    expect(bench.oack({ blksize: '1024', tsize: '99' })).to.deep.equal(['terms', 'A0']);
    expect(bench.oack({ blksize: '1024', tsize: '99' })).to.deep.equal(['A0']);
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
      reason: 'refused',
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
    expect(bench.transfer.handle({ kind: 'abort' }, 0).map((output) => output.kind)).to.deep.equal(['send', 'failed']);
  });
});
