/** `copy ./FILE PORT os VERSION`: a file into a port's store, streamed, its SHA-256 pinned. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { ImageAnswer } from '../api-answers.js';
import { UsageError, segment } from '../cli.js';
import type { Cli } from '../cli.js';
import type { CopyEnd } from './ends.js';
import { hashesOf } from './options.js';
import type { CopyOptions } from './options.js';
import { tellStored } from './tell-stored.js';

export async function upload(
  cli: Cli,
  { path }: Extract<CopyEnd, { kind: 'file' }>,
  { port, version }: Extract<CopyEnd, { kind: 'stored' }>,
  options: CopyOptions,
): Promise<void> {
  const file = resolve(cli.io.cwd, path);
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) throw new UsageError(`${path} is no file here.`);
  const sha256 = await checkedHash(file, options);
  const client = await cli.client();
  const content = Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>;
  const image = await client.upload<ImageAnswer>(
    `/ports/${segment(port)}/os/${segment(version)}`,
    { fileName: options.fileName ?? basename(file), sha256 },
    { content, sizeBytes: found.size },
  );
  tellStored(cli, port, image, options);
}

/** The file's SHA-256, after it met every hash that was given. */
async function checkedHash(file: string, options: CopyOptions): Promise<string> {
  const wanted = hashesOf(options);
  const hashes = ['sha256', 'sha512', 'md5'].map((name) => ({ name, hash: createHash(name) }));
  for await (const piece of createReadStream(file) as AsyncIterable<Uint8Array>) {
    for (const { hash } of hashes) hash.update(piece);
  }
  const got = Object.fromEntries(hashes.map(({ name, hash }) => [name, hash.digest('hex')]));
  for (const [name, hex] of Object.entries(wanted)) {
    if (hex.toLowerCase() === got[name]) continue;
    throw new UsageError(
      `${basename(file)}: expected ${name} ${hex.toLowerCase()}, got ${got[name] ?? ''}. Nothing was stored.`,
    );
  }
  return got['sha256'] ?? '';
}
