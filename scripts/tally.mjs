/** Adds up gates and tests and ends with the one line that people and CI read. */
export class Tally {
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  #failures = [];

  /** @param counts `{ passed, failed, skipped, failures }` */
  add({ passed, failed, skipped, failures }) {
    this.#passed += passed;
    this.#failed += failed;
    this.#skipped += skipped;
    this.#failures.push(...failures);
  }

  /** Prints what failed, then the counts; the exit status follows. */
  finish() {
    if (this.#failures.length > 0) console.log(['', 'Failed:', ...this.#failures].join('\n  '));
    console.log(`\n${this.#passed} passed, ${this.#failed} failed, ${this.#skipped} skipped`);
    process.exitCode = this.#failed > 0 ? 1 : 0;
  }
}
