/**
 * Many writes, one fsync. Each write runs in its own savepoint, so that one that fails leaves the others of its group
 * untouched; nobody is answered before the commit. Where the group as a whole cannot be committed (a full disk rolls the
 * transaction back), each write is tried alone: the small ones may still fit.
 */
import type { Database, Statement } from 'better-sqlite3';
import { toFailure } from './failure.js';
import type { Reply } from './messages.js';

export interface Write {
  readonly id: number;
  run(): unknown;
}

interface Brackets {
  readonly open: Statement;
  readonly keep: Statement;
  readonly undo: Statement;
}

export class GroupCommit {
  readonly #brackets = new WeakMap<Database, Brackets>();
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
      const brackets = this.#bracketsOf(database);
      const replies = group.map((write) => inSavepoint(database, brackets, write));
      this.#beforeCommit();
      database.exec('COMMIT');
      this.#commits += 1;
      return replies;
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Prepared once a connection: three statements a write are felt in a storm. */
  #bracketsOf(database: Database): Brackets {
    const known = this.#brackets.get(database);
    if (known) return known;
    const brackets = {
      open: database.prepare('SAVEPOINT one'),
      keep: database.prepare('RELEASE one'),
      undo: database.prepare('ROLLBACK TO one'),
    };
    this.#brackets.set(database, brackets);
    return brackets;
  }
}

function inSavepoint(database: Database, brackets: Brackets, write: Write): Reply {
  brackets.open.run();
  try {
    const value = write.run();
    brackets.keep.run();
    return { kind: 'done', id: write.id, value };
  } catch (error) {
    // SQLITE_FULL and SQLITE_IOERR may already have ended the whole transaction: then there is no group any more.
    if (!database.inTransaction) throw error;
    brackets.undo.run();
    brackets.keep.run();
    return { kind: 'failed', id: write.id, failure: toFailure(error) };
  }
}
