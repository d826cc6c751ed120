/** Actions that move files without a device, on the real stores and on whatever clients a test has. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Catalog } from '../../../actions/index.js';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import type { StepContext } from '../../../core/action.js';
import { fail } from '../../../core/errors/index.js';
import type { AttemptRecord, JobEnd } from '../../../core/job.js';
import type { JsonObject } from '../../../core/json.js';
import type { ConfigStore } from '../../../core/ports/config-store.js';
import type { ImageStore } from '../../../core/ports/image-store.js';
import type { Credentials } from '../../../core/ports/secrets.js';
import { DEFAULT_PUSH_SETTINGS } from '../../../core/settings.js';
import type { Stores } from '../../../store/index.js';
import { openedStores } from '../../support/opened-stores.js';

export const PORT_ID = 'aus-1:1/1';
/** More than the longest way of these actions with all retries. */
const MOST_STEPS = 20;

export class FileWorld {
  readonly story: string[] = [];
  readonly attempts: AttemptRecord[] = [];
  readonly slept: number[] = [];
  readonly #stores: Stores;
  readonly #folder: string;
  readonly #clients: StepContext['clients'];
  readonly #secrets: Readonly<Record<string, Credentials>>;

  private constructor(
    folder: string,
    stores: Stores,
    clients: StepContext['clients'],
    secrets: Readonly<Record<string, Credentials>>,
  ) {
    this.#folder = folder;
    this.#stores = stores;
    this.#clients = clients;
    this.#secrets = secrets;
  }

  static async open(
    clients: StepContext['clients'],
    secrets: Readonly<Record<string, Credentials>> = {},
  ): Promise<FileWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'file-world-'));
    return new FileWorld(folder, await openedStores(folder), clients, secrets);
  }

  get configs(): ConfigStore {
    return this.#stores.configs;
  }

  get images(): ImageStore {
    return this.#stores.images;
  }

  async close(): Promise<void> {
    await this.#stores.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** All steps to the end. `before` is told each step that will run. */
  async run(
    name: string,
    params: JsonObject,
    before: (step: string) => Promise<void> = () => Promise.resolve(),
  ): Promise<JobEnd> {
    const catalog = new Catalog();
    const action = catalog.get(name);
    const [problem] = catalog.problems(name, params);
    if (action === undefined || problem !== undefined) throw new Error(`${name} ${problem?.pointer ?? ''}`);
    const context = this.#context(params);
    let step = action.start;
    let memory: JsonObject = {};
    for (let taken = 0; taken < MOST_STEPS; taken++) {
      await before(step);
      const row = action.steps[step];
      if (row === undefined) throw new Error(`no step ${step}`);
      const outcome = await row
        .run(context, memory)
        .catch((error: unknown) => (row.failed ?? action.failed)(context, memory, error));
      if (outcome.kind === 'end') return outcome.end;
      memory = outcome.memory ?? memory;
      step = outcome.step;
    }
    throw new Error('it does not end');
  }

  #context(params: JsonObject): StepContext {
    const { images } = this;
    const clock = new SystemClock();
    const context: Partial<StepContext> = {
      ...{ jobId: 'job-1', params, images, clients: this.#clients, attempts: this.attempts },
      signal: new AbortController().signal,
      clock: {
        nowMs: () => clock.nowMs(),
        monotonicMs: () => clock.monotonicMs(),
        after: (delayMs, act) => clock.after(delayMs, act),
        sleep: (delayMs) => Promise.resolve(void this.slept.push(delayMs)),
      },
      port: {
        ...{ id: PORT_ID, name: '1/1', node: 'aus-1', driver: 'cisco-ios', make: 'cisco', labels: {}, properties: {} },
        settings: DEFAULT_PUSH_SETTINGS,
      },
      credentials: (secret = '') => {
        const found = this.#secrets[secret];
        if (found === undefined) throw fail('SECRET_MISSING', { secret, reference: 'nowhere' });
        return found;
      },
      config: (type, version) => this.#stores.configs.text(PORT_ID, type, version),
      image: (version) => images.get(PORT_ID, version),
      story: (line) => this.story.push(line),
      progress: () => undefined,
      recordAttempt: (attempt) => Promise.resolve(void this.attempts.push(attempt)),
    };
    // What these actions must not touch is not there.
    return context as StepContext;
  }
}
