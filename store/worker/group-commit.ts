/**
 * Many writes, one fsync. Each write runs in its own savepoint, so that one that fails leaves the others of its group
 * untouched; nobody is answered before the commit. Where the group as a whole cannot be committed (a full disk rolls the
 * transaction back), each write is tried alone: the small ones may still fit.
 */
import type { Database } from 'better-sqlite3';
import { toFailure } from './failure.js';
import type { Reply } from './messages.js';

export interface Write {
  readonly id: number;
  run(): unknown;
}

export class GroupCommit {
  readonly #beforeCommit: () => void;
  #commits = 0;

  constructor(beforeCommit: () => void) {
    this.#beforeCommit = beforeCommit;
  }

  get commits(): number {
    return this.#commits;
  }

  run(database: Database, group: readonly Write[]): readonly Reply[] {
    try {
      return this.#together(database, group);
    } catch (error) {
      const [only, another] = group;
      if (only && !another) return [{ kind: 'failed', id: only.id, failure: toFailure(error) }];
      return group.flatMap((write) => this.run(database, [write]));
    }
  }

  #together(database: Database, group: readonly Write[]): readonly Reply[] {
    database.exec('BEGIN IMMEDIATE');
    try {
      const replies = group.map((write) => inSavepoint(database, write));
      this.#beforeCommit();
      database.exec('COMMIT');
      this.#commits += 1;
      return replies;
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}

function inSavepoint(database: Database, write: Write): Reply {
  database.exec('SAVEPOINT one');
  try {
    const value = write.run();
    database.exec('RELEASE one');
    return { kind: 'done', id: write.id, value };
  } catch (error) {
    // SQLITE_FULL and SQLITE_IOERR may already have ended the whole transaction: then there is no group any more.
    if (!database.inTransaction) throw error;
    database.exec('ROLLBACK TO one; RELEASE one');
    return { kind: 'failed', id: write.id, failure: toFailure(error) };
  }
}
