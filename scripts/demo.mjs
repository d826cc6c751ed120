/** `npm run demo`: a node, the simulated lab, and a console event that ends in a verified OS push. `-- --keep` leaves it running. */
import { runBuilt } from './run-built.mjs';

process.exitCode = await runBuilt('lab/demo.js', process.argv.slice(2));
