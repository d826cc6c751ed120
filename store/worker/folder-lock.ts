/**
 * One node a data folder. The lock is SQLite's own file lock on `lock.db`, held by an open transaction: the kernel lets go of
 * it when the process dies in whatever way, so it is never stale, and a process id that is used again means nothing.
 * `node.pid` only names the holder in the message.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pid } from 'node:process';
import BetterSqlite3 from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import { fail } from '../../core/errors/index.js';

/** Takes the lock; closing the connection gives it back. Errors: DATA_FOLDER_BUSY. */
export function lockFolder(dataDir: string): Database {
  const lock = new BetterSqlite3(join(dataDir, 'lock.db'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    writeFileSync(pidFile(dataDir), `${String(pid)}\n`);
    return lock;
  } catch (error) {
    lock.close();
    const isBusy = error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY';
    throw isBusy ? fail('DATA_FOLDER_BUSY', { folder: dataDir, pid: holderOf(dataDir) }, error) : error;
  }
}

function holderOf(dataDir: string): string {
  try {
    return readFileSync(pidFile(dataDir), 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

function pidFile(dataDir: string): string {
  return join(dataDir, 'node.pid');
}
