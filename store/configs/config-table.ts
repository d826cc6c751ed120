/** Configurations in jobs.db, compressed. A version is a place in the order of rows: nothing is renamed. Runs in the store's thread. */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Database, Statement } from 'better-sqlite3';
import { CONFIG_VERSIONS } from '../../core/config.js';
import type { ConfigRecord, ConfigType } from '../../core/config.js';
import type { PutConfig } from '../../core/ports/config-store.js';

interface Row {
  readonly n: number;
  readonly type: ConfigType;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly lastingSha256: string;
  readonly storedAtMs: number;
}

type NewRow = Omit<Row, 'n'> & { readonly portId: string; readonly content: Uint8Array };

const COLUMNS = `n, type, size_bytes AS sizeBytes, sha256, lasting_sha256 AS lastingSha256, stored_at_ms AS storedAtMs`;

export class ConfigTable {
  /** Methods that write: they go into a group commit. */
  static readonly writes: readonly string[] = ['put'];
  readonly #rows: Statement<[string, string], Row>;
  readonly #types: Statement<[string], { readonly type: ConfigType }>;
  readonly #insert: Statement<[NewRow]>;
  readonly #delete: Statement<[number]>;
  readonly #content: Statement<[number], { readonly content: Uint8Array }>;

  constructor(database: Database) {
    this.#rows = database.prepare(`SELECT ${COLUMNS} FROM configs WHERE port_id = ? AND type = ? ORDER BY n DESC`);
    this.#types = database.prepare('SELECT DISTINCT type FROM configs WHERE port_id = ? ORDER BY type');
    this.#insert = database.prepare(
      `INSERT INTO configs (port_id, type, size_bytes, sha256, lasting_sha256, stored_at_ms, content)
        VALUES (:portId, :type, :sizeBytes, :sha256, :lastingSha256, :storedAtMs, :content)`,
    );
    this.#delete = database.prepare('DELETE FROM configs WHERE n = ?');
    this.#content = database.prepare('SELECT content FROM configs WHERE n = ?');
  }

  put({ portId, type, text, lasting }: PutConfig, storedAtMs: number): { record: ConfigRecord; isNew: boolean } {
    const rows = this.#rows.all(portId, type);
    const lastingSha256 = sha256Of(lasting);
    const [current] = rows;
    if (current?.lastingSha256 === lastingSha256) return { record: recordOf(portId, current, 0), isNew: false };
    const bytes = Buffer.from(text, 'utf8');
    const row = { type, sizeBytes: bytes.length, sha256: sha256Of(text), lastingSha256, storedAtMs };
    this.#insert.run({ ...row, portId, content: gzipSync(bytes) });
    // With the new one there is one row more than was read.
    for (const { n } of rows.slice(CONFIG_VERSIONS.length - 1)) this.#delete.run(n);
    return { record: recordOf(portId, row, 0), isNew: true };
  }

  text(portId: string, type: ConfigType, version: string): string | undefined {
    const row = this.#rows.all(portId, type)[CONFIG_VERSIONS.indexOf(version)];
    const content = row && this.#content.get(row.n)?.content;
    return content && gunzipSync(content).toString('utf8');
  }

  list(portId: string): readonly ConfigRecord[] {
    return this.#types
      .all(portId)
      .flatMap(({ type }) => this.#rows.all(portId, type).map((row, place) => recordOf(portId, row, place)));
  }
}

function recordOf(
  portId: string,
  { type, sizeBytes, sha256, storedAtMs }: Omit<Row, 'n' | 'lastingSha256'>,
  place: number,
): ConfigRecord {
  return { portId, type, version: CONFIG_VERSIONS[place] ?? '', sizeBytes, sha256, storedAtMs };
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
