/**
 * Runs one dialogue engine on a line: bytes and deadlines in, writes out. What comes while no engine runs waits
 * in the reader for the next one, so that nothing is lost between a reload command and the watch that follows it.
 */
import { codeOf, fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Line } from '../../core/ports/line.js';
import { LISTEN_BACK_MS, TextReader } from '../../protocols/dialog/index.js';
import type { DialogInput, DialogMachine, DialogOutput } from '../../protocols/dialog/index.js';

/** Bytes that end an XMODEM exchange, or go on with it: ACK, NAK, CAN. What follows the last of them is text again. */
const XMODEM_REPLIES: readonly number[] = [0x06, 0x15, 0x18];
/** Text that is kept from a line in binary mode: the first words after a transfer. */
const AFTER_TRANSFER_BYTES_MAX = 4_096;

export interface RunnerHooks {
  /** Writes what the engine says; rejects as Line.write does. */
  readonly write: (text: string) => Promise<void>;
  readonly story?: (story: string) => void;
  /**
   * The engine outlives a break of the connection: a console that is the device's own USB port goes away with it
   * and comes back.
   */
  readonly outlivesLoss?: boolean;
}

/** One engine on its way to its result. */
class MachineRun<Result> {
  readonly #machine: DialogMachine<Result>;
  readonly #hooks: RunnerHooks;
  readonly #clock: Clock;
  #resolve: (result: Result) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #cancel = (): void => undefined;
  #writing: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(machine: DialogMachine<Result>, hooks: RunnerHooks, clock: Clock) {
    this.#machine = machine;
    this.#hooks = hooks;
    this.#clock = clock;
  }

  start(resolve: (result: Result) => void, reject: (error: unknown) => void): void {
    this.#resolve = resolve;
    this.#reject = reject;
    this.step({ kind: 'start' });
  }

  step(input: DialogInput): void {
    this.#cancel();
    for (const output of this.#machine.handle(input, this.#clock.monotonicMs())) this.#take(output);
    const dueMs = this.#ended ? undefined : this.#machine.nextDeadlineMs();
    if (dueMs === undefined) return;
    this.#cancel = this.#clock.after(Math.max(0, dueMs - this.#clock.monotonicMs()), () => {
      this.step({ kind: 'time' });
    });
  }

  /** Nothing is written or called back after this. */
  end(): void {
    this.#ended = true;
    this.#cancel();
  }

  #take(output: DialogOutput<Result>): void {
    switch (output.kind) {
      case 'write':
        // One after the other: the second waits until the system has taken the first.
        this.#writing = this.#writing.then(() => (this.#ended ? undefined : this.#hooks.write(output.text)));
        this.#writing.catch(this.#reject);
        return;
      case 'story':
        this.#hooks.story?.(output.story);
        return;
      case 'done':
        this.end();
        this.#resolve(output.result);
    }
  }
}

export class MachineRunner {
  readonly reader = new TextReader();
  readonly #line: Line;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #afterTransfer = new Uint8Array(0);
  #step: ((input: DialogInput) => void) | undefined;
  #onLost: ((error: Error) => void) | undefined;

  constructor(line: Line, clock: Clock, signal: AbortSignal) {
    this.#line = line;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Begins to listen; stops by itself when the line is given back. */
  listen(): void {
    if ((this.#line.backForMs?.() ?? Infinity) < LISTEN_BACK_MS) this.reader.lineBroke();
    this.reader.push(this.#line.recent?.() ?? new Uint8Array(0));
    this.#line.read(
      (bytes) => {
        this.#received(bytes);
      },
      (reason) => {
        this.#lost(reason);
      },
    );
  }

  /** Forgets everything that was heard: it came at another speed. */
  reset(): void {
    this.#afterTransfer = new Uint8Array(0);
    this.reader.reset();
  }

  /** What stood on the line before says nothing about what stands there after; silences count from when it is back. */
  #lost(reason: string): void {
    this.reader.lineBroke();
    this.#onLost?.(this.#lossError(reason));
    this.#line.opened(this.#signal).then(
      () => this.#step?.({ kind: 'received' }),
      // Given back, taken away, or the node is stopping: nobody listens any more.
      () => undefined,
    );
  }

  /** Runs to the engine's result. Errors: the signal's reason, CONSOLE_LOST, LINE_FENCED, LINE_LISTEN_ONLY. */
  async run<Result>(machine: DialogMachine<Result>, hooks: RunnerHooks): Promise<Result> {
    this.#signal.throwIfAborted();
    this.reader.push(this.#afterTransfer);
    this.#afterTransfer = new Uint8Array(0);
    let onAbort = (): void => undefined;
    const run = new MachineRun(machine, hooks, this.#clock);
    try {
      return await new Promise<Result>((resolve, reject) => {
        onAbort = (): void => reject(this.#signal.reason as Error);
        this.#signal.addEventListener('abort', onAbort, { once: true });
        this.#onLost = (error): void => {
          if (hooks.outlivesLoss !== true || codeOf(error) !== 'CONSOLE_LOST') reject(error);
        };
        this.#step = (input) => run.step(input);
        run.start(resolve, reject);
      });
    } finally {
      this.#signal.removeEventListener('abort', onAbort);
      this.#step = undefined;
      this.#onLost = undefined;
      run.end();
    }
  }

  #received(bytes: Uint8Array): void {
    if (this.#line.mode === 'binary') {
      // The receiver's first `C` may have come as text: it is no part of what is said after the transfer.
      this.reader.discard();
      this.#keepAfterTransfer(bytes);
      return;
    }
    this.reader.push(bytes);
    this.#step?.({ kind: 'received' });
  }

  #keepAfterTransfer(bytes: Uint8Array): void {
    const joined = Uint8Array.from([...this.#afterTransfer, ...bytes]);
    const lastReply = Math.max(...XMODEM_REPLIES.map((reply) => joined.lastIndexOf(reply)));
    this.#afterTransfer = joined.slice(lastReply + 1).slice(-AFTER_TRANSFER_BYTES_MAX);
  }

  /** A line that was taken away says so; else the connection broke. */
  #lossError(reason: string): Error {
    try {
      if (this.#line.mode !== 'idle') this.#line.setMode(this.#line.mode);
    } catch (error) {
      if (error instanceof Error) return error;
    }
    return fail('CONSOLE_LOST', { port: this.#line.portId, reason });
  }
}
