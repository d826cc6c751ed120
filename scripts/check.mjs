/** `npm run check`: every gate and the unit tests; needs no foreign program. */
import { bootstrap } from './bootstrap.mjs';
import { runGates } from './gates.mjs';
import { runMocha, testFiles } from './run-mocha.mjs';
import { Tally } from './tally.mjs';

bootstrap({ build: false });
const tally = new Tally();
console.log('Checks');
tally.add(runGates());
console.log('Unit tests');
tally.add(await runMocha(testFiles('unit')));
tally.finish();
