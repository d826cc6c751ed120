/** Small durable values by scope and key: holds, alarms, last facts, rule time state, schedule ticks, bus cursors, variables of rules. */
import type { JsonValue } from '../json.js';

export type VariableScope =
  'hold' | 'alarm' | 'facts' | 'rule' | 'schedule' | 'cursor' | 'port' | 'budget' | 'system' | 'monitor' | 'reading';

export interface VariableStore {
  get(scope: VariableScope, key: string): Promise<JsonValue | undefined>;
  all(scope: VariableScope): Promise<ReadonlyMap<string, JsonValue>>;
  set(scope: VariableScope, key: string, value: JsonValue): Promise<void>;
  remove(scope: VariableScope, key: string): Promise<void>;
}
