/** `npm run bench -- NAME [--json]`: measures ours and the peers in one run (docs/benchmarks.md). */
import { runBuilt } from './run-built.mjs';

process.exitCode = await runBuilt('bench/main.js', process.argv.slice(2));
