/**
 * Makes dist/bundle/ from dist/: the command line with all that it imports, ours and the packages', in a few files. A node
 * would else read some 1,100 files before it listens, which takes longer than everything that it then does.
 *
 * Outside stay packages with a native part, and what runs in threads of its own: that is read from dist/ as it was
 * compiled. (Of ssh2's native part nothing is built; it looks for it all the same.)
 */
import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const DIST = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist');
const BUNDLE = join(DIST, 'bundle');
const NATIVE = ['better-sqlite3', 'serialport', 'node-pty', 'ssh2'];
/** A node that was started from the former bundle may still load a part of it. */
const FORMER_KEPT_MS = 3_600_000;

/** A module finds the files beside it from where it was compiled, not from the bundle that it became part of. */
const ownPlaces = {
  name: 'own-places',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      if (!path.startsWith(DIST + sep)) return undefined;
      const place = relative(BUNDLE, path).replaceAll(sep, '/');
      const contents = readFileSync(path, 'utf8').replaceAll(
        'import.meta.url',
        `new URL(${JSON.stringify(place)}, import.meta.url).href`,
      );
      return { contents, resolveDir: dirname(path) };
    });
  },
};

/** CommonJS packages in an ES module: they take these for granted. */
const COMMON_JS = `
import { createRequire as $createRequire } from 'node:module';
import { dirname as $dirname } from 'node:path';
import { fileURLToPath as $fileURLToPath } from 'node:url';
const require = $createRequire(import.meta.url);
const __filename = $fileURLToPath(import.meta.url);
const __dirname = $dirname(__filename);
`;

await build({
  entryPoints: { portwright: join(DIST, 'cli/main.js') },
  outdir: BUNDLE,
  bundle: true,
  // What is imported late stays a file of its own: `show jobs` loads no server.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: NATIVE,
  plugins: [ownPlaces],
  banner: { js: COMMON_JS },
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
});
dropFormer();

function dropFormer() {
  const paths = readdirSync(BUNDLE).map((name) => join(BUNDLE, name));
  for (const path of paths) if (Date.now() - statSync(path).mtimeMs > FORMER_KEPT_MS) rmSync(path);
}
