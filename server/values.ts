/** Variables of rules, kept in the variable store; conditions read a copy in memory that is never older than the last change. */
import { fail } from '../core/errors/index.js';
import type { Value, ValuePlace, Values, ValueScope } from '../core/ports/values.js';
import type { VariableStore } from '../core/ports/variable-store.js';

/** As stored. `by`: the last jobs that changed it, newest first, so that a repeated change is known. */
interface Kept {
  readonly value: Value;
  readonly by: readonly string[];
}

/** A job is repeated only after a crash, when few others can have come between. */
const JOBS_KEPT = 16;
/** Port ids have no blanks. */
const SEPARATOR = ' ';

export class KeptValues implements Values {
  readonly #variables: VariableStore;
  readonly #kept: Record<ValueScope, Map<string, Kept>> = { system: new Map(), monitor: new Map() };
  /** One change after the other: counting reads before it writes. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(variables: VariableStore) {
    this.#variables = variables;
  }

  /** Reads what a former process has kept. Errors: STORE_FAILED. */
  async load(): Promise<void> {
    for (const scope of ['system', 'monitor'] as const) {
      this.#kept[scope] = new Map((await this.#variables.all(scope)) as unknown as ReadonlyMap<string, Kept>);
    }
  }

  seenFrom(portId: string | undefined): ReturnType<Values['seenFrom']> {
    const prefix = portId === undefined ? undefined : portId + SEPARATOR;
    return { system: this.#seen('system', ''), monitor: prefix === undefined ? {} : this.#seen('monitor', prefix) };
  }

  set(place: ValuePlace, value: Value, by: string): Promise<void> {
    return this.#change(place, by, () => value);
  }

  add(place: ValuePlace, amount: number, by: string): Promise<void> {
    return this.#change(place, by, (old = 0) => {
      const number = typeof old === 'boolean' || old === '' ? NaN : Number(old);
      if (!Number.isFinite(number)) {
        throw fail('VALUE_NOT_A_NUMBER', { scope: place.scope, name: place.name, value: String(old) });
      }
      return number + amount;
    });
  }

  clear({ scope, ...place }: ValuePlace): Promise<void> {
    return this.#inTurn(async () => {
      const key = keyOf({ scope, ...place });
      await this.#variables.remove(scope, key);
      this.#kept[scope].delete(key);
    });
  }

  #change(place: ValuePlace, by: string, next: (old: Value | undefined) => Value): Promise<void> {
    return this.#inTurn(async () => {
      const key = keyOf(place);
      const old = this.#kept[place.scope].get(key);
      if (old?.by.includes(by) === true) return;
      const kept = { value: next(old?.value), by: [by, ...(old?.by ?? [])].slice(0, JOBS_KEPT) };
      await this.#variables.set(place.scope, key, { value: kept.value, by: [...kept.by] });
      this.#kept[place.scope].set(key, kept);
    });
  }

  #seen(scope: ValueScope, prefix: string): Readonly<Record<string, Value>> {
    const own = [...this.#kept[scope]].filter(([key]) => key.startsWith(prefix));
    return Object.fromEntries(own.map(([key, { value }]) => [key.slice(prefix.length), value]));
  }

  #inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.#changing.then(change);
    this.#changing = done.catch(() => undefined);
    return done;
  }
}

function keyOf({ scope, portId, name }: ValuePlace): string {
  return scope === 'system' ? name : portId + SEPARATOR + name;
}
