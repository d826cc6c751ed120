/** Quick actions on fakes: outlets that a test decides on, and everything that was asked of the house. */
import type { Action, StepContext, StepOutcome } from '../../core/action.js';
import type { JobEnd } from '../../core/job.js';
import type { JsonObject } from '../../core/json.js';
import type { ManagedPort } from '../../core/managed-port.js';
import type { Outlets } from '../../core/ports/outlets.js';
import { Catalog } from '../../actions/index.js';
import { DEFAULT_PUSH_SETTINGS } from '../../core/settings.js';
import { KeptValues } from '../../server/values.js';
import { FakeClock } from '../support/fake-clock.js';
import { MemoryVariables } from '../support/memory-variables.js';

const never = (): Promise<never> => Promise.reject(new Error('not in this world'));

/** For worlds in which no quick action runs. */
export const NOTHING_QUICK: Pick<
  StepContext,
  'clearAlarm' | 'outlets' | 'values' | 'emit' | 'formerWrite' | 'storeConfig' | 'config' | 'reloadBudget'
> = {
  clearAlarm: never,
  formerWrite: () => Promise.resolve(undefined),
  reloadBudget: { check: () => Promise.resolve(), spend: () => Promise.resolve() },
  emit: never,
  ...{ storeConfig: never, config: never },
  outlets: { webhook: never, email: never, syslog: never, snmpTrap: never, publish: never },
  values: { set: never, add: never, clear: never, seenFrom: () => ({ system: {}, monitor: {} }) },
};

export const PORT: ManagedPort = {
  ...{ id: 'aus-1:1/1', name: '1/1', node: 'aus-1', driver: 'cisco-ios', make: 'cisco', labels: {}, properties: {} },
  settings: DEFAULT_PUSH_SETTINGS,
};

export class QuickWorld {
  readonly clock = new FakeClock();
  readonly values = new KeptValues(new MemoryVariables());
  readonly story: string[] = [];
  /** `raise rule`, `clear rule`, `emit custom.x {}`. */
  readonly asked: string[] = [];
  readonly stop = new AbortController();
  readonly #outlets: Partial<Outlets>;
  #jobs = 0;

  constructor(outlets: Partial<Outlets> = {}) {
    this.#outlets = outlets;
  }

  /** Runs it as job `job-1`, `job-2` … Parameters that do not fit the schema are a fault of the test. */
  async run(name: string, params: JsonObject, jobId = `job-${String((this.#jobs += 1))}`): Promise<JobEnd> {
    const catalog = new Catalog();
    const action = catalog.get(name);
    if (action === undefined) throw new Error(`no action ${name}`);
    const [problem] = catalog.problems(name, params);
    if (problem !== undefined) throw new Error(`${problem.pointer}: ${problem.wanted}`);
    const outcome = await this.clock.run(this.#step(action, this.#context(params, jobId)));
    if (outcome.kind !== 'end') throw new Error('a quick action has one step');
    return outcome.end;
  }

  async #step(action: Action, context: StepContext): Promise<StepOutcome> {
    const step = action.steps[action.start];
    if (step === undefined) throw new Error('no step');
    return step.run(context, {}).catch((error: unknown) => action.failed(context, {}, error));
  }

  #context(params: JsonObject, jobId: string): StepContext {
    const quick: Partial<StepContext> = {
      ...{ params, jobId, port: PORT, clock: this.clock, values: this.values, signal: this.stop.signal },
      outlets: { ...NOTHING_QUICK.outlets, ...this.#outlets },
      story: (line) => this.story.push(line),
      raiseAlarm: (kind) => Promise.resolve(void this.asked.push(`raise ${kind}`)),
      clearAlarm: (kind) => Promise.resolve(void this.asked.push(`clear ${kind}`)),
      emit: (type, data) => Promise.resolve(void this.asked.push(`emit ${type} ${JSON.stringify(data)}`)),
    };
    // What a quick action must not touch is not there.
    return quick as StepContext;
  }
}
