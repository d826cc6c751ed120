import { expect } from 'chai';
import { makeCertificate } from '../../support/certificate.js';
import { seeded } from '../../support/seeded.js';
import { runFaultCase } from './http-faults.js';

const CASES = 40;

describe('HTTP over a connection that breaks', function () {
  this.timeout(60_000);
  const tls = makeCertificate();

  for (const [method, more] of [
    ['http', {}],
    ['https', { tls }],
  ] as const) {
    it(`${method}: the exact file or a clean failure, both ways`, async function () {
      const random = seeded(this);
      const ends = new Map<string, number>();
      for (let number = 0; number < CASES; number++) {
        const content = new Uint8Array(random(300_000)).map(() => random(256));
        const end = await runFaultCase({ direction: number % 2 === 0 ? 'get' : 'put', ...more, content, random });
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }
      expect(ends.get('exact') ?? 0, 'some get through').to.be.above(CASES / 10);
      expect(ends.size, 'some do not').to.be.above(1);
    });
  }
});
