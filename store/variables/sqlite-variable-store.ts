/** VariableStore over the store's thread. */
import type { JsonValue } from '../../core/json.js';
import type { VariableScope, VariableStore } from '../../core/ports/variable-store.js';
import type { StoreClient } from '../worker/store-client.js';

/** Errors of every method: STORE_FAILED, STORE_CLOSED. */
export class SqliteVariableStore implements VariableStore {
  readonly #client: StoreClient;

  constructor(client: StoreClient) {
    this.#client = client;
  }

  get(scope: VariableScope, key: string): Promise<JsonValue | undefined> {
    return this.#client.call('variables', 'get', scope, key);
  }

  all(scope: VariableScope): Promise<ReadonlyMap<string, JsonValue>> {
    return this.#client.call('variables', 'all', scope);
  }

  set(scope: VariableScope, key: string, value: JsonValue): Promise<void> {
    return this.#client.call('variables', 'set', scope, key, value);
  }

  remove(scope: VariableScope, key: string): Promise<void> {
    return this.#client.call('variables', 'remove', scope, key);
  }
}
