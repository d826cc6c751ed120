/**
 * Rows of an interop matrix, a test each. Foreign programs mostly wait (lrzsz a second before it starts, and again at each
 * end), so some rows run at a time; each test awaits its own and fails alone.
 */
import { PtyPair } from './pty-pair.js';

/** More would make the receivers late to empty their input, which costs them seconds. */
const AT_A_TIME = 4;

interface Row {
  readonly run: (pair: PtyPair) => Promise<void>;
  readonly done: Promise<void>;
  readonly settle: (result: Promise<void>) => void;
}

export class PeerRows {
  readonly #rows: Row[] = [];
  #working: Promise<unknown> = Promise.resolve();
  #stopped = false;

  /** Declares a test. `run` gets a line of its own. */
  add(name: string, run: (pair: PtyPair) => Promise<void>): void {
    let settle: (result: Promise<void>) => void = () => undefined;
    const done = new Promise<void>((resolve) => (settle = resolve));
    done.catch(() => undefined);
    this.#rows.push({ run, done, settle });
    it(name, () => done);
  }

  /** In `before`, once it is known that the programs are there. */
  start(): void {
    const waiting = [...this.#rows];
    const worker = async (): Promise<void> => {
      for (let row = waiting.shift(); row !== undefined && !this.#stopped; row = waiting.shift()) {
        const running = withPair(row.run);
        row.settle(running);
        await running.catch(() => undefined);
      }
    };
    this.#working = Promise.all(Array.from({ length: AT_A_TIME }, worker));
  }

  /** In `after`: nothing runs any more when it resolves. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working;
  }
}

async function withPair(run: (pair: PtyPair) => Promise<void>): Promise<void> {
  const pair = await PtyPair.open();
  try {
    await run(pair);
  } finally {
    await pair.close();
  }
}
