/**
 * Mocha reporter: one line for each top-level suite, failures at once and again in full at the end, every skipped test by
 * name, and a summary in JSON for the scripts that add up (option `output`).
 */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

const { Base } = Mocha.reporters;
/** After the last test nothing may keep the process alive; a slow close of a socket or worker takes less than this. */
const LINGER_MS = 10_000;
/** A test this long is told by itself, so that a reader sees the run move. */
const TOLD_MS = 2_000;

/** Counts, prints, writes the summary. */
export default class CountingReporter extends Base {
  #passed = 0;
  #skipped = [];
  #broken = [];
  #suite = { title: '', startMs: 0, passed: 0, failed: 0, skipped: 0 };
  #output;

  constructor(runner, options) {
    super(runner, options);
    this.#output = options.reporterOptions?.output;
    runner.on('suite', (suite) => this.#begin(suite));
    runner.on('pass', (test) => {
      this.#passed++;
      this.#suite.passed++;
      if (test.duration >= TOLD_MS)
        console.log(`    ok    ${test.fullTitle()} (${(test.duration / 1000).toFixed(1)} s)`);
    });
    runner.on('pending', (test) => {
      this.#skipped.push(test.fullTitle());
      this.#suite.skipped++;
    });
    runner.on('fail', (test, error) => {
      this.#broken.push(test);
      this.#suite.failed++;
      console.log(`  FAILED  ${test.fullTitle()}: ${String(error?.message ?? error).split('\n', 1)[0]}`);
    });
    runner.on('suite end', (suite) => this.#end(suite));
    runner.once('end', () => this.#finish());
  }

  #begin(suite) {
    if (suite.parent?.root === true) {
      this.#suite = { title: suite.title, startMs: Date.now(), passed: 0, failed: 0, skipped: 0 };
    }
  }

  #end(suite) {
    if (suite.parent?.root !== true) return;
    const { title, startMs, passed, failed, skipped } = this.#suite;
    const word = failed > 0 ? 'FAILED ' : passed > 0 ? 'ok     ' : 'skipped';
    const rest = [failed > 0 ? `${failed} failed` : '', skipped > 0 ? `${skipped} skipped` : ''].filter(Boolean);
    const counts = [`${passed} passed`, ...rest].join(', ');
    console.log(`  ${word} ${title} (${counts}, ${Date.now() - startMs} ms)`);
  }

  #finish() {
    if (this.#skipped.length > 0) console.log(['', '  Skipped:', ...this.#skipped].join('\n    '));
    if (this.#broken.length > 0) Base.list(this.#broken);
    this.#write([]);
    setTimeout(() => this.#complain(), LINGER_MS).unref();
  }

  /** Runs only when something is still open: a test that leaves a socket or timer behind hides a leak in the code. */
  #complain() {
    const open = process.getActiveResourcesInfo().filter((name) => !['TTYWrap', 'PipeWrap'].includes(name));
    console.error(`  FAILED  the tests ended and something keeps the process alive: ${open.join(', ')}`);
    this.#write(open);
    process.exit(1);
  }

  #write(leaks) {
    if (this.#output === undefined) return;
    const failed = [...this.#broken.map((test) => test.fullTitle()), ...(leaks.length > 0 ? ['open handles'] : [])];
    const summary = { passed: this.#passed, failed: failed.length, skipped: this.#skipped.length, failures: failed };
    writeFileSync(this.#output, JSON.stringify(summary));
  }
}
