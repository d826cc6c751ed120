/** Reads the files of a site folder (CONTRACT, "The site folder"); what they mean is decided elsewhere. */
import { readdir, stat } from 'node:fs/promises';
import { fail } from '../../core/errors/index.js';
import type { SiteProblem } from '../../core/problem.js';
import { join } from 'node:path';
import { readJsonFile } from './read-json.js';
import type { SourceFile } from '../../core/site-file.js';

export interface SiteFiles {
  /** `portwright.json`, where it could be read. */
  readonly main?: SourceFile;
  readonly ports: readonly SourceFile[];
  readonly conditions: readonly SourceFile[];
  readonly rules: readonly SourceFile[];
  readonly schedules: readonly SourceFile[];
  readonly monitors: readonly SourceFile[];
  readonly windows: readonly SourceFile[];
  readonly policies: readonly SourceFile[];
  readonly drivers: readonly SourceFile[];
  readonly problems: readonly SiteProblem[];
}

const MAIN_FILE = 'portwright.json';
const PORTS_FILE = 'ports.json';
const FOLDERS = ['ports', 'conditions', 'rules', 'schedules', 'monitors', 'windows', 'policies', 'drivers'] as const;

/** All files, with every one that cannot be read or parsed among the problems. Errors: SITE_MISSING. */
export async function readSite(folder: string): Promise<SiteFiles> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw fail('SITE_MISSING', { folder });
  const top = await jsonFilesIn(folder, '');
  const problems: SiteProblem[] = [...unknownFiles(top)];
  const load = async (files: readonly string[]): Promise<readonly SourceFile[]> => {
    const results = await Promise.all(files.map((file) => readJsonFile(folder, file)));
    return results.flatMap((result) => {
      if ('read' in result) return [result.read];
      problems.push(result.problem);
      return [];
    });
  };
  const [main] = await load([MAIN_FILE]);
  const inFolders = new Map<string, readonly SourceFile[]>();
  for (const name of FOLDERS) inFolders.set(name, await load(await jsonFilesIn(folder, name)));
  const single = top.includes(PORTS_FILE) ? await load([PORTS_FILE]) : [];
  return {
    ...(main === undefined ? {} : { main }),
    ports: [...single, ...(inFolders.get('ports') ?? [])],
    conditions: inFolders.get('conditions') ?? [],
    rules: inFolders.get('rules') ?? [],
    schedules: inFolders.get('schedules') ?? [],
    monitors: inFolders.get('monitors') ?? [],
    windows: inFolders.get('windows') ?? [],
    policies: inFolders.get('policies') ?? [],
    drivers: inFolders.get('drivers') ?? [],
    problems,
  };
}

/** `*.json` of one folder, sorted, relative to the site folder. A folder that is not there has none. */
async function jsonFilesIn(folder: string, name: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, name)).catch(() => []);
  const files = entries.filter((entry) => entry.endsWith('.json') && !entry.startsWith('.')).sort();
  return files.map((entry) => (name === '' ? entry : `${name}/${entry}`));
}

/** `rules.json` beside `rules/` would be a silent loss. */
function unknownFiles(top: readonly string[]): readonly SiteProblem[] {
  return top
    .filter((file) => file !== MAIN_FILE && file !== PORTS_FILE)
    .map((file) => ({
      file,
      pointer: '',
      wanted: `${MAIN_FILE}, ${PORTS_FILE}, or a file in ${FOLDERS.map((name) => `${name}/`).join(', ')}`,
      got: 'a file that is not read',
      severity: 'warning',
    }));
}
