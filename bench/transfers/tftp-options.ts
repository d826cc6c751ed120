/** Every block size with every window that a client may ask: none may be slower than the same without a window. */
import type { BenchCase } from '../bench-case.js';
import { TftpBed } from './tftp-bed.js';
import { fetchOnce } from './tftp-clients.js';
import type { Asked } from './tftp-clients.js';

const MB = 1e6;
const FILE_BYTES = 16 * MB;
const BLOCKS = [512, 1024, 1428, 4096, 8192, 16_384, 32_768, 65_464];
const WINDOWS = [1, 2, 4, 8, 16, 32, 64];
const LARGE_BLOCK = 8192;
/** A combination that stalls takes longer. */
const LIMIT_MS = 60_000;

interface Matrix {
  /** Least rate over that of the same block size without a window. */
  readonly worstOverLockStep: number;
  /** Of blocks of 8192 bytes and more, MB/s. */
  readonly slowestLarge: number;
}

/** Seconds: the quickest of three, for a fetch of a twentieth of a second shows every hiccup of the machine. */
async function bestOf(bed: TftpBed, asked: Asked): Promise<number> {
  let best = Infinity;
  for (let run = 0; run < 3; run += 1) best = Math.min(best, await fetchOnce(bed.server('ours'), asked, LIMIT_MS));
  return best;
}

async function runAll(bed: TftpBed): Promise<Matrix> {
  let [worstOverLockStep, slowestLarge] = [Infinity, Infinity];
  for (const blockBytes of BLOCKS) {
    let lockStep = 0;
    for (const windowBlocks of WINDOWS) {
      const rate = FILE_BYTES / MB / (await bestOf(bed, { blockBytes, windowBlocks }));
      if (windowBlocks === 1) lockStep = rate;
      worstOverLockStep = Math.min(worstOverLockStep, rate / lockStep);
      if (blockBytes >= LARGE_BLOCK) slowestLarge = Math.min(slowestLarge, rate);
    }
  }
  return { worstOverLockStep, slowestLarge };
}

export function optionCases(): readonly BenchCase[] {
  const bed = new TftpBed();
  const count = BLOCKS.length * WINDOWS.length;
  let matrix: Matrix | undefined;
  const frame = { betterIs: 'higher', peerName: null, runs: 1 } as const;
  return [
    {
      ...{ ...frame, name: `tftp ${count} block sizes and windows: worst over lock-step`, unit: 'times', goal: 0.9 },
      prepare: () => bed.open(FILE_BYTES, ['ours']),
      clean: () => bed.close(),
      ours: async () => {
        matrix = await runAll(bed);
        return matrix.worstOverLockStep;
      },
    },
    {
      ...{ ...frame, name: 'tftp blocks of 8192 and more, slowest window', unit: 'MB/s', goal: 50 },
      ours: () => Promise.resolve(matrix?.slowestLarge ?? Number.NaN),
    },
  ];
}
