/** `npm run test:unit`, `test:peers`, `test:lab`, `test:devices`: one part of the tests; more arguments go to Mocha (`-- --grep tftp`). */
import { bootstrap } from './bootstrap.mjs';
import { KINDS, runMocha, testFiles } from './run-mocha.mjs';
import { Tally } from './tally.mjs';

const [kind, ...more] = process.argv.slice(2);
if (!Object.hasOwn(KINDS, kind)) {
  console.error(`expected one of ${Object.keys(KINDS).join(', ')}, got ${kind}`);
  process.exit(2);
}
bootstrap({ build: kind !== 'unit' });
const tally = new Tally();
tally.add(await runMocha(testFiles(kind), more));
tally.finish();
