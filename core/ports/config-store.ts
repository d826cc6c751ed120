/** Configurations and diagnostics of ports, as texts with versions. Errors of every method: STORE_FAILED, STORE_CLOSED. */
import type { ConfigRecord, ConfigType } from '../config.js';

export interface PutConfig {
  readonly portId: string;
  readonly type: ConfigType;
  readonly text: string;
  /** The text without what differs on every pull; where it is that of the current one, nothing is stored. */
  readonly lasting: string;
}

export interface ConfigStore {
  /** Becomes `current`; the others move down by one, and the oldest goes. `isNew` is false where it was there already. */
  put(config: PutConfig): Promise<{ readonly record: ConfigRecord; readonly isNew: boolean }>;
  text(portId: string, type: ConfigType, version: string): Promise<string | undefined>;
  /** By type, from new to old. */
  list(portId: string): Promise<readonly ConfigRecord[]>;
}
