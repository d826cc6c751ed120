/**
 * One job from where it stands to its end, a pause, or a wait.
 *
 * Order of a step: journal `intended` → act → journal `done` with the next step and the memory, in one commit.
 * A crash leaves `intended` without `done`: the step is then run again if it is repeatable,
 * else its `rederive` asks the device what became of it. No memory is trusted over the device.
 */
import type { Action, Step, StepContext, StepOutcome } from '../core/action.js';
import { codeOf, fail } from '../core/errors/index.js';
import type { AttemptRecord, JobEnd, JobRecord, StepRecord } from '../core/job.js';
import type { JsonObject } from '../core/json.js';
import type { ManagedPort } from '../core/managed-port.js';
import type { Clock } from '../core/ports/clock.js';
import type { JobChange, JobStore } from '../core/ports/job-store.js';
import type { Log } from '../core/ports/log.js';
import { jobEvent } from './job-events.js';
import type { JobSession } from './session.js';
import { moved } from './transitions.js';

/**
 * Steps that one job may take before it is called looping (mender's store counter, ARCHITECTURE "jobs").
 * The longest honest ways: a push of some 16 steps, two more for each of up to 20 attempts, three new beginnings of 10 and a
 * recovery of 12; a list of seven files, five steps each.
 */
export const MOST_STEPS = 160;

export interface ExecutionDeps {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Called after each commit that owes events. */
  readonly committed: () => void;
  /** The job that follows a succeeded one in its chain. */
  readonly successor: (job: JobRecord, end: JobEnd) => JobRecord | undefined;
}

/** Steps begun so far. A step that led to itself is an attempt or a look at a device that is away; both have limits of their own. */
function stepsTaken(journal: readonly StepRecord[]): number {
  const again = journal.filter((record) => record.phase === 'done' && record.next === record.step).length;
  return journal.filter((record) => record.phase === 'intended').length - again;
}

/** How an execution ended; `paused` and `waiting` go on later. */
export type ExecutionResult = 'ended' | 'paused' | 'waiting';

export class Execution {
  readonly #deps: ExecutionDeps;
  readonly #action: Action;
  readonly #port: ManagedPort;
  readonly #session: JobSession;
  readonly #drain = new AbortController();
  #job: JobRecord;
  #seq = 0;
  #taken = 0;
  #attempts: readonly AttemptRecord[];
  #cancel = false;
  #yield = false;
  #takenAway = false;

  constructor(deps: ExecutionDeps, parts: { job: JobRecord; action: Action; port: ManagedPort; session: JobSession }) {
    this.#deps = deps;
    this.#action = parts.action;
    this.#port = parts.port;
    this.#session = parts.session;
    this.#job = parts.job;
    this.#attempts = parts.job.attempts;
    this.#cancel = parts.job.cancelRequested;
  }

  /** Stops at the next boundary; the boundary is the step it names. */
  cancel(): void {
    this.#cancel = true;
  }

  /** Gives the port up right before the next step that may pause; the job goes on when the port is free again. */
  yieldPort(): void {
    this.#yield = true;
  }

  /** Breaks off what runs, cleanly; it counts as no attempt and goes on after the next start. */
  drain(): void {
    this.#breakOff('the node is stopping');
  }

  /**
   * A person took the line in the middle of whatever runs. The job goes on when it is free again, from what the device
   * says then: nothing that it knew before is believed any more, and so no verdict either.
   */
  lineTaken(): void {
    this.#takenAway = true;
    this.#breakOff('a person took the line');
  }

  #breakOff(reason: string): void {
    this.#drain.abort(fail('TRANSFER_ABORTED', { method: 'job', reason }));
  }

  get step(): string {
    return this.#job.step;
  }

  async run(): Promise<ExecutionResult> {
    // A former process may have left the device anywhere, whether it had begun this step or not.
    let resumed = this.#job.startedAtMs !== undefined;
    let begun = this.#job.stepIntended;
    const journal = await this.#deps.store.steps(this.#job.id);
    this.#seq = journal.at(-1)?.seq ?? 0;
    this.#taken = stepsTaken(journal);
    await this.#change(
      {
        state: moved(this.#job.state, 'start'),
        ...(this.#job.startedAtMs === undefined ? { startedAtMs: this.#now() } : {}),
      },
      'started',
    );
    for (;;) {
      const stopped = await this.#atBoundary(resumed, begun);
      if (stopped !== undefined) return stopped;
      const outcome = await this.#step(resumed, begun);
      if (outcome === 'interrupted') return this.#pause();
      const result = await this.#follow(outcome);
      if (result !== undefined) return result;
      resumed = false;
      begun = false;
    }
  }

  /** Drain, cancel and a person who asks for the line act here and nowhere else. */
  async #atBoundary(resumed: boolean, begun: boolean): Promise<ExecutionResult | undefined> {
    if (this.#drain.signal.aborted) return this.#pause();
    const step = this.#stepOf(this.#job.step);
    if (this.#yield && step.mayPause === true && !begun) return this.#pause();
    if (!this.#cancel || !step.boundary || (begun && !step.repeatable)) return undefined;
    this.#cancel = false;
    const error = fail('JOB_CANCELLED', { step: this.#job.step });
    return this.#follow(await this.#action.failed(this.#context(resumed), this.#job.memory, error));
  }

  async #step(resumed: boolean, begun: boolean): Promise<StepOutcome | 'interrupted'> {
    const name = this.#job.step;
    const step = this.#stepOf(name);
    if (this.#taken >= MOST_STEPS) {
      const text = fail('JOB_LOOPING', { steps: this.#taken, limit: MOST_STEPS }).message;
      return {
        kind: 'end',
        end: { verdict: 'unknown', code: 'JOB_LOOPING', sentence: `${text}. A person must look at the device.` },
      };
    }
    this.#taken++;
    await this.#journal('intended', { stepIntended: true });
    const context = this.#context(resumed);
    try {
      const rederive = begun && !step.repeatable ? step.rederive : undefined;
      return await (rederive === undefined ? step.run(context, this.#job.memory) : rederive(context, this.#job.memory));
    } catch (error) {
      if (this.#drain.signal.aborted) return 'interrupted';
      // The person had the line before the job first wanted it: nothing was typed yet.
      if (this.#yield && codeOf(error) === 'LINE_BUSY') return 'interrupted';
      return this.#failure(step, name, context, error);
    }
  }

  async #failure(step: Step, name: string, context: StepContext, error: unknown): Promise<StepOutcome> {
    this.#deps.log.warn('step failed', {
      job: this.#job.id,
      port: this.#port.id,
      step: name,
      code: codeOf(error),
      reason: String(error),
    });
    const handler = step.failed ?? this.#action.failed;
    return handler(context, this.#job.memory, error);
  }

  async #follow(outcome: StepOutcome): Promise<ExecutionResult | undefined> {
    const memory = outcome.memory ?? this.#job.memory;
    if (outcome.kind === 'next') {
      this.#stepOf(outcome.step);
      await this.#journal('done', { step: outcome.step, stepIntended: false, memory }, outcome.step);
      return undefined;
    }
    if (outcome.kind === 'wait') {
      await this.#journal(
        'done',
        { step: outcome.step, stepIntended: false, memory, state: moved(this.#job.state, 'wait'), end: outcome.end },
        outcome.step,
        'waiting',
      );
      return 'waiting';
    }
    const successor = this.#deps.successor(this.#job, outcome.end);
    await this.#journal(
      'done',
      {
        stepIntended: false,
        memory,
        state: moved(this.#job.state, 'end'),
        end: outcome.end,
        endedAtMs: this.#now(),
        ...(successor === undefined ? {} : { successor }),
      },
      undefined,
      'ended',
    );
    return 'ended';
  }

  async #pause(): Promise<ExecutionResult> {
    if (this.#takenAway) {
      this.#context(false).story('A person took the line. The job goes on from what the device says afterwards.');
    }
    await this.#journal('interrupted', { state: moved(this.#job.state, 'drain') }, undefined, 'paused');
    return 'paused';
  }

  #context(resumed: boolean): StepContext {
    return this.#session.context({
      resumed,
      attempts: this.#attempts,
      signal: this.#drain.signal,
      recordAttempt: async (attempt) => {
        this.#attempts = [...this.#attempts, attempt];
        const data = attempt as unknown as JsonObject;
        await this.#change({ attempt }, 'attempt', this.#attempts.length, data);
      },
    });
  }

  async #journal(
    phase: 'intended' | 'done' | 'interrupted',
    change: Omit<JobChange, 'jobId' | 'events'>,
    next?: string,
    also?: string,
  ): Promise<void> {
    this.#seq++;
    const { step } = this.#job;
    const journal = { seq: this.#seq, step, phase, atMs: this.#now(), ...(next === undefined ? {} : { next }) };
    const data: JsonObject = { step, phase, seq: this.#seq, ...(next === undefined ? {} : { next }) };
    this.#deps.log.info('step', { job: this.#job.id, port: this.#port.id, step, phase });
    await this.#change({ ...change, journal }, 'step', this.#seq, data, also);
  }

  async #change(
    change: Omit<JobChange, 'jobId' | 'events'>,
    what: string,
    mark: string | number = this.#seq,
    data: JsonObject = {},
    also?: string,
  ): Promise<void> {
    const events = [jobEvent(this.#job, this.#port, what, mark, this.#now(), data)];
    if (also !== undefined) {
      const end = change.end as unknown as JsonObject | undefined;
      events.push(jobEvent(this.#job, this.#port, also, this.#seq, this.#now(), { ...end }));
    }
    this.#job = await this.#deps.store.change({ ...change, jobId: this.#job.id, events });
    this.#deps.committed();
  }

  #stepOf(name: string): Step {
    const step = Object.hasOwn(this.#action.steps, name) ? this.#action.steps[name] : undefined;
    if (step === undefined)
      throw fail('JOB_STEP_UNKNOWN', { action: this.#action.name, step: name, format: this.#job.format });
    return step;
  }

  #now(): number {
    return this.#deps.clock.nowMs();
  }
}
