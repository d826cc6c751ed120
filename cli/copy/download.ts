/** `copy PORT os VERSION ./FILE`: a file out of a port's store; it has its name only when its hash was met. */
import { createHash } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { segment, UsageError } from '../cli.js';
import type { Cli } from '../cli.js';
import { json, pairs } from '../text.js';
import type { CopyEnd } from './ends.js';
import type { CopyOptions } from './options.js';

export async function download(
  cli: Cli,
  { port, version }: Extract<CopyEnd, { kind: 'stored' }>,
  { path }: Extract<CopyEnd, { kind: 'file' }>,
  options: CopyOptions,
): Promise<void> {
  const client = await cli.client();
  const { headers, body } = await client.download(`/ports/${segment(port)}/os/${segment(version)}`);
  const name = /filename="([^"/]+)"/.exec(headers.get('content-disposition') ?? '')?.[1] ?? '';
  const file = await targetFile(resolve(cli.io.cwd, path), name);
  const wanted = headers.get('x-content-sha256') ?? '';
  const { sizeBytes, sha256 } = await receive(body, file, wanted);
  const written = { file, fileName: name, sizeBytes, sha256 };
  cli.io.out(
    options.json === true
      ? json(written)
      : pairs([
          ['Written', `${file}, os ${version} of ${port}`],
          ['Size', `${String(sizeBytes)} bytes`],
          ['SHA-256', sha256],
        ]),
  );
}

/** A folder gets the file under its own name. */
async function targetFile(path: string, name: string): Promise<string> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory() === true && name !== '') return join(path, name);
  if (there !== undefined && !there.isFile()) throw new UsageError(`${path} is no file.`);
  return path;
}

async function receive(
  body: AsyncIterable<Uint8Array>,
  file: string,
  wanted: string,
): Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
  const part = `${file}.part`;
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const handle = await open(part, 'w');
  try {
    for await (const piece of body) {
      hash.update(piece);
      await handle.appendFile(piece);
      sizeBytes += piece.length;
    }
    await handle.close();
    const sha256 = hash.digest('hex');
    if (sha256 !== wanted)
      throw new Error(`what came has SHA-256 ${sha256}, expected ${wanted}; ${file} was not written`);
    await rename(part, file);
    return { sizeBytes, sha256 };
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(part, { force: true });
    throw error;
  }
}
