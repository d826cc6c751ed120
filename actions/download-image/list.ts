/**
 * Lists of files (`.lst`): one name a line, relative to the list's own folder; a name that ends in `.lst` is a list again.
 * Source: EXOS Command Reference 22.1 (`download image`, "flat-text list of files"; lists of lists).
 */
import { fail } from '../../core/errors/index.js';
import { maskUrls } from '../../core/file-url.js';

export const LIST_ENDING = '.lst';

/** A list in a list in a list … so deep; the vendor's own example has two. */
const MOST_DEEP = 5;
const MOST_LISTS = 32;
/** One core image, and what a port's store keeps by name beside it. */
const MOST_FILES = 7;

export interface ListRules {
  readonly port: string;
  /** Characters of a name, as the inside of a character class. */
  readonly characters: string;
}

/**
 * URLs of all files that a list names, in its order. `read` fetches the text of one list. Errors: DOWNLOAD_LIST, those of
 * `read`.
 */
export async function resolveList(
  root: string,
  rules: ListRules,
  read: (url: string) => Promise<string>,
): Promise<readonly string[]> {
  const files: string[] = [];
  let lists = 0;
  const refuse = (list: string, reason: string): Error =>
    fail('DOWNLOAD_LIST', { port: rules.port, list: maskUrls(list), reason });
  const walk = async (list: string, parents: readonly string[]): Promise<void> => {
    if (parents.includes(list)) throw refuse(list, 'it names itself, by way of other lists or directly');
    if (parents.length >= MOST_DEEP) throw refuse(list, `lists in lists, more than ${String(MOST_DEEP)} deep`);
    if (++lists > MOST_LISTS) throw refuse(list, `more than ${String(MOST_LISTS)} lists`);
    const names = namesOf(await read(list));
    if (names.length === 0) throw refuse(list, 'it names no file');
    for (const name of names) {
      const odd = oddIn(name, rules.characters);
      if (odd !== undefined) throw refuse(list, `line ${JSON.stringify(name.slice(0, 100))}: ${odd}`);
      const url = new URL(name, list).href;
      if (isList(name)) await walk(url, [...parents, list]);
      else if (files.includes(url)) throw refuse(list, `${name} is named twice`);
      else files.push(url);
    }
  };
  await walk(root, []);
  if (files.length > MOST_FILES)
    throw refuse(root, `${String(files.length)} files, where at most ${String(MOST_FILES)} can be brought at once`);
  return files;
}

export function isList(name: string): boolean {
  return name.toLowerCase().endsWith(LIST_ENDING);
}

/** What comments look like no vendor page says: a line is a name or nothing. */
function namesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function oddIn(name: string, characters: string): string | undefined {
  const odd = new RegExp(`[^/${characters}]`, 'u').exec(name)?.[0];
  if (odd !== undefined) return `${JSON.stringify(odd)} does not stand in the name of a file`;
  return name.startsWith('/') || name.split('/').includes('..') ? 'it leads out of the folder of the list' : undefined;
}
