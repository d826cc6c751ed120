import { expect } from 'chai';
import { DEFAULT_TERMS } from '../../../protocols/tftp/options.js';
import type { TransferTerms } from '../../../protocols/tftp/options.js';
import { decodeTftp } from '../../../protocols/tftp/packet.js';
import type { TftpPacket } from '../../../protocols/tftp/packet.js';
import { SendTransfer } from '../../../protocols/tftp/send-transfer.js';
import type { Opening, SendInput, SendOutput } from '../../../protocols/tftp/transfer-io.js';

/** A sending transfer with a hand-turned clock. */
class Bench {
  readonly transfer: SendTransfer;
  readonly outputs: SendOutput[] = [];
  nowMs = 0;

  constructor(
    length: number,
    terms: Partial<TransferTerms> = {},
    granted: Record<string, string> = {},
    opening?: Opening,
  ) {
    const answer = { terms: { ...DEFAULT_TERMS, ...terms }, granted: new Map(Object.entries(granted)) };
    this.transfer = new SendTransfer(opening ?? { kind: 'answer', ...answer }, length, 0);
    this.timeout();
  }

  /** What was sent: `D3` (DATA block 3), `OACK`, `E4` (ERROR code 4). */
  input(input: SendInput): string[] {
    const batch = this.transfer.handle(input, this.nowMs);
    this.outputs.push(...batch);
    return batch.flatMap((output) => {
      if (output.kind === 'blocks') {
        return Array.from({ length: output.count }, (_unused, at) => `D${String(output.first + at)}`);
      }
      if (output.kind !== 'send') return [];
      const packet = decodeTftp(output.bytes);
      if (packet.kind === 'wrq') return [packet.options.size > 0 ? 'WRQ+' : 'WRQ'];
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

  get end(): SendOutput | undefined {
    return this.outputs.at(-1);
  }
}

describe('protocols/tftp/send-transfer', () => {
  it('sends plain blocks in lock-step and ends on the last acknowledgement', () => {
    const bench = new Bench(1000);
    expect(bench.ack(1)).to.deep.equal(['D2']);
    expect(bench.ack(2)).to.deep.equal([]);
    expect(bench.end).to.deep.equal({ kind: 'done' });
    expect([bench.transfer.ackedBytes, bench.transfer.resentBlocks]).to.deep.equal([1000, 0]);
    expect(bench.transfer.nextDeadlineMs()).to.equal(undefined);
  });

  it('ends a file of whole blocks with an empty one', () => {
    const bench = new Bench(1024);
    expect(bench.ack(1)).to.deep.equal(['D2']);
    expect(bench.ack(2)).to.deep.equal(['D3']);
    bench.ack(3);
    expect(bench.transfer.ackedBytes).to.equal(1024);
    expect(bench.end).to.deep.equal({ kind: 'done' });
  });

  it('sends one empty block for an empty file', () => {
    const bench = new Bench(0);
    bench.ack(1);
    expect(bench.end).to.deep.equal({ kind: 'done' });
    expect(bench.transfer.ackedBytes).to.equal(0);
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
    expect(bench.end).to.deep.equal({ kind: 'done' });
    expect([bench.transfer.ackedBytes, bench.transfer.resentBlocks]).to.deep.equal([5000, 6]);
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
    expect(middle.end).to.include({ kind: 'failed', reason: 'silent' });
    const end = new Bench(700);
    end.ack(1);
    while (!end.transfer.ended) end.timeout();
    expect(end.end).to.include({ kind: 'failed', reason: 'endUnknown' });
  });

  it('reports the peer’s own error', () => {
    const bench = new Bench(5000);
    bench.packet({ kind: 'error', code: 3, message: 'Disk full' });
    expect(bench.end).to.deep.equal({
      kind: 'failed',
      reason: 'peerError',
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
    expect(new Bench(5000).input({ kind: 'packet', packet: { kind: 'malformed', reason: 'x' } })).to.deep.equal([]);
  });

  it('tells the peer when it is aborted', () => {
    const bench = new Bench(5000);
    expect(bench.input({ kind: 'abort', code: 0, message: 'job cancelled' })).to.deep.equal(['E0']);
    expect(bench.end).to.include({ kind: 'failed', reason: 'aborted', message: 'job cancelled' });
    expect(bench.input({ kind: 'abort', code: 0, message: 'again' })).to.deep.equal([]);
  });

  it('counts waiting from when the blocks left, where they had to be read first', () => {
    const bench = new Bench(5000);
    bench.nowMs += 700;
    bench.input({ kind: 'left' });
    expect(bench.transfer.nextDeadlineMs()).to.equal(1700);
    bench.nowMs += 10;
    expect(bench.ack(1)).to.deep.equal(['D2']);
    expect(bench.transfer.nextDeadlineMs()).to.equal(910);
  });

  describe('as a client', () => {
    const request = { fileName: 'image.bin', blockBytes: 1428, windowBlocks: 4, askSize: true };
    const client = (): Bench => new Bench(5000, {}, {}, { kind: 'request', request });
    const oack = (bench: Bench, pairs: Record<string, string>): string[] =>
      bench.packet({ kind: 'oack', options: new Map(Object.entries(pairs)) });

    it('asks, tells the length, and sends on the answer', () => {
      const bench = client();
      const [first] = bench.outputs;
      const packet = first?.kind === 'send' ? decodeTftp(first.bytes) : undefined;
      expect(packet).to.deep.include({ kind: 'wrq', fileName: 'image.bin', mode: 'octet' });
      expect(packet?.kind === 'wrq' && packet.options.get('tsize')).to.equal('5000');
      expect(oack(bench, { blksize: '1024', windowsize: '2' })).to.deep.equal(['D1', 'D2']);
      expect(oack(bench, { blksize: '1024', windowsize: '2' }), 'it came twice').to.deep.equal([]);
      expect(bench.ack(2)).to.deep.equal(['D3', 'D4']);
    });

    it('goes on with 512 where a server ignores options, and without them where it refuses them', () => {
      expect(client().ack(0)).to.deep.equal(['D1']);
      const refused = client();
      expect(refused.packet({ kind: 'error', code: 8, message: 'no' })).to.deep.equal(['WRQ']);
      expect(refused.ack(0)).to.deep.equal(['D1']);
      expect(refused.transfer.terms).to.deep.equal(DEFAULT_TERMS);
    });

    it('refuses an answer that was not asked for, and gives up after six requests', () => {
      expect(oack(client(), { rollover: '1' })).to.deep.equal(['E8']);
      const bench = client();
      const sent = [];
      while (!bench.transfer.ended) sent.push(...bench.timeout());
      expect(sent.length).to.equal(5);
      expect(bench.end).to.include({ kind: 'failed', reason: 'silent' });
    });

    it('ends on the server’s refusal', () => {
      const bench = client();
      bench.packet({ kind: 'error', code: 2, message: 'Access violation' });
      expect(bench.end).to.deep.equal({ kind: 'failed', reason: 'peerError', code: 2, message: 'Access violation' });
    });
  });
});
