/** A VariableStore in memory. */
import type { JsonValue } from '../../core/json.js';
import type { VariableScope, VariableStore } from '../../core/ports/variable-store.js';

export class MemoryVariables implements VariableStore {
  readonly #values = new Map<string, Map<string, JsonValue>>();

  get(scope: VariableScope, key: string): Promise<JsonValue | undefined> {
    return Promise.resolve(this.#values.get(scope)?.get(key));
  }

  all(scope: VariableScope): Promise<ReadonlyMap<string, JsonValue>> {
    return Promise.resolve(this.#values.get(scope) ?? new Map<string, JsonValue>());
  }

  set(scope: VariableScope, key: string, value: JsonValue): Promise<void> {
    const values = this.#values.get(scope) ?? new Map<string, JsonValue>();
    this.#values.set(scope, values.set(key, value));
    return Promise.resolve();
  }

  remove(scope: VariableScope, key: string): Promise<void> {
    this.#values.get(scope)?.delete(key);
    return Promise.resolve();
  }
}
