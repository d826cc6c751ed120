/**
 * `npm test`: on a fresh clone installs and builds what is missing, fetches the foreign programs of the tests where it may,
 * runs every gate and every test, ends with `N passed, N failed, N skipped`.
 * `-- --only GLOB` runs the tests of these files alone.
 */
import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap.mjs';
import { BUILD_GATE, NATIVE_GATES, runGates } from './gates.mjs';
import { installPeers } from './install-peers.mjs';
import { runMocha, runTogether, TOGETHER } from './run-mocha.mjs';
import { Tally } from './tally.mjs';

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
bootstrap({ build: false });
const tally = new Tally();
if (values.only === undefined) {
  tally.add(installPeers());
  console.log('Checks');
  tally.add(runGates([BUILD_GATE, ...NATIVE_GATES]));
  for (const kinds of TOGETHER) for (const summary of await runTogether(kinds)) tally.add(summary);
} else {
  bootstrap();
  tally.add(await runMocha(values.only));
}
tally.finish();
