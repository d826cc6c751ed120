/** The store as built JavaScript, in a folder below the checkout (where packages are found): what child processes run. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface BuiltStore {
  /** The file of a module, given its source. */
  fileOf(source: URL): string;
  remove(): void;
}

export function buildStore(): BuiltStore {
  const folder = join(ROOT, '.cache', `store-${process.pid}`);
  const sources = [...sourcesBelow('store'), ...sourcesBelow('core'), 'test/store/support/store-writer.ts'];
  for (const source of sources) {
    const { outputText } = ts.transpileModule(readFileSync(join(ROOT, source), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true },
    });
    const target = builtFile(folder, source);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
  return {
    fileOf: (source) => builtFile(folder, relative(ROOT, fileURLToPath(source))),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function builtFile(folder: string, source: string): string {
  return join(folder, source.replace(/\.ts$/, '.js'));
}

function sourcesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}
