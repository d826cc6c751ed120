/** `copy PORT running-config VERSION ./FILE`: a configuration out of a port's store. */
import { rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { segment } from '../cli.js';
import type { Cli } from '../cli.js';
import { json, pairs } from '../text.js';
import type { CopyEnd } from './ends.js';
import type { CopyOptions } from './options.js';

export async function saveConfig(
  cli: Cli,
  { port, type, version }: Extract<CopyEnd, { kind: 'stored' }>,
  { path }: Extract<CopyEnd, { kind: 'file' }>,
  options: CopyOptions,
): Promise<void> {
  const client = await cli.client();
  const text = await client.text(`/ports/${segment(port)}/configs/${segment(type)}/${segment(version)}`);
  const file = resolve(cli.io.cwd, path);
  // It holds secrets of the device: for its owner alone, and whole or not at all.
  await writeFile(`${file}.part`, text, { mode: 0o600 });
  await rename(`${file}.part`, file);
  const sizeBytes = Buffer.byteLength(text);
  const rows = [
    ['Written', `${file}, ${type} ${version} of ${port}`],
    ['Size', `${String(sizeBytes)} bytes`],
  ] as const;
  cli.io.out(options.json === true ? json({ file, type, version, sizeBytes }) : pairs(rows));
}
