/** From a site folder to a frozen site, or to everything that is wrong with it. Nothing is opened but the files themselves. */
import { PortwrightError } from '../../core/errors/index.js';
import type { Driver } from '../../core/driver.js';
import type { ManagedPort } from '../../core/managed-port.js';
import type { ActionCatalog } from '../../core/ports/action-catalog.js';
import type { SiteProblem } from '../../core/problem.js';
import { gotText, pointerTo, SchemaCheck } from '../../core/schema-problems.js';
import { readDrivers } from '../../drivers/index.js';
import { behaviourProblems } from './check-behaviour.js';
import { checkMethods } from './check-methods.js';
import { checkPorts, versionProblem } from './check-ports.js';
import type { PortEntry } from './check-ports.js';
import { checkSecrets } from './check-secrets.js';
import { makePort, makeSite } from './make-site.js';
import type { ResolvedPort } from './make-site.js';
import { readSite } from './read-site.js';
import { PortwrightSchema } from './schemas.js';
import type { PortwrightFile } from './schemas.js';
import type { SourceFile } from '../../core/site-file.js';
import type { Site } from './site.js';

/** What a site is checked against. */
export interface SiteChecks {
  readonly drivers: readonly Driver[];
  /** The driver of a port as its properties make it; `own` are the site's. Errors: DRIVER_UNKNOWN, DRIVER_PROPERTY. */
  readonly driverFor: (port: ManagedPort, own: readonly Driver[]) => Driver;
  readonly catalog: ActionCatalog;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface LoadedSite {
  /** Absent where a problem is an error. */
  readonly site?: Site;
  readonly problems: readonly SiteProblem[];
}

const MAIN_CHECK = new SchemaCheck(PortwrightSchema);
/** Stands in where portwright.json is wrong, so that the other files are still looked at. */
const NO_MAIN: PortwrightFile = { node: 'node' };

/** Errors: SITE_MISSING. Everything else is a problem. */
export async function loadSite(folder: string, checks: SiteChecks): Promise<LoadedSite> {
  const files = await readSite(folder);
  const { main, problems: mainProblems } = checkMain(files.main);
  const { entries, problems: portProblems } = checkPorts(files.ports, (main ?? NO_MAIN).node);
  const own = readDrivers(files.drivers, checks.drivers);
  const known = [...checks.drivers, ...own.drivers];
  const resolved = entries.map((entry) => makePort(entry, main ?? NO_MAIN, known));
  const problems = distinct([
    ...files.problems,
    ...mainProblems,
    ...portProblems,
    ...own.problems,
    ...entries.flatMap((entry, i) => driverProblems(entry, resolved[i], main, { checks, own: own.drivers })),
    ...(main === undefined ? [] : checkSecrets(main, entries, { folder, env: checks.env })),
    ...behaviourProblems(files, checks.catalog),
  ]);
  const sound = main !== undefined && problems.every(({ severity }) => severity === 'warning');
  return sound
    ? { site: makeSite(folder, main, { files, ports: resolved, drivers: own.drivers }), problems }
    : { problems };
}

function checkMain(read: SourceFile | undefined): {
  readonly main?: PortwrightFile;
  readonly problems: readonly SiteProblem[];
} {
  if (read === undefined) return { problems: [] };
  const { file, json } = read;
  const version = (json as { readonly version?: unknown } | null)?.version;
  const newer = version === undefined ? undefined : versionProblem(version);
  if (newer !== undefined) return { problems: [{ file, ...newer, severity: 'error' }] };
  const wrong = MAIN_CHECK.problems(json);
  if (wrong.length > 0) return { problems: wrong.map((problem) => ({ file, ...problem, severity: 'error' })) };
  return { main: json as PortwrightFile, problems: [] };
}

function driverProblems(
  entry: PortEntry,
  resolved: ResolvedPort | undefined,
  main: PortwrightFile | undefined,
  { checks, own }: { readonly checks: SiteChecks; readonly own: readonly Driver[] },
): readonly SiteProblem[] {
  const { file, pointer, port } = entry;
  const known = [...checks.drivers, ...own].map(({ id }) => id);
  if (!known.includes(port.driver)) {
    const wanted = `one of the drivers ${known.join(', ')}`;
    return [{ file, pointer: pointerTo(pointer, 'driver'), wanted, got: gotText(port.driver), severity: 'error' }];
  }
  if (resolved === undefined) return [];
  try {
    const driver = checks.driverFor(resolved.port, own);
    return main === undefined ? [] : checkMethods(entry, resolved, driver, main);
  } catch (error) {
    if (!(error instanceof PortwrightError)) throw error;
    const { property, wanted } = error.context;
    const at = pointerTo(pointer, 'properties') + String(property ?? '').replace(/^(?!\/|$)/, '/');
    const got = gotText(valueAt(port.properties, String(property ?? '')));
    return [{ file, pointer: at, wanted: String(wanted ?? error.message), got, severity: 'error' }];
  }
}

/** What stands at a pointer-like path. */
function valueAt(root: unknown, path: string): unknown {
  return path
    .split('/')
    .filter((key) => key !== '')
    .reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), root);
}

/** A site-wide setting would be named once for every port. */
function distinct(problems: readonly SiteProblem[]): readonly SiteProblem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = JSON.stringify([problem.file, problem.pointer, problem.wanted, problem.got]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
