/** All drivers that a site brings itself: each file's form, patterns and slots, and what they must not share. */
import type { Driver } from '../../core/driver.js';
import type { SiteProblem } from '../../core/problem.js';
import { gotText, pointerTo, SchemaCheck } from '../../core/schema-problems.js';
import type { ValueProblem } from '../../core/schema-problems.js';
import { withDefinitions } from '../../core/shared-schemas.js';
import { itemsOf } from '../../core/site-file.js';
import type { SourceFile } from '../../core/site-file.js';
import { buildDriver } from './build.js';
import { textProblems } from './check-texts.js';
import { SiteDriver } from './schema.js';

const CHECK = new SchemaCheck(withDefinitions(SiteDriver));

/** What a driver must say where it starts from nothing. */
const ALONE: readonly (keyof SiteDriver)[] = ['make', 'osType', 'description', 'dialog', 'login', 'facts'];
/** And where it takes images. */
const TO_PUSH: readonly (keyof SiteDriver)[] = ['verify', 'activate', 'reload', 'boot'];

/** What is wrong with the words of a `native` port: the same form, without a name and a base. */
export function nativeProblems(words: unknown): readonly ValueProblem[] {
  const named = typeof words === 'object' && words !== null ? { ...words, id: 'native' } : words;
  const wrong = CHECK.problems(named);
  if (wrong.length > 0) return wrong;
  const site = named as SiteDriver;
  const based = site.extends === undefined ? [] : [{ pointer: '/extends', wanted: 'no such key', got: 'a base' }];
  return [
    ...based,
    ...toPush(site),
    ...unproved(site),
    ...halfTransfers(site),
    ...textProblems(site, Object.keys(site.slots ?? {})),
  ];
}

export interface SiteDrivers {
  /** Sound ones only. */
  readonly drivers: readonly Driver[];
  readonly problems: readonly SiteProblem[];
}

/** `builtIn`: drivers that may be extended, and whose names are taken. */
export function readDrivers(files: readonly SourceFile[], builtIn: readonly Driver[]): SiteDrivers {
  const problems: SiteProblem[] = [];
  const drivers: Driver[] = [];
  for (const { file, json } of files) {
    const { items, problems: wrong } = itemsOf(json, 'drivers');
    problems.push(...wrong.map((problem) => ({ ...problem, file, severity: 'error' as const })));
    for (const { pointer, value } of items) {
      const taken = [...builtIn, ...drivers].map(({ id }) => id);
      const found = oneProblems(value, builtIn, taken);
      problems.push(
        ...found.map((one) => ({ ...one, file, pointer: pointer + one.pointer, severity: 'error' as const })),
      );
      if (found.length > 0) continue;
      const site = value as SiteDriver;
      drivers.push(
        buildDriver(
          site,
          builtIn.find(({ id }) => id === site.extends),
        ),
      );
    }
  }
  return { drivers, problems };
}

function oneProblems(value: unknown, builtIn: readonly Driver[], taken: readonly string[]): readonly ValueProblem[] {
  const wrong = CHECK.problems(value);
  if (wrong.length > 0) return wrong;
  const site = value as SiteDriver;
  const base = builtIn.find(({ id }) => id === site.extends);
  const own = Object.keys({ ...base?.slots, ...site.slots });
  return [
    ...nameProblems(site, builtIn, taken),
    ...missing(site, base),
    ...unproved(site),
    ...halfTransfers(site),
    ...textProblems(value, own),
  ];
}

function nameProblems(
  { id, extends: from }: SiteDriver,
  builtIn: readonly Driver[],
  taken: readonly string[],
): readonly ValueProblem[] {
  const names = builtIn.map((driver) => driver.id);
  return [
    ...(taken.includes(id) ? [{ pointer: '/id', wanted: 'a name that no other driver has', got: gotText(id) }] : []),
    ...(from === undefined || names.includes(from)
      ? []
      : [{ pointer: '/extends', wanted: `one of the drivers ${names.join(', ')}`, got: gotText(from) }]),
  ];
}

function missing(site: SiteDriver, base: Driver | undefined): readonly ValueProblem[] {
  if (site.extends !== undefined && base !== undefined) return [];
  const wanted = ALONE.filter((key) => site[key] === undefined);
  const prompts = site.dialog !== undefined && (site.dialog.prompts ?? []).length === 0;
  return [
    ...wanted.map((key) => ({ pointer: '', wanted: `the key "${key}"`, got: 'no such key' })),
    ...(prompts ? [{ pointer: pointerTo('/dialog', 'prompts'), wanted: 'at least one prompt', got: 'none' }] : []),
    ...toPush(site),
  ];
}

/** Whoever takes images must say how it goes on. */
function toPush(site: SiteDriver): readonly ValueProblem[] {
  if (Object.keys(site.transfers ?? {}).length === 0) return [];
  const absent = TO_PUSH.filter((key) => site[key] === undefined);
  const noBanner = site.boot !== undefined && site.boot.banner === undefined;
  return [
    ...absent.map((key) => ({ pointer: '', wanted: `the key "${key}"`, got: 'no such key' })),
    ...(noBanner ? [{ pointer: '/boot', wanted: 'the key "banner"', got: 'no such key' }] : []),
  ];
}

/** Proof without a hash is what the answer must show; proof by a hash is what is read from it. */
function unproved({ verify }: SiteDriver): readonly ValueProblem[] {
  if (verify === undefined) return [];
  const { algorithm, exchange } = verify;
  const said = typeof exchange === 'string' ? {} : exchange;
  const proved = algorithm === 'shown' ? said.success : said.capture?.['hash'];
  if (proved !== undefined) return [];
  const key = algorithm === 'shown' ? 'success' : 'capture/hash';
  return [{ pointer: '/verify/exchange', wanted: `the key "${key}"`, got: 'no such key' }];
}

/** Keys that belong to the direction of a transfer. */
const BY_DIRECTION = { devicePulls: ['exchanges'], inBand: ['start', 'finish'] } as const;

function halfTransfers({ transfers = {} }: SiteDriver): readonly ValueProblem[] {
  return Object.entries(transfers).flatMap(([method, transfer]) =>
    transfer === undefined
      ? []
      : BY_DIRECTION[transfer.direction]
          .filter((key) => transfer[key] === undefined)
          .map((key) => ({ pointer: `/transfers/${method}`, wanted: `the key "${key}"`, got: 'no such key' })),
  );
}
