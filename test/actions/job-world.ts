/** A node's jobs ring around a device of a test: the real runner and the real actions, everything else modelled. */
import { Catalog } from '../../actions/index.js';
import type { StepContext } from '../../core/action.js';
import type { FactsRecord } from '../../core/facts.js';
import type { ImageRecord } from '../../core/image.js';
import type { JobRecord } from '../../core/job.js';
import type { JsonObject } from '../../core/json.js';
import type { ManagedPort } from '../../core/managed-port.js';
import type { Dialog } from '../../core/ports/dialog.js';
import type { ImageStore } from '../../core/ports/image-store.js';
import type { JobStore } from '../../core/ports/job-store.js';
import type { Log } from '../../core/ports/log.js';
import type { PowerOutlet } from '../../core/ports/power.js';
import type { Credentials } from '../../core/ports/secrets.js';
import type { TransferServer } from '../../core/ports/transfer-server.js';
import { driverFor } from '../../drivers/index.js';
import { JobRunner } from '../../jobs/runner.js';
import type { JobSession, RunnerPart } from '../../jobs/session.js';
import { KeptValues } from '../../server/values.js';
import { FakeClock } from '../support/fake-clock.js';
import { MemoryJobStore } from '../support/memory-job-store.js';
import { MemoryVariables } from '../support/memory-variables.js';
import { NOTHING_QUICK } from './quick-world.js';

const SILENT_LOG: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const noInBand = (): Promise<never> => Promise.reject(new Error('no in-band transfer in this world'));
const never = (): Promise<never> => Promise.reject(new Error('not in this world'));

export interface JobWorldOptions {
  /** Where jobs are kept; default in memory. */
  readonly jobs?: JobStore;
  /** Default: as many reloads as are wanted. */
  readonly reloadBudget?: StepContext['reloadBudget'];
  /** Where the device takes its power from. */
  readonly power?: PowerOutlet;
  readonly clock?: FakeClock;
}

/** A dialogue that a job holds. */
export interface HeldDialog {
  readonly dialog: Dialog;
  release(): void;
}

export abstract class JobWorld {
  readonly clock: FakeClock;
  readonly store = new MemoryJobStore();
  readonly variables = new MemoryVariables();
  readonly values = new KeptValues(this.variables);
  readonly story: string[] = [];
  readonly alarms: string[] = [];
  readonly promoted: string[] = [];
  /** Configurations that were read after the reload. */
  readonly configs: string[] = [];
  /** Which process of the node this is; those before it are dead. */
  protected generation = 0;
  readonly #options: JobWorldOptions;
  #runner: JobRunner | undefined;

  constructor(options: JobWorldOptions) {
    this.#options = options;
    this.clock = options.clock ?? new FakeClock();
  }

  abstract get port(): ManagedPort;

  /** The stored candidate. */
  protected abstract get candidate(): ImageRecord;

  /** What re-reading the stored image gives. */
  protected abstract get rehashed(): string;

  protected abstract imageBytes(): ReadableStream<Uint8Array>;

  protected abstract openDialog(job: JobRecord, signal: AbortSignal): Promise<HeldDialog>;

  protected abstract tftpServer(): TransferServer;

  protected get credentials(): Credentials {
    return {};
  }

  /** What this process of the node keeps its jobs in. */
  protected jobStore(_generation: number): JobStore {
    return this.#options.jobs ?? this.store;
  }

  get runner(): JobRunner {
    return (this.#runner ??= this.restart());
  }

  get jobId(): string {
    return `job${this.port.name.replace('/', '')}`;
  }

  /** A process that starts on what the last one left. */
  restart(): JobRunner {
    this.generation += 1;
    return (this.#runner = this.#newRunner(this.generation));
  }

  push(params: JsonObject = { version: 'candidate' }, action = 'pushOs'): Promise<JobRecord> {
    return this.runner.submit({
      id: this.jobId,
      portId: this.port.id,
      action,
      params,
      cause: { kind: 'api', name: 'test' },
    });
  }

  /** Finishes what the push has staged, as a job of its own. */
  activate(): Promise<JobRecord> {
    return this.run('activate');
  }

  /** Any other action, to its end or till it waits. */
  async run(action: string, params: JsonObject = {}): Promise<JobRecord> {
    const cause = { kind: 'api', name: 'test' } as const;
    const { id } = await this.runner.submit({
      ...{ id: `${this.jobId}-${action}`, portId: this.port.id, action, params, cause },
    });
    const job = (): JobRecord | undefined => this.store.jobs.get(id);
    await this.clock.runUntilIdle(4 * 3_600_000, () => job()?.state === 'ended' || job()?.state === 'waiting');
    return job() ?? this.job();
  }

  job(): JobRecord {
    const job = this.store.jobs.get(this.jobId);
    if (job === undefined) throw new Error('no job');
    return job;
  }

  /** Runs simulated time till the job has ended or waits for the device. */
  async toRest(limitMs = 4 * 3_600_000): Promise<JobRecord> {
    await this.clock.runUntilIdle(limitMs, () => ['ended', 'waiting'].includes(this.job().state));
    return this.job();
  }

  #newRunner(generation: number): JobRunner {
    return new JobRunner({
      store: this.jobStore(generation),
      variables: this.variables,
      catalog: new Catalog(),
      clock: this.clock,
      random: { hex: (digits) => '0'.repeat(digits), below: () => 0 },
      log: SILENT_LOG,
      port: (id) => (id === this.port.id ? this.port : undefined),
      openSession: (job) => this.#session(job, generation),
      personAt: () => undefined,
      committed: () => undefined,
    });
  }

  #session(job: JobRecord, generation: number): JobSession {
    let held: Promise<HeldDialog> | undefined;
    return {
      context: (part) =>
        this.#context(
          job,
          part,
          () => (held ??= this.openDialog(job, part.signal)).then(({ dialog }) => dialog),
          generation,
        ),
      close: async () => (await held?.catch(() => undefined))?.release(),
    };
  }

  #context(job: JobRecord, part: RunnerPart, dialog: () => Promise<Dialog>, generation: number): StepContext {
    return {
      ...part,
      jobId: job.id,
      params: job.params,
      port: this.port,
      driver: driverFor(this.port),
      clock: this.clock,
      images: this.#images(),
      inBand: { send: noInBand, receive: noInBand, breakOff: noInBand },
      servers: { tftp: this.tftpServer() },
      clients: {},
      power: this.#options.power,
      dialog,
      credentials: () => this.credentials,
      hideSecret: () => undefined,
      lastFacts: async () => (await this.variables.get('facts', this.port.id)) as unknown as FactsRecord | undefined,
      lastRate: () => Promise.resolve(undefined),
      rememberFacts: (record) => this.variables.set('facts', this.port.id, record as unknown as JsonObject),
      story: (line) => {
        if (generation === this.generation) this.story.push(line);
      },
      progress: () => undefined,
      keep: () => Promise.resolve(),
      image: (version) => this.#images().get(this.port.id, version),
      raiseAlarm: (kind) => {
        this.alarms.push(kind);
        return Promise.resolve();
      },
      ...NOTHING_QUICK,
      reloadBudget: this.#options.reloadBudget ?? NOTHING_QUICK.reloadBudget,
      values: this.values,
      storeConfig: (type, text) => {
        this.configs.push(`${type}: ${text}`);
        const record = {
          portId: this.port.id,
          type,
          version: 'current',
          sizeBytes: text.length,
          sha256: '',
          storedAtMs: 0,
        };
        return Promise.resolve({ record, isNew: true });
      },
      formerWrite: async () => (await this.store.list({ portId: this.port.id, states: ['ended'], limit: 1 }))[0],
    };
  }

  #images(): ImageStore {
    const image = this.candidate;
    return {
      ...{ put: never, receive: never, copy: never, delete: never },
      get: (_port, version) => Promise.resolve(version === 'candidate' ? image : undefined),
      list: () => Promise.resolve([image]),
      source: () => ({ fileName: image.fileName, sizeBytes: image.sizeBytes, open: () => this.imageBytes() }),
      rehash: () => Promise.resolve(this.rehashed),
      promote: (_port, version, jobId) => {
        const mark = `${jobId}:${version}`;
        if (!this.promoted.includes(mark)) this.promoted.push(mark);
        return Promise.resolve();
      },
    };
  }
}
