import type { Database } from 'better-sqlite3';
import { expect } from 'chai';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../../core/errors/index.js';
import { openDatabase } from '../../../store/worker/database.js';
import { newFolder, removeFolders } from '../support/store-folder.js';

const FIRST = 'CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);';
const SECOND = 'ALTER TABLE a ADD COLUMN y INTEGER DEFAULT 2;';

describe('openDatabase', () => {
  after(removeFolders);

  async function databaseFile(): Promise<string> {
    return join(await newFolder(), 'jobs.db');
  }

  function open(file: string, migrations: readonly string[]): Database {
    return openDatabase({ file, migrations, isChecked: true });
  }

  it('makes a new database in the newest format, without a copy', async () => {
    const file = await databaseFile();
    const database = open(file, [FIRST, SECOND]);
    expect(database.prepare('SELECT * FROM a').all()).to.deep.equal([{ x: 1, y: 2 }]);
    expect(database.pragma('user_version', { simple: true })).to.equal(2);
    expect(database.pragma('journal_mode', { simple: true })).to.equal('wal');
    expect(database.pragma('synchronous', { simple: true })).to.equal(2);
    database.close();
    expect(existsSync(`${file}.v1.bak`)).to.be.false;
  });

  it('copies an older database beside it before it migrates', async () => {
    const file = await databaseFile();
    open(file, [FIRST]).close();
    const database = open(file, [FIRST, SECOND]);
    expect(database.prepare('SELECT * FROM a').all()).to.deep.equal([{ x: 1, y: 2 }]);
    database.close();
    const copy = open(`${file}.v1.bak`, [FIRST]);
    expect(copy.prepare('SELECT * FROM a').all()).to.deep.equal([{ x: 1 }]);
    expect(copy.pragma('user_version', { simple: true })).to.equal(1);
    copy.close();
  });

  it('leaves a database as it was when a migration fails', async () => {
    const file = await databaseFile();
    open(file, [FIRST]).close();
    expect(() => open(file, [FIRST, `${SECOND} no sql`])).to.throw(/syntax error/);
    const database = open(file, [FIRST]);
    expect(database.prepare('SELECT * FROM a').all()).to.deep.equal([{ x: 1 }]);
    database.close();
  });

  it('refuses a newer database and names both formats', async () => {
    const file = await databaseFile();
    open(file, [FIRST, SECOND]).close();
    expect(() => open(file, [FIRST]))
      .to.throw('database jobs.db has format 2; this version knows up to 1')
      .with.property('code', 'STORE_NEWER');
  });

  it('refuses a damaged database', async () => {
    const file = await databaseFile();
    const database = open(file, [FIRST]);
    const insert = database.prepare('INSERT INTO a VALUES (?)');
    database.transaction(() => {
      for (let index = 0; index < 5000; index += 1) insert.run(index);
    })();
    database.close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 8192, 12_288);
    writeFileSync(file, bytes);
    expect(codeOfThrown(() => open(file, [FIRST]))).to.equal('STORE_DAMAGED');
    writeFileSync(file, 'this is no database, but long enough to be looked at'.repeat(100));
    expect(codeOfThrown(() => open(file, [FIRST]))).to.equal('STORE_DAMAGED');
  });

  it('ends with a prefix of what was committed when the write-ahead log is torn', async () => {
    const file = await databaseFile();
    const database = open(file, [FIRST]);
    const insert = database.prepare('INSERT INTO a VALUES (?)');
    for (let index = 2; index <= 12; index += 1) insert.run(index);
    const main = readFileSync(file);
    const log = readFileSync(`${file}-wal`);
    database.close();
    for (let cut = 0; cut <= log.length; cut += 1471) {
      const torn = await databaseFile();
      writeFileSync(torn, main);
      writeFileSync(`${torn}-wal`, log.subarray(0, cut));
      const reopened = open(torn, [FIRST]);
      const rows = reopened.prepare<[], { x: number }>('SELECT x FROM a ORDER BY rowid').all();
      expect(rows.map((row) => row.x)).to.deep.equal(rows.map((_, index) => index + 1));
      reopened.close();
    }
  });
});

function codeOfThrown(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return codeOf(error);
  }
  return 'nothing thrown';
}
