/** The outer form of a site file: one item, a bare list, or `{ "$schema", "version": 1, "<list>": […] }`. */
import { gotText, pointerTo } from './schema-problems.js';
import type { ValueProblem } from './schema-problems.js';

/** Newest version of the file forms that this program reads. */
export const SITE_FILE_VERSION = 1;

/** One parsed JSON file of the site; `file` is relative to the site folder. */
export interface SourceFile {
  readonly file: string;
  readonly json: unknown;
}

/** One item with its place in the file. */
export interface FileItem {
  readonly pointer: string;
  readonly value: unknown;
}

/** The items of a file. A newer version of the form is refused by name. */
export function itemsOf(
  json: unknown,
  list: 'rules' | 'conditions' | 'schedules' | 'monitors' | 'windows' | 'policies' | 'drivers',
): { readonly items: readonly FileItem[]; readonly problems: readonly ValueProblem[] } {
  if (Array.isArray(json)) return { items: listItems(json, ''), problems: [] };
  if (!isObject(json) || !isWrapper(json, list)) return { items: [{ pointer: '', value: json }], problems: [] };
  const problems: ValueProblem[] = [];
  if (json['version'] !== SITE_FILE_VERSION) {
    const wanted = `version ${String(SITE_FILE_VERSION)}, the newest that this program reads`;
    problems.push({ pointer: '/version', wanted, got: gotText(json['version']) });
  }
  for (const key of Object.keys(json)) {
    if (!['$schema', 'version', list].includes(key)) {
      problems.push({ pointer: pointerTo('', key), wanted: `$schema, version or ${list}`, got: gotText(key) });
    }
  }
  const value = json[list];
  if (Array.isArray(value)) return { items: listItems(value, pointerTo('', list)), problems };
  problems.push({ pointer: pointerTo('', list), wanted: 'a list', got: gotText(value) });
  return { items: [], problems };
}

/** A single named condition has a key `conditions` too, but never a list there. */
function isWrapper(json: Record<string, unknown>, list: string): boolean {
  return 'version' in json || '$schema' in json || Array.isArray(json[list]);
}

function listItems(list: readonly unknown[], pointer: string): readonly FileItem[] {
  return list.map((value, i) => ({ pointer: pointerTo(pointer, i), value }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
