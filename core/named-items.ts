/** Entries of site files that have a name of their own: each name once over all files of a folder. */
import type { SiteProblem } from './problem.js';
import { gotText, pointerTo } from './schema-problems.js';
import type { ValueProblem } from './schema-problems.js';
import { itemsOf } from './site-file.js';
import type { FileItem, SourceFile } from './site-file.js';

export interface ReadItem<T> {
  /** Absent where it has problems. */
  readonly made?: T;
  readonly problems: readonly ValueProblem[];
}

/** All entries in file order; those with problems are left out, and the first of a name counts. */
export function readNamed<T extends { readonly name: string }>(
  files: readonly SourceFile[],
  key: Parameters<typeof itemsOf>[1],
  readItem: (item: FileItem) => ReadItem<T>,
): { readonly made: readonly T[]; readonly problems: readonly SiteProblem[] } {
  const found = new Map<string, { readonly made: T; readonly file: string }>();
  const problems: SiteProblem[] = [];
  for (const { file, json } of files) {
    const report = (problem: ValueProblem): void => {
      problems.push({ file, ...problem, severity: 'error' });
    };
    const outer = itemsOf(json, key);
    outer.problems.forEach(report);
    for (const item of outer.items) {
      const { made, problems: wrong } = readItem(item);
      wrong.forEach(report);
      if (made === undefined) continue;
      const taken = found.get(made.name);
      if (taken === undefined) found.set(made.name, { made, file });
      else {
        const wanted = `a name that ${taken.file} has not taken`;
        report({ pointer: pointerTo(item.pointer, 'name'), wanted, got: gotText(made.name) });
      }
    }
  }
  return { made: [...found.values()].map(({ made }) => made), problems };
}
