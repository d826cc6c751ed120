/**
 * The heartbeat of the due table (ARCHITECTURE, folders): node-cron beats every second and only wakes.
 * What is due is decided from the time that is handed over, never by counting beats: a beat that was missed
 * because the machine slept or was busy is made good by the next one.
 */
import { createTask } from 'node-cron';
import type { ScheduledTask } from 'node-cron';
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';

export interface HeartbeatDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Called about every second with the wall clock, epoch ms; never while an earlier call still runs. */
  readonly onBeat: (nowMs: number) => void | Promise<void>;
  /** Six-field cron expression; default every second. */
  readonly expression?: string;
}

const EVERY_SECOND = '* * * * * *';

export class Heartbeat {
  readonly #deps: HeartbeatDeps;
  #task: ScheduledTask | undefined;
  #beating: Promise<void> | undefined;

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
  }

  /** Beats at once, then with the timer: what came due while the node was down waits no second longer. */
  start(): void {
    if (this.#task !== undefined) return;
    const task = createTask(this.#deps.expression ?? EVERY_SECOND, () => this.#beat(), {
      noOverlap: true,
      // A late beat is no news: the next one finds what is due.
      suppressMissedWarning: true,
      logger: this.#logger(),
    });
    this.#task = task;
    void task.start();
    void this.#beat();
  }

  /** Resolves when a beat that runs has ended. */
  async stop(): Promise<void> {
    const task = this.#task;
    this.#task = undefined;
    await task?.destroy();
    await this.#beating;
  }

  #beat(): Promise<void> {
    this.#beating ??= this.#run().finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  async #run(): Promise<void> {
    try {
      await this.#deps.onBeat(this.#deps.clock.nowMs());
    } catch (error) {
      this.#deps.log.error('a beat failed', { reason: error instanceof Error ? error.message : String(error) });
    }
  }

  #logger(): { info: LogLine; warn: LogLine; error: LogLine; debug: LogLine } {
    const { log } = this.#deps;
    const text = (message: string | Error): string => (message instanceof Error ? message.message : message);
    return {
      info: (message) => log.debug(text(message)),
      warn: (message) => log.debug(text(message)),
      error: (message) => log.error(text(message)),
      debug: (message) => log.debug(text(message)),
    };
  }
}

type LogLine = (message: string | Error) => void;
