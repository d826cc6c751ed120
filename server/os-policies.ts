/** Facts that were just read, held against the OS policies: another version is an alarm and an event, the right one clears it. */
import { makeEvent } from '../core/event.js';
import type { Event } from '../core/event.js';
import type { FactsRecord } from '../core/facts.js';
import type { ManagedPort } from '../core/managed-port.js';
import { policyFor } from '../core/os-policy.js';
import type { OsPolicy } from '../core/os-policy.js';
import type { Clock } from '../core/ports/clock.js';
import type { Alarms } from './alarms.js';

export interface OsPoliciesDeps {
  readonly clock: Clock;
  readonly alarms: Pick<Alarms, 'raise' | 'clear'>;
  readonly policies: () => readonly OsPolicy[];
  readonly port: (portId: string) => ManagedPort | undefined;
  readonly accept: (event: Event) => void;
}

const ALARM = 'osDrift';
/** The same drift is told once an hour, however often the facts are read. */
const EVENT_EVERY_MS = 3_600_000;

export class OsPolicies {
  readonly #deps: OsPoliciesDeps;
  /** Id of the last event by port: its alarm was raised too. */
  readonly #told = new Map<string, string>();

  constructor(deps: OsPoliciesDeps) {
    this.#deps = deps;
  }

  async judge(portId: string, { facts, readAtMs }: FactsRecord): Promise<void> {
    const { clock, alarms } = this.#deps;
    const port = this.#deps.port(portId);
    if (port === undefined || facts.osVersion === undefined) return;
    const policy = policyFor(this.#deps.policies(), port, facts, clock.nowMs());
    if (policy === undefined || facts.osVersion === policy.osVersion) {
      this.#told.delete(portId);
      await alarms.clear(port, ALARM);
      return;
    }
    const { name, osVersion: wanted } = policy;
    const runs = facts.osVersion;
    const hour = Math.floor(readAtMs / EVENT_EVERY_MS);
    const id = `${port.id}:osDrift:${name}:${wanted}:${runs}:${String(hour)}`;
    if (this.#told.get(portId) === id) return;
    this.#told.set(portId, id);
    await alarms.raise(port, ALARM, `It runs ${runs}; the policy ${name} wants ${wanted}.`);
    this.#deps.accept(
      makeEvent({
        ...{ id, node: port.node, port: { name: port.name, id: port.id }, type: 'port.osDrift' },
        ...{ timeMs: readAtMs, authenticated: true },
        data: { policy: name, wanted, runs, ...(facts.model === undefined ? {} : { model: facts.model }) },
      }),
    );
  }
}
