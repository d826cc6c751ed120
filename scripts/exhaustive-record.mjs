/** What exhaustive runs have shown so far: exhaustive.json, valid for one commit and seed. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

export class ExhaustiveRecord {
  #path;
  #run;
  #passedIds = new Map();
  /** Entries `{ name, run, possible, failed: [{ id, message }] }`. */
  suites = [];

  /**
   * @param path the file
   * @param run `commit`, `seed`, and `isDirty` where the sources are not those of the commit: then nothing is carried on
   */
  constructor(path, run) {
    this.#path = path;
    this.#run = run;
  }

  /** The entry of a suite, with the cases that passed in earlier runs. */
  suite(name, possible) {
    const earlier = this.#earlier().find((entry) => entry.name === name);
    const passed = earlier?.passed ?? [];
    const entry = { name, run: passed.length, possible, failed: [] };
    this.#passedIds.set(name, new Set(passed));
    this.suites.push(entry);
    return entry;
  }

  hasPassed(entry, id) {
    return this.#passedIds.get(entry.name).has(id);
  }

  passed(entry, id) {
    entry.run++;
    this.#passedIds.get(entry.name).add(id);
  }

  failed(entry, id, error) {
    entry.run++;
    entry.failed.push({ id, message: error instanceof Error ? error.message : String(error) });
  }

  /** Writes beside and renames: a run that is cut off leaves the former file whole. */
  save() {
    const { commit, seed, isDirty } = this.#run;
    const suites = this.suites.map((entry) => ({ ...entry, passed: [...this.#passedIds.get(entry.name)] }));
    const beside = `${this.#path}.new`;
    writeFileSync(beside, JSON.stringify({ commit, seed, ...(isDirty && { isDirty }), suites }, null, 1));
    renameSync(beside, this.#path);
  }

  #earlier() {
    if (this.#run.isDirty || !existsSync(this.#path)) return [];
    const { commit, seed, isDirty, suites } = JSON.parse(readFileSync(this.#path, 'utf8'));
    return commit === this.#run.commit && seed === this.#run.seed && isDirty !== true ? suites : [];
  }
}
