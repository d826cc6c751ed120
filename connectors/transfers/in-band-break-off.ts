/** Frees the line from a receiver that nobody sends to any more: the engine of `protocols/xmodem/break-off.ts` on the line. */
import type { Clock } from '../../core/ports/clock.js';
import type { Line } from '../../core/ports/line.js';
import type { LeftReceiver } from '../../core/ports/transfer.js';
import { BreakOff } from '../../protocols/xmodem/break-off.js';
import type { BreakOffInput, BreakOffOutput } from '../../protocols/xmodem/break-off.js';
import { EngineRun } from './engine-run.js';
import { standingBytes } from './standing-bytes.js';

export class InBandBreakOff {
  readonly #run: EngineRun<BreakOffInput, BreakOffOutput>;
  readonly #signal: AbortSignal;
  #found: LeftReceiver = 'quiet';

  constructor(clock: Clock, line: Line, signal: AbortSignal) {
    this.#signal = signal;
    this.#run = new EngineRun({
      ...{ clock, line, signal, turnaroundMs: 0 },
      engine: new BreakOff(clock.monotonicMs()),
      heard: standingBytes(line),
      take: (outputs) => {
        for (const output of outputs) this.#take(output);
      },
    });
  }

  /** Errors: as `InBandTransfer.breakOff`. */
  async run(): Promise<LeftReceiver> {
    await this.#run.run();
    return this.#found;
  }

  #take(output: BreakOffOutput): void {
    switch (output.kind) {
      case 'send':
        this.#run.write(output.bytes);
        return;
      case 'done':
        this.#found = output.found;
        this.#run.succeed();
        return;
      case 'failed':
        this.#run.failed(this.#signal.reason);
    }
  }
}
