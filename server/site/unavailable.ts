/**
 * What the form of the site files has and this version does not act on. Used keys are named: as a warning where the node
 * merely lacks a service, as an error where going on would mean something else than what is written.
 */
import type { SiteProblem } from '../../core/problem.js';
import { gotText, pointerTo } from '../../core/schema-problems.js';
import type { PortFile, PortwrightFile } from './schemas.js';

const SITE_KEYS: readonly (readonly [path: readonly string[], what: string])[] = [[['budgets'], 'a budget of reloads']];

export function unavailableSiteKeys(file: string, main: PortwrightFile): readonly SiteProblem[] {
  return SITE_KEYS.flatMap(([path, what]) => {
    const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], main);
    if (value === undefined) return [];
    const pointer = path.reduce<string>(pointerTo, '');
    return [{ file, pointer, wanted: absent(what), got: gotText(value), severity: 'warning' as const }];
  });
}

/** `pointer` is that of the port's entry. */
export function unavailablePortKeys(file: string, pointer: string, port: PortFile): readonly SiteProblem[] {
  const problems: SiteProblem[] = [];
  if (port.power !== undefined) {
    const at = pointerTo(pointer, 'power');
    problems.push({
      file,
      pointer: at,
      wanted: absent('power control'),
      got: gotText(port.power),
      severity: 'warning',
    });
  }
  return problems;
}

function absent(what: string): string {
  return `no such key: ${what} is not available in this version`;
}
