/** A node's jobs ring around a model router: the real runner and the real action, everything else modelled. */
import { Catalog } from '../../actions/index.js';
import type { StepContext } from '../../core/action.js';
import type { FactsRecord } from '../../core/facts.js';
import type { ImageRecord } from '../../core/image.js';
import type { JobRecord } from '../../core/job.js';
import type { JsonObject } from '../../core/json.js';
import type { ManagedPort } from '../../core/managed-port.js';
import type { JobStore } from '../../core/ports/job-store.js';
import type { ImageStore } from '../../core/ports/image-store.js';
import type { PowerOutlet } from '../../core/ports/power.js';
import type { Log } from '../../core/ports/log.js';
import type { Grant, TransferServer } from '../../core/ports/transfer-server.js';
import { DEFAULT_PUSH_SETTINGS } from '../../core/settings.js';
import type { PushSettings } from '../../core/settings.js';
import { JobRunner } from '../../jobs/runner.js';
import type { JobSession, RunnerPart } from '../../jobs/session.js';
import { KeptValues } from '../../server/values.js';
import { FakeClock } from '../support/fake-clock.js';
import { MemoryJobStore } from '../support/memory-job-store.js';
import { MemoryVariables } from '../support/memory-variables.js';
import { driverFor } from '../../drivers/index.js';
import { ModelDialog } from './model-dialog.js';
import type { ModelWorld } from './model-dialog.js';
import { ModelRouter } from './model-router.js';
import type { Mishap } from './model-router.js';
import { NOTHING_QUICK } from './quick-world.js';

export const SILENT_LOG: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const noInBand = (): Promise<never> => Promise.reject(new Error('no in-band transfer in this world'));

const IMAGE: ImageRecord = {
  portId: 'n1:1/1',
  version: 'candidate',
  fileName: 'c1700-y-mz.123-1a.bin',
  sizeBytes: 4_000_000,
  sha256: 'a'.repeat(64),
  md5: 'b'.repeat(32),
  crc32: 'c'.repeat(8),
  storedAtMs: 0,
};

export interface PushOptions {
  readonly mishaps?: readonly Mishap[];
  readonly settings?: Partial<PushSettings>;
  readonly image?: Partial<ImageRecord>;
  /** What re-reading the stored image gives; default its SHA-256. */
  readonly rehash?: string;
  /** Default `1/1`; the job's id is `job<port name>` without its slash: `job11`. */
  readonly portName?: string;
  /** Where jobs are kept; default in memory. */
  readonly jobs?: JobStore;
  /** Default: as many reloads as are wanted. */
  readonly reloadBudget?: StepContext['reloadBudget'];
  /** Where the router takes its power from. */
  readonly power?: PowerOutlet;
  /** When the world begins, epoch ms. */
  readonly startMs?: number;
}

export class PushWorld implements ModelWorld {
  readonly clock: FakeClock;
  readonly router: ModelRouter;
  readonly store = new MemoryJobStore();
  readonly variables = new MemoryVariables();
  readonly image = { sha: 'new', md5: IMAGE.md5, bytes: IMAGE.sizeBytes };
  readonly values = new KeptValues(this.variables);
  readonly story: string[] = [];
  readonly alarms: string[] = [];
  readonly promoted: string[] = [];
  /** Configurations that were read after the reload. */
  readonly configs: string[] = [];
  exposure: ModelWorld['exposure'];
  runner: JobRunner;
  #options: PushOptions;
  #generation = 0;

  constructor(options: PushOptions = {}) {
    this.#options = options;
    this.clock = new FakeClock(options.startMs);
    this.router = new ModelRouter(() => this.clock.nowMs(), options.mishaps);
    this.runner = this.#newRunner();
  }

  get port(): ManagedPort {
    return {
      id: `n1:${this.#options.portName ?? '1/1'}`,
      name: this.#options.portName ?? '1/1',
      node: 'n1',
      driver: 'cisco-ios',
      make: 'cisco',
      console: { type: 'tcp', host: '127.0.0.1', port: 1 },
      management: { address: '10.10.10.1' },
      serverAddress: '10.10.10.254',
      labels: {},
      properties: {},
      settings: { ...DEFAULT_PUSH_SETTINGS, ...this.#options.settings },
    };
  }

  get jobId(): string {
    return `job${this.port.name.replace('/', '')}`;
  }

  /** A process that starts on what the last one left. */
  restart(): JobRunner {
    this.runner = this.#newRunner();
    return this.runner;
  }

  push(params: JsonObject = { version: 'candidate' }): Promise<JobRecord> {
    return this.runner.submit({
      id: this.jobId,
      portId: this.port.id,
      action: 'pushOs',
      params,
      cause: { kind: 'api', name: 'test' },
    });
  }

  /** Another image is stored under the same version. */
  restock(image: Partial<ImageRecord>): void {
    this.#options = { ...this.#options, image, rehash: image.sha256 ?? IMAGE.sha256 };
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

  #newRunner(): JobRunner {
    const generation = ++this.#generation;
    return new JobRunner({
      store: this.#options.jobs ?? this.store,
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
    let dialog: ModelDialog | undefined;
    return {
      context: (part) => this.#context(job, part, () => (dialog ??= new ModelDialog(this)), generation),
      close: () => Promise.resolve(),
    };
  }

  #context(job: JobRecord, part: RunnerPart, dialog: () => ModelDialog, generation: number): StepContext {
    return {
      ...part,
      jobId: job.id,
      params: job.params,
      port: this.port,
      driver: driverFor(this.port),
      clock: this.clock,
      images: this.#images(),
      inBand: { send: noInBand, receive: noInBand, breakOff: noInBand },
      servers: { tftp: this.#server() },
      clients: {},
      power: this.#options.power,
      dialog: () => Promise.resolve(dialog()),
      credentials: () => ({}),
      hideSecret: () => undefined,
      lastFacts: async () => (await this.variables.get('facts', this.port.id)) as unknown as FactsRecord | undefined,
      rememberFacts: (record) => this.variables.set('facts', this.port.id, record as unknown as JsonObject),
      story: (line) => {
        if (generation === this.#generation) this.story.push(line);
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
    const image = { ...IMAGE, ...this.#options.image };
    const never = (): Promise<never> => Promise.reject(new Error('not in this world'));
    return {
      put: never,
      receive: never,
      copy: never,
      delete: never,
      get: (_port, version) => Promise.resolve(version === 'candidate' ? image : undefined),
      list: () => Promise.resolve([image]),
      source: () => ({ fileName: image.fileName, sizeBytes: image.sizeBytes, open: () => ReadableStream.from([]) }),
      rehash: () => Promise.resolve(this.#options.rehash ?? image.sha256),
      promote: (_port, version, jobId) => {
        const mark = `${jobId}:${version}`;
        if (!this.promoted.includes(mark)) this.promoted.push(mark);
        return Promise.resolve();
      },
    };
  }

  #server(): TransferServer {
    return {
      method: 'tftp',
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      address: { host: '10.10.10.254', port: 69 },
      expose: (grant: Grant) => {
        const fetches: { peer: string; bytes: number; complete: boolean }[] = [];
        const exposure = {
          path: 'one-time/x',
          port: 69,
          fetches,
          bytes: 0,
          close: () => undefined,
          serve: (complete: boolean) => {
            exposure.bytes = complete ? grant.source.sizeBytes : 0;
            fetches.push({ peer: '10.10.10.1', bytes: exposure.bytes, complete });
            grant.onProgress({ bytes: exposure.bytes, bytesPerSecond: 0 });
          },
        };
        this.exposure = exposure;
        return exposure;
      },
    };
  }
}
