/** Small values by scope and key, in jobs.db. Runs in the store's thread. */
import type { Database, Statement } from 'better-sqlite3';
import type { JsonValue } from '../../core/json.js';

interface ValueRow {
  readonly key: string;
  readonly value: string;
}

export class VariableTable {
  /** Methods that write: they go into a group commit. */
  static readonly writes: readonly string[] = ['set', 'remove'];
  readonly #one: Statement<[string, string], ValueRow>;
  readonly #scope: Statement<[string], ValueRow>;
  readonly #put: Statement<[string, string, string]>;
  readonly #delete: Statement<[string, string]>;

  constructor(database: Database) {
    this.#one = database.prepare('SELECT key, value FROM variables WHERE scope = ? AND key = ?');
    this.#scope = database.prepare('SELECT key, value FROM variables WHERE scope = ? ORDER BY key');
    this.#put = database.prepare(
      'INSERT INTO variables (scope, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    );
    this.#delete = database.prepare('DELETE FROM variables WHERE scope = ? AND key = ?');
  }

  get(scope: string, key: string): JsonValue | undefined {
    const row = this.#one.get(scope, key);
    return row && (JSON.parse(row.value) as JsonValue);
  }

  all(scope: string): ReadonlyMap<string, JsonValue> {
    return new Map(this.#scope.all(scope).map((row) => [row.key, JSON.parse(row.value) as JsonValue]));
  }

  set(scope: string, key: string, value: JsonValue): void {
    this.#put.run(scope, key, JSON.stringify(value));
  }

  remove(scope: string, key: string): void {
    this.#delete.run(scope, key);
  }
}
