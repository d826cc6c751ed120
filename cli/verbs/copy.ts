/** `copy ./FILE PORT os VERSION`: a file into a port's store, streamed, its SHA-256 pinned. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import type { ImageAnswer } from '../api-answers.js';
import { segment, UsageError } from '../cli.js';
import type { Cli } from '../cli.js';
import { json, pairs } from '../text.js';

interface CopyOptions {
  readonly sha256?: string;
  readonly sha512?: string;
  readonly md5?: string;
  readonly json?: true;
}

const ALGORITHMS = ['sha256', 'sha512', 'md5'] as const;

export function addCopy(program: Command, cli: Cli): void {
  program
    .command('copy')
    .description("copy a file into a port's store: copy ./c1700.bin 1/1 os candidate")
    .argument('<WORDS...>', './FILE PORT os VERSION')
    .option('--sha256 <HEX>', "the vendor's SHA-256, to compare with")
    .option('--sha512 <HEX>', "the vendor's SHA-512, to compare with")
    .option('--md5 <HEX>', "the vendor's MD5, to compare with")
    .option('--json', 'one JSON document')
    .action(async (words: readonly string[], options: CopyOptions) => {
      const { file, port, version } = await upload(cli, words);
      const sizeBytes = (await stat(file)).size;
      const sha256 = await checkedHash(file, options);
      const client = await cli.client();
      const content = Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>;
      const image = await client.upload<ImageAnswer>(
        `/ports/${segment(port)}/os/${segment(version)}`,
        { fileName: basename(file), sha256 },
        { content, sizeBytes },
      );
      if (options.json === true) cli.io.out(json(image));
      else cli.io.out(imageText(port, image));
    });
}

/** What the words mean. The form that this version has is the only one that is taken. */
async function upload(cli: Cli, words: readonly string[]): Promise<{ file: string; port: string; version: string }> {
  const [source = '', port, kind, version, ...rest] = words;
  const file = resolve(cli.io.cwd, source);
  if (port === undefined || kind !== 'os' || version === undefined || rest.length > 0) {
    throw new UsageError('Expected ./FILE PORT os VERSION, such as: copy ./c1700.bin 1/1 os candidate');
  }
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile)
    throw new UsageError(`${source} is no file here; URLs and other ports are not available in this version.`);
  return { file, port, version };
}

/** The file's SHA-256, after it met every hash that was given. */
async function checkedHash(file: string, options: CopyOptions): Promise<string> {
  const hashes = ALGORITHMS.map((name) => ({ name, hash: createHash(name), wanted: options[name]?.toLowerCase() }));
  for await (const piece of createReadStream(file) as AsyncIterable<Uint8Array>) {
    for (const { hash } of hashes) hash.update(piece);
  }
  let sha256 = '';
  for (const { name, hash, wanted } of hashes) {
    const got = hash.digest('hex');
    if (name === 'sha256') sha256 = got;
    if (wanted !== undefined && wanted !== got) {
      throw new UsageError(`${basename(file)}: expected ${name} ${wanted}, got ${got}. Nothing was stored.`);
    }
  }
  return sha256;
}

function imageText(port: string, { version, fileName, sizeBytes, sha256 }: ImageAnswer): string {
  return pairs([
    ['Stored', `${fileName} as os ${version} of ${port}`],
    ['Size', `${String(sizeBytes)} bytes`],
    ['SHA-256', sha256],
  ]);
}
