/** A port's store as a table, or with `-v` as blocks with hashes. */
import type { ConfigAnswer, ImageAnswer } from '../api-answers.js';
import { lines, pairs, table, time } from '../text.js';

export function directoryText(
  files: readonly ImageAnswer[],
  configs: readonly ConfigAnswer[],
  verbose: boolean,
): string {
  if (files.length + configs.length === 0) return lines('The store of this port is empty.');
  if (verbose) return [...files.map(fileBlock), ...configs.map(configBlock)].join('\n');
  return table(
    ['VERSION', 'BYTES', 'STORED', 'FILE'],
    [
      ...files.map(({ version, fileName, sizeBytes, storedAt }) => [
        `os ${version}`,
        sizeBytes,
        time(storedAt),
        fileName,
      ]),
      ...configs.map(({ type, version, sizeBytes, storedAt }) => [`${type} ${version}`, sizeBytes, time(storedAt), '']),
    ],
  );
}

function fileBlock({ version, fileName, sizeBytes, storedAt, sha256, md5 }: ImageAnswer): string {
  return pairs([
    ['Version', `os ${version}`],
    ['File', fileName],
    ['Size', `${String(sizeBytes)} bytes`],
    ['Stored', time(storedAt)],
    ['SHA-256', sha256],
    ['MD5', md5],
  ]);
}

function configBlock({ type, version, sizeBytes, storedAt, sha256 }: ConfigAnswer): string {
  return pairs([
    ['Version', `${type} ${version}`],
    ['Size', `${String(sizeBytes)} bytes`],
    ['Stored', time(storedAt)],
    ['SHA-256', sha256],
  ]);
}
