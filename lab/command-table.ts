/** Finds the row of a typed line. */
import { isAtLeast } from '../core/version.js';
import type { CommandRow, DeviceSpec, StateSpec, Step } from './spec.js';
import type { Slots } from './slots.js';

export interface FoundCommand {
  readonly steps: readonly Step[];
  readonly slots: Slots;
}

/** `ver~sion` stands for `ver`, `vers` … `version`: a command line takes every abbreviation that is still unique. */
export function expandAbbreviations(pattern: string): string {
  return pattern.replace(/~([A-Za-z-]+)/g, (_whole, rest: string) =>
    Array.from(rest).reduceRight((inner, letter) => `(?:${letter}${inner})?`, ''),
  );
}

export class CommandTable {
  readonly #rows = new Map<StateSpec, readonly { readonly pattern: RegExp; readonly row: CommandRow }[]>();

  constructor(spec: DeviceSpec) {
    for (const state of Object.values(spec.states)) {
      const rows = state.commands.flatMap((group) => spec.commands[group] ?? []);
      this.#rows.set(
        state,
        rows.map((row) => ({ pattern: new RegExp(`^(?:${expandAbbreviations(row.match)})$`, 'i'), row })),
      );
    }
  }

  /** `release`: of the image that runs; rows of others are not there. */
  find(state: StateSpec, line: string, release: string): FoundCommand | undefined {
    for (const { pattern, row } of this.#rows.get(state) ?? []) {
      const match = isOf(release, row) ? pattern.exec(line) : null;
      if (match !== null) return { steps: row.do, slots: definedGroups(match.groups ?? {}) };
    }
    return undefined;
  }
}

function isOf(release: string, { since, before }: CommandRow): boolean {
  return (since === undefined || isAtLeast(release, since)) && (before === undefined || !isAtLeast(release, before));
}

function definedGroups(groups: Readonly<Record<string, string | undefined>>): Slots {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, value ?? '']));
}
