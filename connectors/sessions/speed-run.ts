/** Runs the search for a device's speed on a claimed line: its bytes and the clock in; changes of speed and hails out. */
import { codeOf, fail, reasonOf } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { SpeedFound } from '../../core/ports/dialog.js';
import type { Line } from '../../core/ports/line.js';
import type { SpeedInput, SpeedOutput, SpeedProbeMachine } from '../../protocols/dialog/index.js';

export interface SpeedRunDeps {
  readonly line: Line;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Errors: the signal's reason, LINE_FENCED, LINE_LISTEN_ONLY, CONSOLE_LOST. */
export async function runSpeedProbe(machine: SpeedProbeMachine, deps: SpeedRunDeps): Promise<SpeedFound> {
  deps.signal.throwIfAborted();
  const run = new SpeedRun(machine, deps);
  try {
    return await run.result();
  } finally {
    run.end();
  }
}

const encoder = new TextEncoder();

class SpeedRun {
  readonly #machine: SpeedProbeMachine;
  readonly #deps: SpeedRunDeps;
  #resolve: (found: SpeedFound) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #cancel = (): void => undefined;
  #stopReading = (): void => undefined;
  /** One after the other: a hail goes out at the speed that was set before it. */
  #acting: Promise<void> = Promise.resolve();
  #ended = false;
  readonly #onAbort = (): void => this.#reject(this.#deps.signal.reason as Error);

  constructor(machine: SpeedProbeMachine, deps: SpeedRunDeps) {
    this.#machine = machine;
    this.#deps = deps;
  }

  result(): Promise<SpeedFound> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      const { line, signal } = this.#deps;
      signal.addEventListener('abort', this.#onAbort, { once: true });
      this.#stopReading = line.read(
        (bytes) => this.#step({ kind: 'bytes', bytes }),
        (reason) => reject(fail('CONSOLE_LOST', { port: line.portId, reason })),
      );
      this.#step({ kind: 'start' });
    });
  }

  end(): void {
    this.#ended = true;
    this.#cancel();
    this.#stopReading();
    this.#deps.signal.removeEventListener('abort', this.#onAbort);
  }

  #step(input: SpeedInput): void {
    if (this.#ended) return;
    this.#cancel();
    const { clock } = this.#deps;
    for (const output of this.#machine.handle(input, clock.monotonicMs())) this.#take(output);
    const dueMs = this.#machine.nextDeadlineMs();
    if (dueMs === undefined) return;
    this.#cancel = clock.after(Math.max(0, dueMs - clock.monotonicMs()), () => this.#step({ kind: 'time' }));
  }

  #take(output: SpeedOutput): void {
    switch (output.kind) {
      case 'setSpeed':
        this.#act(() => this.#setSpeed(output.baudRate));
        return;
      case 'write':
        this.#act(() => this.#deps.line.write(encoder.encode(output.text)));
        return;
      case 'done':
        this.#resolve(output.result);
    }
  }

  #act(act: () => Promise<void>): void {
    this.#acting = this.#acting.then(() => (this.#ended ? undefined : act())).catch(this.#reject);
  }

  async #setSpeed(baudRate: number): Promise<void> {
    const { line } = this.#deps;
    try {
      if (line.baudRate !== baudRate) await change(line, baudRate);
    } catch (error) {
      if (codeOf(error) !== 'LINE_SPEED_FIXED') throw error;
      this.#step({ kind: 'speedRefused', reason: reasonOf(error) });
      return;
    }
    this.#step({ kind: 'speedSet' });
  }
}

async function change(line: Line, baudRate: number): Promise<void> {
  if (line.setBaudRate === undefined) {
    throw fail('LINE_SPEED_FIXED', { port: line.portId, baudRate, reason: 'this way to the console has no speed' });
  }
  await line.setBaudRate(baudRate);
}
