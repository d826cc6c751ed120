/**
 * Due runs become events and jobs. The due table says what is due; each run is taken in as one `schedule.due` event a
 * port, its jobs are created, and only then the cursor moves: a crash in between repeats and creates nothing twice.
 */
import { codeOf } from '../core/errors/index.js';
import type { Event } from '../core/event.js';
import type { ManagedPort } from '../core/managed-port.js';
import type { ActionCatalog } from '../core/ports/action-catalog.js';
import type { Clock } from '../core/ports/clock.js';
import type { JobControl } from '../core/ports/job-control.js';
import type { Log } from '../core/ports/log.js';
import type { VariableStore } from '../core/ports/variable-store.js';
import { DueTable, scheduleChain, tickEvents } from '../schedules/index.js';
import type { Schedule, Tick } from '../schedules/index.js';

export interface SchedulerDeps {
  readonly node: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly variables: VariableStore;
  readonly catalog: ActionCatalog;
  readonly control: JobControl;
  readonly accept: (event: Event) => Promise<number>;
  readonly ports: () => readonly ManagedPort[];
}

export class Scheduler {
  readonly #deps: SchedulerDeps;
  #table = new DueTable([]);
  readonly #cursors = new Map<string, number>();

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
  }

  async load(): Promise<void> {
    for (const [name, value] of await this.#deps.variables.all('schedule')) {
      if (typeof value === 'number') this.#cursors.set(name, value);
    }
  }

  use(schedules: readonly Schedule[]): void {
    this.#table = new DueTable(schedules);
  }

  nextRunMs(name: string): number | undefined {
    return this.#table.nextRunMs(name, this.#deps.clock.nowMs());
  }

  /** One beat of the heartbeat; beats do not overlap. */
  beat(): Promise<void> {
    return this.#run();
  }

  async #run(): Promise<void> {
    const { ticks, cursors } = this.#table.due(this.#deps.clock.nowMs(), this.#cursors);
    try {
      for (const tick of ticks) await this.#emit(tick);
      for (const { schedule, throughMs } of cursors) {
        await this.#deps.variables.set('schedule', schedule, throughMs);
        this.#cursors.set(schedule, throughMs);
      }
    } catch (error) {
      this.#deps.log.error('schedules wait for the store', { code: codeOf(error), reason: String(error) });
    }
  }

  async #emit(tick: Tick): Promise<void> {
    const subjects = this.#deps.ports();
    const events = tickEvents(tick, this.#deps.node, subjects, this.#deps.clock.nowMs());
    for (const event of events) {
      await this.#deps.accept(event);
      const port = subjects.find(({ id }) => id === event.portid);
      if (port !== undefined) await this.#start(tick, event, port);
    }
  }

  async #start(tick: Tick, event: Event, port: ManagedPort): Promise<void> {
    const { name } = tick.schedule;
    try {
      const chain = scheduleChain(tick.schedule, port, this.#deps.catalog);
      await this.#deps.control.startChain({
        cause: { kind: 'schedule', name, eventId: event.id },
        portId: port.id,
        chain,
      });
    } catch (error) {
      // A value that does not fit its slot concerns this port alone; a store that fails stops the beat.
      if (codeOf(error) === 'STORE_FAILED' || codeOf(error) === 'STORE_CLOSED') throw error;
      this.#deps.log.error('schedule not started', {
        code: codeOf(error),
        port: port.id,
        schedule: name,
        reason: String(error),
      });
    }
  }
}
