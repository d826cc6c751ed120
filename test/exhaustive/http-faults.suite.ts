/** HTTP and HTTPS, both ways, over connections that are cut, ended, stalled and damaged, by the thousand. */
import { runFaultCase } from '../connectors/transfers/http-faults.js';
import { makeCertificate } from '../support/certificate.js';
import { SeededRandom } from '../support/seeded-random.js';

const CASES = 20_000;
/** Sizes around what one write, one read and one packet hold. */
const SIZES = [0, 1, 1023, 1024, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 262_143, 262_144, 262_145, 600_000];

const tls = makeCertificate();

export const suite = {
  name: 'http-faults',
  possible: CASES,
  *cases(seed: number): Iterable<{ id: string; run(): Promise<void> }> {
    for (let index = 0; index < CASES; index += 1) {
      const caseSeed = (seed + index) >>> 0;
      const source = new SeededRandom(caseSeed);
      const random = (limit: number): number => source.below(Math.max(1, Math.floor(limit)));
      const sizeBytes = SIZES[random(SIZES.length)] ?? 0;
      const direction = random(2) === 0 ? ('get' as const) : ('put' as const);
      const secure = random(2) === 0;
      yield {
        id: `${String(caseSeed)} ${secure ? 'https' : 'http'} ${direction} ${String(sizeBytes)}`,
        run: async () => {
          const content = new Uint8Array(sizeBytes).map(() => random(256));
          await runFaultCase({ direction, ...(secure ? { tls } : {}), content, random });
        },
      };
    }
  },
};
