import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';

interface Entry {
  readonly name: string;
  readonly run: number;
  readonly failed: readonly { readonly id: string; readonly message: string }[];
}
interface Record_ {
  readonly suites: readonly Entry[];
  suite(name: string, possible: number): Entry;
  hasPassed(entry: Entry, id: string): boolean;
  passed(entry: Entry, id: string): void;
  failed(entry: Entry, id: string, error: unknown): void;
  save(): void;
}
type RecordClass = new (path: string, run: { commit: string; seed: number; isDirty: boolean }) => Record_;

const script = pathToFileURL(join(import.meta.dirname, '../../scripts/exhaustive-record.mjs')).href;
const { ExhaustiveRecord } = (await import(script)) as { readonly ExhaustiveRecord: RecordClass };

describe('scripts/exhaustive-record', () => {
  const run = { commit: 'c0ffee', seed: 7, isDirty: false };
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'portwright-record-'));
    path = join(folder, 'exhaustive.json');
    const record = new ExhaustiveRecord(path, run);
    const entry = record.suite('kills', 100);
    record.passed(entry, 'a');
    record.failed(entry, 'b', new Error('why'));
    record.save();
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('writes counts, and failures with their reason', () => {
    const { commit, seed, suites } = JSON.parse(readFileSync(path, 'utf8')) as {
      commit: string;
      seed: number;
      suites: unknown;
    };
    expect({ commit, seed }).to.deep.equal({ commit: 'c0ffee', seed: 7 });
    const failed = [{ id: 'b', message: 'why' }];
    expect(suites).to.deep.equal([{ name: 'kills', run: 2, possible: 100, failed, passed: ['a'] }]);
    expect(existsSync(`${path}.new`)).to.equal(false);
  });

  it('goes on for the same commit and seed: what passed is passed, what failed is tried again', () => {
    const record = new ExhaustiveRecord(path, run);
    const entry = record.suite('kills', 100);
    expect(entry.run).to.equal(1);
    expect(record.hasPassed(entry, 'a')).to.equal(true);
    expect(record.hasPassed(entry, 'b')).to.equal(false);
  });

  for (const other of [{ commit: 'decaf' }, { seed: 8 }, { isDirty: true }]) {
    it(`begins anew for ${JSON.stringify(other)}`, () => {
      const record = new ExhaustiveRecord(path, { ...run, ...other });
      expect(record.suite('kills', 100).run).to.equal(0);
    });
  }
});
