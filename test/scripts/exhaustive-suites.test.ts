import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';

interface Suite {
  readonly name: string;
  readonly possible: number;
  cases(seed: number): Iterable<{ readonly id: string; run(): Promise<void> }>;
}

const SEED = 7;
const folder = join(import.meta.dirname, '../exhaustive');

/** What `npm run test:exhaustive` takes up: a suite that it cannot load would end the whole run. */
describe('the exhaustive suites', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.suite.ts'));

  for (const file of files) {
    it(`${file} has cases, and the first passes`, async function () {
      this.timeout(60_000);
      const { suite } = (await import(pathToFileURL(join(folder, file)).href)) as { readonly suite: Suite };
      expect(suite.possible).to.be.above(0);
      const [first] = suite.cases(SEED);
      if (first === undefined) throw new Error(`${suite.name}: expected a case`);
      await first.run();
    });
  }
});
