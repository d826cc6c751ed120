/** Opens one SQLite file as this store wants it: WAL, every commit on disk, checked, migrated. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import { fail } from '../../core/errors/index.js';

/** A structure check takes some 5 ms a megabyte: at a start it is made as long as nobody feels it, after a crash nearly always. */
const CHECKED_UP_TO_BYTES = 4 * 1024 * 1024;
const CHECKED_AFTER_CRASH_BYTES = 64 * 1024 * 1024;
/** The write-ahead log is folded back at this many 4 KiB pages, and cut to that size: it counts against `maxBytes`. */
const CHECKPOINT_PAGES = 250;

export interface OpenOptions {
  readonly file: string;
  /** SQL of format 1, 2, … in order. */
  readonly migrations: readonly string[];
  /** Whether to check the structure first, where its size allows. */
  readonly isChecked: boolean;
}

/** Errors: STORE_NEWER, STORE_DAMAGED, and SQLite's own (disk). */
export function openDatabase({ file, migrations, isChecked }: OpenOptions): Database {
  const sizeBytes = sizeOf(file);
  // A database that was closed has no write-ahead log.
  const limitBytes = sizeOf(`${file}-wal`) > 0 ? CHECKED_AFTER_CRASH_BYTES : CHECKED_UP_TO_BYTES;
  const database = new BetterSqlite3(file);
  try {
    configure(database);
    if (isChecked && sizeBytes > 0 && sizeBytes <= limitBytes) check(database, file);
    migrate(database, file, migrations);
    return database;
  } catch (error) {
    database.close();
    throw isDamage(error) ? fail('STORE_DAMAGED', { file: basename(file), reason: String(error) }, error) : error;
  }
}

function configure(database: Database): void {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma(`wal_autocheckpoint = ${String(CHECKPOINT_PAGES)}`);
  database.pragma(`journal_size_limit = ${String(CHECKPOINT_PAGES * 4096)}`);
}

function check(database: Database, file: string): void {
  const found: unknown = database.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw fail('STORE_DAMAGED', { file: basename(file), reason: String(found) });
}

function migrate(database: Database, file: string, migrations: readonly string[]): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  const wanted = migrations.length;
  if (version > wanted) throw fail('STORE_NEWER', { file: basename(file), got: version, wanted });
  if (version > 0 && version < wanted) copyBeside(database, `${file}.v${String(version)}.bak`);
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      database.exec(sql);
      database.pragma(`user_version = ${String(index + 1)}`);
    })();
  }
}

/**
 * By SQLite itself, not by copying the file: closing any other descriptor of a database drops this process's POSIX locks on
 * it. The rename comes after the fsync, so a copy that has its name is whole.
 */
function copyBeside(database: Database, copy: string): void {
  const unfinished = `${copy}.tmp`;
  rmSync(unfinished, { force: true });
  database.prepare('VACUUM INTO ?').run(unfinished);
  const descriptor = openSync(unfinished, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(unfinished, copy);
}

function isDamage(error: unknown): boolean {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB');
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
