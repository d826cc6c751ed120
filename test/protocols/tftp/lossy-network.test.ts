import { expect } from 'chai';
import { runOverNetwork } from './lossy-network.js';
import type { Network } from './lossy-network.js';
import type { ClientTransferOptions } from '../../../protocols/tftp/client-io.js';
import { seededBytes } from '../xmodem/noisy-line.js';

const SEEDS = 15;

/** DATA sent over the least needed, summed over all seeds; every run byte-exact at both ends. */
function overhead(options: Omit<ClientTransferOptions, 'fileName'>, network: Omit<Network, 'seed'>): number {
  let [sent, least] = [0, 0];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const file = seededBytes(seed, 200_000 + seed * 11);
    const run = runOverNetwork(file, { fileName: 'image.bin', ...options }, { ...network, seed });
    expect(Buffer.compare(run.received, file), `seed ${String(seed)}: content`).to.equal(0);
    expect(run.server.at(-1)?.kind, `seed ${String(seed)}: server`).to.equal('done');
    expect(run.client.at(-1)?.kind, `seed ${String(seed)}: client`).to.equal('closed');
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
  for (const [name, network, bound] of lockStep) {
    it(`${name}, lock-step: byte-exact, DATA at most ${String(bound)} times the least`, () => {
      expect(overhead({}, network)).to.be.at.most(bound);
      expect(overhead({ blockBytes: 1428, timeoutSeconds: 5, askSize: true }, network)).to.be.at.most(bound);
    }).timeout(20_000);
  }

  it('windows: byte-exact; no fault and duplicates cost nothing', () => {
    for (const windowBlocks of [4, 16]) {
      expect(overhead({ blockBytes: 1428, windowBlocks }, {})).to.equal(1);
      expect(overhead({ blockBytes: 1428, windowBlocks }, { duplicate: 0.05 })).to.equal(1);
      expect(overhead({ blockBytes: 1428, windowBlocks }, { loss: 0.001 })).to.be.at.most(1.05);
      // Each loss costs the rest of its window (RFC 7440 has no selective repeat).
      expect(overhead({ blockBytes: 1428, windowBlocks }, all)).to.be.at.most(1 + windowBlocks / 6);
    }
  }).timeout(20_000);

  it('wraps the block number', () => {
    const file = seededBytes(9, 600_000);
    const run = runOverNetwork(file, { fileName: 'x', blockBytes: 8, windowBlocks: 64 }, { seed: 9 });
    expect(Buffer.compare(run.received, file)).to.equal(0);
    expect(run.dataSent).to.equal(75_001);
  }).timeout(20_000);

  it('holds a bounded piece of the file, however long the file is', () => {
    const file = seededBytes(10, 3_000_000);
    const run = runOverNetwork(file, { fileName: 'x', blockBytes: 1428, windowBlocks: 16 }, { seed: 10 });
    expect(Buffer.compare(run.received, file)).to.equal(0);
    expect(run.mostBuffered).to.be.at.most(200_000);
  }).timeout(20_000);
});
