import { expect } from 'chai';
import { XmodemReceiver } from '../../../protocols/xmodem/receiver.js';
import { XmodemSender } from '../../../protocols/xmodem/sender.js';
import type { BlockSize } from '../../../protocols/xmodem/block.js';
import { runOverLine, seededBytes } from './noisy-line.js';
import type { LineRun, Noise } from './noisy-line.js';
import type { XmodemSenderOutput } from '../../../protocols/xmodem/sender-io.js';

const SEEDS = 12;

function run(blockSize: BlockSize, length: number, noise: Noise): LineRun<XmodemSenderOutput> & { exact: boolean } {
  const file = seededBytes(noise.seed, length);
  const result = runOverLine(file, new XmodemSender({ blockSize }, 0), new XmodemReceiver({}, 0), noise);
  return { ...result, exact: Buffer.compare(result.received.subarray(0, length), file) === 0 };
}

describe('protocols/xmodem over a noisy line', () => {
  const noises: readonly (readonly [string, Omit<Noise, 'seed'>, number])[] = [
    ['clean', {}, 1],
    ['1e-6 bit errors', { bitErrorRate: 1e-6 }, 1],
    ['1e-5 bit errors', { bitErrorRate: 1e-5 }, 1],
    ['1e-4 bit errors', { bitErrorRate: 1e-4 }, 0.9],
    ['lost bytes', { dropRate: 1e-4 }, 1],
    ['doubled bytes', { duplicateRate: 1e-5 }, 1],
    ['all at once', { bitErrorRate: 2e-5, dropRate: 2e-5, duplicateRate: 2e-5 }, 0.9],
    ['doubled answers in plenty', { duplicateRate: 1e-3 }, 0],
    ['log lines', { log: { text: '\r\n%CDP-4-NATIVE: Changed C 0/1\r\n', rate: 0.3 } }, 1],
  ];
  for (const blockSize of [128, 1024] as const) {
    for (const [name, noise, least] of noises) {
      it(`${name}, ${String(blockSize)}: byte-exact or cleanly failed, never silently wrong`, () => {
        let [exact, resent, bad] = [0, 0, 0];
        for (let seed = 1; seed <= SEEDS; seed += 1) {
          const result = run(blockSize, 12_000 + seed * 7, { ...noise, seed });
          const end = result.outputs.at(-1);
          if (end?.kind === 'failed') continue;
          expect(end?.kind, `seed ${String(seed)}`).to.equal('done');
          expect(result.exact, `seed ${String(seed)}: content`).to.equal(true);
          exact += 1;
          resent += end?.kind === 'done' ? end.resentBlocks : 0;
          bad += result.badBlocks;
        }
        expect(exact, `of ${String(SEEDS)}`).to.be.at.least(Math.floor(SEEDS * least));
        // One block resent a bad block; a garbled answer may cost one more.
        expect(resent).to.be.at.most(bad * 1.1 + 2);
      }).timeout(20_000);
    }
  }

  for (const [bitErrorRate, limitMs] of [
    [1e-6, 2000],
    [1e-5, 4000],
  ] as const) {
    it(`128 KiB at 921600 with bit errors of ${bitErrorRate} take at most ${limitMs / 1000} s, a block resent for each bad one`, () => {
      const times: number[] = [];
      for (let seed = 1; seed <= 9; seed += 1) {
        const result = run(1024, 131_072, { seed, bitErrorRate, bytesPerSecond: 92_160 });
        const end = result.outputs.at(-1);
        expect(result.exact, `seed ${seed}`).to.equal(true);
        const resent = end?.kind === 'done' ? end.resentBlocks : Infinity;
        expect(resent, `seed ${seed}`).to.be.at.most(result.badBlocks + result.badAnswers);
        times.push(result.elapsedMs);
      }
      times.sort((a, b) => a - b);
      expect(times[4], `median of ${times.map(Math.round).join(', ')} ms`).to.be.at.most(limitMs);
      expect(times.at(-1), 'slowest').to.be.at.most(4000);
    }).timeout(20_000);
  }

  it('holds a bounded piece of the file, however long the file is', () => {
    const result = run(1024, 400_000, { seed: 3, bytesPerSecond: 100_000 });
    expect(result.exact).to.equal(true);
    expect(result.mostBuffered).to.be.at.most(32_768);
  });

  it('comes within 1 % of what the line can carry', () => {
    const result = run(1024, 200_000, { seed: 4 });
    const started = 250;
    const wireMs = (200_000 / 1024) * ((1029 + 1) / 11.52);
    expect(result.elapsedMs - started).to.be.at.most(wireMs * 1.01 + 250);
  });
});
