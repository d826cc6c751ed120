/** ConfigStore over the store's thread. */
import type { ConfigRecord, ConfigType } from '../../core/config.js';
import type { Clock } from '../../core/ports/clock.js';
import type { ConfigStore, PutConfig } from '../../core/ports/config-store.js';
import type { StoreClient } from '../worker/store-client.js';

/** Errors of every method: STORE_FAILED, STORE_CLOSED. */
export class SqliteConfigStore implements ConfigStore {
  readonly #client: StoreClient;
  readonly #clock: Clock;

  constructor(client: StoreClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  put(config: PutConfig): Promise<{ readonly record: ConfigRecord; readonly isNew: boolean }> {
    return this.#client.call('configs', 'put', config, this.#clock.nowMs());
  }

  text(portId: string, type: ConfigType, version: string): Promise<string | undefined> {
    return this.#client.call('configs', 'text', portId, type, version);
  }

  list(portId: string): Promise<readonly ConfigRecord[]> {
    return this.#client.call('configs', 'list', portId);
  }
}
