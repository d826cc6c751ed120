#!/usr/bin/env node
/** The command: hands over to the bundled command line, or says how to build it. */
import { existsSync } from 'node:fs';

const main = new URL('../dist/bundle/portwright.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error('Portwright is not built yet: run `npm run build` in its folder first.');
  // As for any other invalid use: nothing was done.
  process.exitCode = 2;
}
