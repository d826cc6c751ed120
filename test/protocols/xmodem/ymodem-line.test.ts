import { expect } from 'chai';
import type { BlockSize } from '../../../protocols/xmodem/block.js';
import type { YmodemSenderOutput } from '../../../protocols/xmodem/ymodem-io.js';
import { YmodemReceiver } from '../../../protocols/xmodem/ymodem-receiver.js';
import { YmodemSender } from '../../../protocols/xmodem/ymodem-sender.js';
import { runOverLine, seededBytes } from './noisy-line.js';
import type { LineRun, Noise } from './noisy-line.js';

const SEEDS = 10;
const SIZES = [5000, 0, 129, 1024, 3000];

function run(
  blockSize: BlockSize,
  sizes: readonly number[],
  noise: Noise,
): LineRun<YmodemSenderOutput> & { exact: boolean; prefixExact: boolean } {
  const contents = sizes.map((size, index) => seededBytes(noise.seed * 100 + index, size));
  const files = contents.map((content, index) => ({ fileName: `image-${index}.bin`, sizeBytes: content.length }));
  const result = runOverLine(contents, new YmodemSender({ blockSize, files }, 0), new YmodemReceiver({}, 0), noise);
  const prefixExact = result.files.every((file, index) => Buffer.compare(file, contents[index] ?? Buffer.of(1)) === 0);
  return { ...result, prefixExact, exact: prefixExact && result.files.length === contents.length };
}

describe('protocols/xmodem: YMODEM over a noisy line', () => {
  const noises: readonly (readonly [string, Omit<Noise, 'seed'>, number])[] = [
    ['clean', {}, 1],
    ['1e-5 bit errors', { bitErrorRate: 1e-5 }, 1],
    ['1e-4 bit errors', { bitErrorRate: 1e-4 }, 0.8],
    ['lost bytes', { dropRate: 1e-4 }, 1],
    ['half blocks', { truncateRate: 0.05 }, 0.8],
    ['stalls', { stallRate: 0.02 }, 0.5],
    ['doubled bytes', { duplicateRate: 1e-5 }, 1],
    ['log lines', { log: { text: '\r\n%CDP-4-NATIVE: Changed C 0/1\r\n', rate: 0.3 } }, 1],
  ];
  for (const blockSize of [128, 1024] as const) {
    for (const [name, noise, least] of noises) {
      it(`${name}, ${blockSize}: a batch byte-exact or cleanly failed, never silently wrong`, () => {
        let exact = 0;
        for (let seed = 1; seed <= SEEDS; seed += 1) {
          const result = run(blockSize, SIZES, { ...noise, seed });
          const end = result.outputs.at(-1);
          expect(['done', 'failed'], `seed ${seed}: ends`).to.include(end?.kind);
          const received = result.receiverEnd?.kind === 'done';
          if (received) expect(result.prefixExact, `seed ${seed}: content`).to.equal(true);
          if (received && result.receiverEnd.closed === true) expect(result.exact, `seed ${seed}: all`).to.equal(true);
          if (end?.kind === 'done' && end.eotAcknowledged) {
            expect(result.exact, `seed ${seed}: what the sender believes`).to.equal(true);
          }
          if (end?.kind === 'done' && received) exact += 1;
        }
        expect(exact, `of ${SEEDS}`).to.be.at.least(Math.floor(SEEDS * least));
      }).timeout(20_000);
    }
  }

  it('keeps the length that the header tells, whatever the last bytes are', () => {
    for (const size of [0, 1, 127, 128, 129, 1023, 1024, 1025]) {
      const content = new Uint8Array(size).fill(0x1a);
      const files = [{ fileName: 'f', sizeBytes: size }];
      const result = runOverLine(
        [content],
        new YmodemSender({ blockSize: 1024, files }, 0),
        new YmodemReceiver({}, 0),
        {
          seed: size,
        },
      );
      expect(result.received.length).to.equal(size);
      expect(result.receiverEnd).to.include({ kind: 'done', files: 1 });
    }
  });

  it('is over in little more than the wire takes', () => {
    const { elapsedMs } = run(1024, [100_000], { seed: 1 });
    expect(elapsedMs).to.be.at.most((100_000 / 1024) * (1030 / 11.52) * 1.01 + 1500);
  });
});
