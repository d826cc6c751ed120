/**
 * What the form of the site files has and this version does not act on. Used keys are named: as a warning where the node
 * merely lacks a service, as an error where going on would mean something else than what is written.
 */
import type { SiteProblem } from '../../core/problem.js';
import { gotText, pointerTo } from '../../core/schema-problems.js';
import type { PortFile } from './schemas.js';

/** `pointer` is that of the port's entry. */
export function unavailablePortKeys(file: string, pointer: string, port: PortFile): readonly SiteProblem[] {
  if (port.power === undefined) return [];
  return [
    {
      ...{ file, pointer: pointerTo(pointer, 'power'), severity: 'warning' as const },
      wanted: 'no such key: power control is not available in this version',
      got: gotText(port.power),
    },
  ];
}
