/** What needs no node: wired here for the command line. Opens nothing but the files that it is given. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Catalog } from '../actions/index.js';
import type { Driver } from '../core/driver.js';
import { fail } from '../core/errors/index.js';
import { toldFacts } from '../core/facts.js';
import type { SiteProblem } from '../core/problem.js';
import { DRIVERS, driverFor, parseFacts, readDrivers } from '../drivers/index.js';
import { recordedText } from '../protocols/dialog/index.js';
import { importUplogix } from '../rules/index.js';
import type { Imported } from '../rules/index.js';
import { cronProblem, NextRun, zoneProblem } from '../schedules/index.js';
import { adviseRules } from './site/check-behaviour.js';
import { loadSite } from './site/load-site.js';
import type { LoadedSite } from './site/load-site.js';
import { readJsonFile } from './site/read-json.js';
import { readSite } from './site/read-site.js';
import type { Site } from './site/site.js';

export { firingsGained, replay } from './offline/replay.js';
export type { ReplayLine } from './offline/replay.js';
export { newSite } from './site/new-site.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads and checks a site folder. Errors: SITE_MISSING. */
export function checkSite(folder: string, env: Environment): Promise<LoadedSite> {
  return loadSite(folder, { drivers: DRIVERS, driverFor, catalog: new Catalog(), env });
}

/**
 * Checks single rule files. Named conditions come from the site that the first file lies in, where it lies in one:
 * `site/rules/x.json` sees `site/conditions/*.json`.
 */
export async function checkRuleFiles(files: readonly string[]): Promise<readonly SiteProblem[]> {
  const read = await Promise.all(files.map((file) => readJsonFile('', file)));
  const rules = read.flatMap((result) => ('read' in result ? [result.read] : []));
  const unread = read.flatMap((result) => ('problem' in result ? [result.problem] : []));
  const [first = '.'] = files;
  const { conditions } = await readSite(dirname(dirname(resolve(first))));
  return [...unread, ...adviseRules({ rules, conditions }, new Catalog())];
}

/** Rules of a site out of Uplogix rule text, and remarks on its lines. Errors: FILE_UNREADABLE. */
export async function importUplogixFile(file: string): Promise<Imported> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw fail('FILE_UNREADABLE', { file, reason: error instanceof Error ? error.message : String(error) }, error);
  });
  return importUplogix(text, new Catalog());
}

export interface NextRunsOptions {
  readonly cron: string;
  readonly timezone: string;
  /** Epoch ms; runs after it. */
  readonly fromMs: number;
  readonly count: number;
}

/** The next runs of an expression, epoch ms; fewer where it ends. Errors: SCHEDULE_TIME. */
export function nextRuns({ cron, timezone, fromMs, count }: NextRunsOptions): readonly number[] {
  const rows = [
    { key: 'cron', got: cron, wanted: 'a cron expression', problem: cronProblem(cron) },
    { key: 'timezone', got: timezone, wanted: 'an IANA time zone', problem: zoneProblem(timezone) },
  ];
  for (const { key, got, wanted, problem } of rows) {
    if (problem !== undefined) throw fail('SCHEDULE_TIME', { key, got, wanted: `${wanted} (${problem})` });
  }
  const runs: number[] = [];
  const next = new NextRun(cron, timezone);
  for (let at = next.after(fromMs); at !== undefined && runs.length < count; at = next.after(at)) runs.push(at);
  return runs;
}

/** The facts that a driver reads from a file of one command's real output. Errors: DRIVER_UNKNOWN, DRIVER_FILE, FILE_UNREADABLE. */
export async function parseFactsFile(
  driver: string,
  command: string,
  file: string,
  siteFolders: readonly string[] = [],
): Promise<ReturnType<typeof toldFacts>> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw fail('FILE_UNREADABLE', { file, reason: error instanceof Error ? error.message : String(error) }, error);
  });
  return toldFacts(parseFacts(driver, command, recordedText(bytes), await siteDrivers(siteFolders)));
}

export interface DriverSummary {
  readonly id: string;
  readonly make: string;
  readonly osType: string;
  readonly description: string;
  readonly methods: readonly string[];
  /** What the driver reads facts from. */
  readonly commands: readonly string[];
  readonly activate: Driver['activate']['kind'];
  readonly capabilities: Driver['capabilities'];
  readonly loader: string | undefined;
  readonly verifiedOn: readonly { readonly model: string; readonly osVersion: string; readonly how: string }[];
}

/** What each driver can do; those of the first site folder that has any come last. Errors: DRIVER_FILE. */
export async function listDrivers(siteFolders: readonly string[] = []): Promise<readonly DriverSummary[]> {
  const own = await siteDrivers(siteFolders);
  return [...DRIVERS, ...own].map((driver) => ({
    id: driver.id,
    make: driver.make,
    osType: driver.osType,
    description: driver.description,
    methods: Object.keys(driver.transfers),
    commands: driver.facts.flatMap(({ exchange }) => exchange.send ?? []),
    activate: driver.activate.kind,
    capabilities: driver.capabilities,
    loader: driver.loader?.id,
    verifiedOn: driver.verifiedOn,
  }));
}

/** A site's own drivers, without the rest of the site. */
async function siteDrivers(folders: readonly string[]): Promise<readonly Driver[]> {
  for (const folder of folders) {
    const isSite = await stat(join(folder, 'drivers')).catch(() => undefined);
    if (isSite === undefined) continue;
    const files = await readSite(folder);
    const { drivers, problems } = readDrivers(files.drivers, DRIVERS);
    const [first] = [...files.problems.filter(({ file }) => file.startsWith('drivers/')), ...problems];
    if (first !== undefined) throw fail('DRIVER_FILE', { ...first });
    return drivers;
  }
  return [];
}

/** Where the node of a site folder listens and keeps its token; undefined where the folder holds no readable site. */
export async function findNode(
  folder: string,
): Promise<(Pick<Site, 'dataDir'> & { readonly listen?: string }) | undefined> {
  const result = await readJsonFile(folder, 'portwright.json');
  if (!('read' in result) || typeof result.read.json !== 'object' || result.read.json === null) return undefined;
  const { dataDir, http } = result.read.json as {
    readonly dataDir?: unknown;
    readonly http?: { readonly listen?: unknown };
  };
  return {
    dataDir: resolve(folder, typeof dataDir === 'string' ? dataDir : './data'),
    ...(typeof http?.listen === 'string' ? { listen: http.listen } : {}),
  };
}

/** The lab's own commands; the lab is loaded only here. Resolves with its exit code. Errors: LAB_*. */
export async function runLab(words: readonly string[], print: (line: string) => void): Promise<number> {
  return (await import('../lab/main.js')).runLab(words, print);
}
