/** The ports of all port files: each entry's form, and what they must not share. */
import type { SiteProblem } from '../../core/problem.js';
import { gotText, pointerTo, SchemaCheck } from '../../core/schema-problems.js';
import { SITE_FILE_VERSION } from '../../core/site-file.js';
import type { FileItem } from '../../core/site-file.js';
import { PortSchema } from './schemas.js';
import type { PortFile } from './schemas.js';
import type { SourceFile } from '../../core/site-file.js';

/** One port as written, with its place. */
export interface PortEntry {
  readonly file: string;
  readonly pointer: string;
  readonly port: PortFile;
  /** Explicit, or made of node and name. */
  readonly id: string;
}

export interface CheckedPorts {
  readonly entries: readonly PortEntry[];
  readonly problems: readonly SiteProblem[];
}

const PORT_CHECK = new SchemaCheck(PortSchema);

/** Entries of right form; all that is wrong. */
export function checkPorts(files: readonly SourceFile[], node: string): CheckedPorts {
  const problems: SiteProblem[] = [];
  const entries = files.flatMap(({ file, json }) => {
    const list = portList(json);
    problems.push(...list.problems.map((problem) => ({ file, ...problem, severity: 'error' as const })));
    return list.items.flatMap(({ pointer, value }): readonly PortEntry[] => {
      const wrong = PORT_CHECK.problems(value);
      problems.push(...wrong.map((p) => ({ ...p, file, pointer: pointer + p.pointer, severity: 'error' as const })));
      if (wrong.length > 0) return [];
      const port = value as PortFile;
      problems.push(...loginless(file, pointer, port));
      return [{ file, pointer, port, id: port.id ?? `${node}:${port.port}` }];
    });
  });
  return { entries, problems: [...problems, ...sharedThings(entries)] };
}

/** SSH lets nobody in without a login. */
function loginless(file: string, pointer: string, { console, credentials }: PortFile): readonly SiteProblem[] {
  if (console?.type !== 'ssh' || (console.credentials ?? credentials) !== undefined) return [];
  const wanted = 'the key "credentials", here or at the port';
  return [{ file, pointer: `${pointer}/console`, wanted, got: 'no such key', severity: 'error' }];
}

type Wrong = Pick<SiteProblem, 'pointer' | 'wanted' | 'got'>;

function portList(json: unknown): { readonly items: readonly FileItem[]; readonly problems: readonly Wrong[] } {
  if (Array.isArray(json)) return { items: itemsOf(json, ''), problems: [] };
  const wanted = 'a list of ports, or { "version": 1, "ports": [ … ] }';
  if (typeof json !== 'object' || json === null || !('ports' in json)) {
    return { items: [], problems: [{ pointer: '', wanted, got: gotText(json) }] };
  }
  const { ports, version, ...rest } = json as Record<string, unknown>;
  const problems = Object.keys(rest)
    .filter((key) => key !== '$schema' && key !== '$comment')
    .map((key) => ({ pointer: pointerTo('', key), wanted: '$schema, version or ports', got: gotText(key) }));
  const version1 = versionProblem(version);
  if (version1 !== undefined) return { items: [], problems: [version1, ...problems] };
  if (Array.isArray(ports)) return { items: itemsOf(ports, '/ports'), problems };
  return { items: [], problems: [...problems, { pointer: '/ports', wanted: 'a list of ports', got: gotText(ports) }] };
}

/** Another version of the form may mean other things by the same keys: nothing else of the file is looked at. */
export function versionProblem(version: unknown): Wrong | undefined {
  if (version === SITE_FILE_VERSION) return undefined;
  const wanted = `version ${String(SITE_FILE_VERSION)}, the newest that this program reads`;
  return { pointer: '/version', wanted, got: gotText(version) };
}

function itemsOf(list: readonly unknown[], pointer: string): readonly FileItem[] {
  return list.map((value, i) => ({ pointer: pointerTo(pointer, i), value }));
}

interface Claim {
  readonly entry: PortEntry;
  readonly key: string;
  readonly what: string;
  readonly value: string;
}

/** Two ports with one name, one id, or one console. */
function sharedThings(entries: readonly PortEntry[]): readonly SiteProblem[] {
  const claims = entries.flatMap(claimsOf);
  const first = new Map<string, Claim>();
  return claims.flatMap((claim) => {
    const { entry, key, what, value } = claim;
    const taken = first.get(`${what} ${value}`);
    if (taken === undefined) {
      first.set(`${what} ${value}`, claim);
      return [];
    }
    if (taken.entry === entry) return [];
    const by = `${taken.entry.file} ${taken.entry.pointer}`;
    const wanted = `a ${what} that ${by} has not taken`;
    return [
      { file: entry.file, pointer: entry.pointer + key, wanted, got: gotText(value), severity: 'error' as const },
    ];
  });
}

/** Name and id answer to the same question (PORT), so they share one space. */
function claimsOf(entry: PortEntry): readonly Claim[] {
  const { port, id } = entry;
  const what = 'name or id';
  const names: Claim[] = [
    { entry, key: '/port', what, value: port.port },
    { entry, key: port.id === undefined ? '/port' : '/id', what, value: id },
  ];
  const { console } = port;
  if (console === undefined) return names;
  const value = console.type === 'serial' ? console.path : `${console.host}:${String(console.port)}`;
  return [...names, { entry, key: '/console', what: 'console', value }];
}
