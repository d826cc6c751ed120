import { expect } from 'chai';
import { runOverNetwork } from './lossy-network.js';
import type { Direction, Network } from './lossy-network.js';
import type { TftpRequest } from '../../../protocols/tftp/transfer-io.js';
import { seededBytes } from '../xmodem/noisy-line.js';

/** Thousands more: test/exhaustive/tftp-network.suite.ts. */
const SEEDS = 5;

/** DATA sent over the least needed, summed over all seeds; every run byte-exact at both ends. */
function overhead(
  request: Omit<TftpRequest, 'fileName'>,
  network: Omit<Network, 'seed'>,
  direction: Direction = 'read',
): number {
  let [sent, least] = [0, 0];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const file = seededBytes(seed, 100_000 + seed * 11);
    const run = runOverNetwork(file, { fileName: 'image.bin', ...request }, { ...network, seed }, direction);
    expect(Buffer.compare(run.received, file), `seed ${String(seed)}: content`).to.equal(0);
    expect(run.sender.at(-1)?.kind, `seed ${String(seed)}: sender`).to.equal('done');
    expect(run.receiver.at(-1)?.kind, `seed ${String(seed)}: receiver`).to.equal('closed');
    expect(run.dataSent, `seed ${String(seed)}: resent`).to.equal(run.dataLeast + run.resentBlocks);
    sent += run.dataSent;
    least += run.dataLeast;
  }
  return sent / least;
}

describe('protocols/tftp over a lossy network', () => {
  const all = { loss: 0.05, duplicate: 0.05, reorder: 0.05 };
  const lockStep: readonly (readonly [string, Omit<Network, 'seed'>, number])[] = [
    ['no fault', {}, 1],
    ['5 % loss', { loss: 0.05 }, 1.15],
    ['5 % duplicates', { duplicate: 0.05 }, 1],
    ['5 % out of order', { reorder: 0.05 }, 1],
    ['all three', all, 1.15],
    ['all three at 100 ms', { ...all, delayMs: 100 }, 1.15],
  ];
  for (const direction of ['read', 'write'] as const) {
    for (const [name, network, bound] of lockStep) {
      it(`${direction}, ${name}, lock-step: byte-exact, DATA at most ${String(bound)} times the least`, () => {
        expect(overhead({}, network, direction)).to.be.at.most(bound);
        const options = { blockBytes: 1428, timeoutSeconds: 5, askSize: true };
        expect(overhead(options, network, direction)).to.be.at.most(bound);
      }).timeout(20_000);
    }

    it(`${direction}, windows: byte-exact; no fault and duplicates cost nothing`, () => {
      for (const windowBlocks of [4, 16]) {
        const request = { blockBytes: 1428, windowBlocks };
        expect(overhead(request, {}, direction)).to.equal(1);
        expect(overhead(request, { duplicate: 0.05 }, direction)).to.equal(1);
        expect(overhead(request, { loss: 0.001 }, direction)).to.be.at.most(1.05);
        // Each loss costs the rest of its window (RFC 7440 has no selective repeat).
        expect(overhead(request, all, direction)).to.be.at.most(1 + windowBlocks / 6);
      }
    }).timeout(20_000);

    it(`${direction}: a network that stops for 20 s costs time and one window`, () => {
      const run = runOverNetwork(
        seededBytes(3, 300_000),
        { fileName: 'x', blockBytes: 1428, windowBlocks: 8 },
        { seed: 3, stall: [100, 20_100] },
        direction,
      );
      expect(Buffer.compare(run.received, seededBytes(3, 300_000))).to.equal(0);
      expect(run.elapsedMs).to.be.within(20_000, 60_000);
      expect(run.resentBlocks).to.be.at.most(10 * 8);
    });

    it(`${direction}: noise and cut datagrams end in the exact file or a clean failure`, () => {
      for (let seed = 1; seed <= 20; seed += 1) {
        const file = seededBytes(seed, 60_000);
        const network = { seed, corrupt: 0.02, truncate: 0.02, loss: 0.02 };
        const run = runOverNetwork(file, { fileName: 'x', blockBytes: 1428, askSize: true }, network, direction);
        const ends = [run.sender.at(-1)?.kind, run.receiver.at(-1)?.kind];
        if (run.receiver.some(({ kind }) => kind === 'done')) {
          expect(Buffer.compare(run.received, file), `seed ${String(seed)}`).to.equal(0);
        } else {
          expect(ends, `seed ${String(seed)}`).to.include('failed');
        }
        expect(run.elapsedMs, `seed ${String(seed)}`).to.be.below(300_000);
      }
    });
  }

  for (const [windowBlocks, rolloverTo, direction] of [
    [1, 0, 'read'],
    [1, 1, 'write'],
    [64, 0, 'write'],
    [64, 1, 'read'],
  ] as const) {
    it(`${direction}: block numbers go on with ${String(rolloverTo)} in windows of ${String(windowBlocks)}, whatever is lost`, () => {
      const file = seededBytes(9, 65_536 * 8 + 40);
      const request = { fileName: 'x', blockBytes: 8, windowBlocks, rolloverTo };
      const run = runOverNetwork(file, request, { seed: 9, loss: 0.001 }, direction);
      expect(Buffer.compare(run.received, file)).to.equal(0);
      expect(run.dataLeast).to.equal(65_542);
    }).timeout(30_000);
  }
});
