/** Reads one JSON file of the site; a fault is named with its line and column. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SiteProblem } from '../../core/problem.js';
import { gotText } from '../../core/schema-problems.js';
import { findJsonFault } from './json-fault.js';
import type { SourceFile } from '../../core/site-file.js';

/** Larger is no configuration: the file is refused before it is parsed, bytes. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** How much of the text around a fault a message shows. */
const EXCERPT = 20;

export type ReadFile = { readonly read: SourceFile } | { readonly problem: SiteProblem };

/** `file` is relative to the folder. */
export async function readJsonFile(folder: string, file: string): Promise<ReadFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(join(folder, file));
  } catch (error) {
    return { problem: problemOf(file, 'a readable file', reasonOf(error)) };
  }
  if (bytes.length > MAX_FILE_BYTES) {
    return { problem: problemOf(file, `at most ${String(MAX_FILE_BYTES)} bytes`, `${String(bytes.length)} bytes`) };
  }
  let text: string;
  try {
    // `ignoreBOM: false` takes a byte order mark away, as editors on Windows write it.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return { problem: problemOf(file, 'UTF-8 text', 'bytes that are none') };
  }
  return parseJson(file, text);
}

/** Parses a text that is already there. */
export function parseJson(file: string, text: string): ReadFile {
  const fault = findJsonFault(text);
  if (fault !== undefined) return { problem: problemOf(file, fault.wanted, placeOf(text, fault.offset)) };
  return { read: { file, json: JSON.parse(text) as unknown } };
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  const [rest = ''] = text.slice(offset, offset + EXCERPT).split(/\r?\n/);
  const found = offset >= text.length ? 'the end of the file' : rest === '' ? 'the end of the line' : gotText(rest);
  return `${found} at line ${String(before.length)}, column ${String(column)}`;
}

function problemOf(file: string, wanted: string, got: string): SiteProblem {
  return { file, pointer: '', wanted, got, severity: 'error' };
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return code === 'ENOENT' ? 'no such file' : code;
}
