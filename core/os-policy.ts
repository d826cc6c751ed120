/** What devices of a kind should run, from when on, and what happens where one runs something else. */
import type { DeviceFacts } from './facts.js';
import { matchesPort } from './port-filter.js';
import type { PortFilter, PortSubject } from './port-filter.js';

/** `alarm`: an alarm and an event. `recover`: the port's OS file `standard` is pushed too. */
export type OsPolicyAction = 'disabled' | 'alarm' | 'recover';

export interface OsPolicy {
  readonly name: string;
  readonly ports: PortFilter;
  /** Models as the device tells them; one that ends in `*` stands for all that begin so. Empty: every model. */
  readonly models: readonly string[];
  readonly osVersion: string;
  /** Epoch ms; absent: at once. */
  readonly fromMs?: number;
  readonly action: OsPolicyAction;
}

/** The first policy that is in force for a device; undefined where none is. */
export function policyFor(
  policies: readonly OsPolicy[],
  port: PortSubject,
  { model }: DeviceFacts,
  nowMs: number,
): OsPolicy | undefined {
  return policies.find(
    ({ ports, models, fromMs, action }) =>
      action !== 'disabled' &&
      (fromMs ?? -Infinity) <= nowMs &&
      matchesPort(ports, port) &&
      (models.length === 0 || (model !== undefined && models.some((wanted) => isModel(wanted, model)))),
  );
}

function isModel(wanted: string, model: string): boolean {
  return wanted.endsWith('*') ? model.startsWith(wanted.slice(0, -1)) : model === wanted;
}
