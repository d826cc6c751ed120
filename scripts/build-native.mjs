/**
 * `npm run build:native`: builds the optional native sender of the TFTP server (native/) with the node-gyp that comes with
 * npm and the headers that come with Node. It needs Python 3 and a C++ toolchain; nothing is downloaded.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './bootstrap.mjs';

/** Headers are in `<prefix>/include/node`, the program in `<prefix>/bin`. */
const prefix = dirname(dirname(realpathSync(process.execPath)));
const gyp = findGyp();
if (gyp === undefined) fail('node-gyp was not found beside npm');
if (!existsSync(join(prefix, 'include/node/node_api.h'))) fail(`there are no headers in ${prefix}/include/node`);
const { status } = spawnSync(
  process.execPath,
  [gyp, 'rebuild', `--directory=${join(ROOT, 'native')}`, `--nodedir=${prefix}`, '--loglevel=warn'],
  { stdio: ['ignore', 'inherit', 'inherit'] },
);
if (status !== 0) fail('the native sender does not build; everything works without it, only slower');
console.log('Built native/build/Release/udp_blocks.node.');

function findGyp() {
  const npm = process.env.npm_execpath === undefined ? undefined : dirname(dirname(process.env.npm_execpath));
  const places = [npm, join(prefix, 'lib/node_modules/npm'), join(prefix, 'share/nodejs/npm')];
  return places
    .filter((place) => place !== undefined)
    .map((place) => join(place, 'node_modules/node-gyp/bin/node-gyp.js'))
    .find((path) => existsSync(path));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
