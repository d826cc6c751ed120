/** Holds on the node, a port, or a job. They are durable: a restart does not lift them. */
import type { JsonObject } from '../core/json.js';
import type { Clock } from '../core/ports/clock.js';
import type { Hold, HoldTarget } from '../core/ports/job-control.js';
import type { VariableStore } from '../core/ports/variable-store.js';

export class Holds {
  readonly #clock: Clock;
  readonly #variables: VariableStore;
  readonly #holds = new Map<string, Hold>();

  constructor(deps: { readonly clock: Clock; readonly variables: VariableStore }) {
    this.#clock = deps.clock;
    this.#variables = deps.variables;
  }

  async load(): Promise<void> {
    for (const [key, value] of await this.#variables.all('hold')) this.#holds.set(key, value as unknown as Hold);
  }

  async put(target: HoldTarget, reason: string, forMs?: number): Promise<void> {
    const sinceMs = this.#clock.nowMs();
    const hold: Hold = { target, reason, sinceMs, ...(forMs === undefined ? {} : { untilMs: sinceMs + forMs }) };
    // In force before it is on disk: stopping must not wait for a slow disk.
    this.#holds.set(keyOf(target), hold);
    await this.#variables.set('hold', keyOf(target), hold as unknown as JsonObject);
  }

  async lift(target: HoldTarget): Promise<void> {
    await this.#variables.remove('hold', keyOf(target));
    this.#holds.delete(keyOf(target));
  }

  list(): readonly Hold[] {
    const nowMs = this.#clock.nowMs();
    return [...this.#holds.values()].filter((hold) => hold.untilMs === undefined || hold.untilMs > nowMs);
  }

  /** The hold that keeps a write job of this port from starting, if any. */
  on(portId: string, jobId: string): Hold | undefined {
    return this.list().find(({ target }) => {
      if (target.kind === 'all') return true;
      return target.kind === 'port' ? target.portId === portId : target.jobId === jobId;
    });
  }

  /** When the next timed hold ends, epoch ms. */
  nextEndMs(): number | undefined {
    const ends = this.list().flatMap((hold) => hold.untilMs ?? []);
    return ends.length === 0 ? undefined : Math.min(...ends);
  }
}

function keyOf(target: HoldTarget): string {
  if (target.kind === 'all') return 'all';
  return target.kind === 'port' ? `port:${target.portId}` : `job:${target.jobId}`;
}
