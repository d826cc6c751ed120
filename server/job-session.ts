/** What a running job holds of the house: its line, its dialogue, its transcript. */
import type { StepContext } from '../core/action.js';
import type { Driver } from '../core/driver.js';
import { fail } from '../core/errors/index.js';
import { makeEvent } from '../core/event.js';
import type { Event } from '../core/event.js';
import type { FactsRecord } from '../core/facts.js';
import type { JobRecord } from '../core/job.js';
import type { JsonObject } from '../core/json.js';
import type { ManagedPort } from '../core/managed-port.js';
import type { ConfigType } from '../core/config.js';
import type { ConfigStore, PutConfig } from '../core/ports/config-store.js';
import type { Clock } from '../core/ports/clock.js';
import type { Console } from '../core/ports/console.js';
import type { Dialog, OpenDialog } from '../core/ports/dialog.js';
import type { ImageStore } from '../core/ports/image-store.js';
import type { JobStore } from '../core/ports/job-store.js';
import type { Line } from '../core/ports/line.js';
import type { Outlets } from '../core/ports/outlets.js';
import type { PowerOutlet } from '../core/ports/power.js';
import type { Secrets } from '../core/ports/secrets.js';
import type { InBandTransfer, TransferClient } from '../core/ports/transfer.js';
import type { TransferServer } from '../core/ports/transfer-server.js';
import type { KeptText, TranscriptStore } from '../core/ports/transcript-store.js';
import type { Values } from '../core/ports/values.js';
import type { VariableStore } from '../core/ports/variable-store.js';
import type { JobSession, RunnerPart } from '../jobs/session.js';
import { lastRate } from './last-rate.js';
import { secretMask } from '../protocols/dialog/index.js';
import type { Alarms } from './alarms.js';
import type { ReloadBudget } from './reload-budget.js';
import { recordConsole } from './job-transcript.js';
import type { JobRecorder } from './job-transcript.js';

export interface SessionDeps {
  readonly clock: Clock;
  readonly images: ImageStore;
  readonly configs: ConfigStore;
  readonly jobs: Pick<JobStore, 'list'>;
  readonly inBand: InBandTransfer;
  readonly servers: Readonly<Partial<Record<string, TransferServer>>>;
  readonly clients: Readonly<Partial<Record<string, TransferClient>>>;
  readonly secrets: Secrets;
  readonly transcripts: TranscriptStore;
  readonly variables: VariableStore;
  readonly alarms: Alarms;
  readonly budget: ReloadBudget;
  readonly outlets: Outlets;
  readonly values: Values;
  /** Told of facts as they are read from a device. */
  readonly factsRead: (portId: string, record: FactsRecord) => void;
  /** Takes an event in; resolves after the commit. */
  readonly accept: (event: Event) => Promise<unknown>;
  readonly console: (portId: string) => Console | undefined;
  readonly openDialog: OpenDialog;
  /** Where a port's device takes its power from. */
  readonly power: (port: ManagedPort) => PowerOutlet | undefined;
  /** The port's driver, as its properties make it. */
  readonly driver: (port: ManagedPort) => Driver;
  readonly recorder: (jobId: string, port: ManagedPort) => JobRecorder;
  /** Tells watchers something that is not kept as an event: story lines and progress. */
  readonly tell: (event: Event) => void;
}

/** A console that was just started opens within a moment; one that is away longer is lost. */
const OPEN_WITHIN_MS = 30_000;
/** Looked through for the last one that wrote; read jobs and quick actions may have come since. */
const FORMER_JOBS = 1000;
/** Progress is told at most this often: a fast network transfer would drown every watcher. */
const PROGRESS_EVERY_MS = 250;

export class ConsoleSession implements JobSession {
  readonly #deps: SessionDeps;
  readonly #job: JobRecord;
  readonly #port: ManagedPort;
  readonly #driver: Driver;
  readonly #recorder: JobRecorder;
  /** Each shows a value again that only this job had to hide. */
  readonly #hidden: (() => void)[] = [];
  #dialog: Promise<Dialog> | undefined;
  #line: Line | undefined;
  #stopRecording = (): void => undefined;
  #told = 0;
  #progressAtMs = -Infinity;

  constructor(deps: SessionDeps, job: JobRecord, port: ManagedPort) {
    this.#deps = deps;
    this.#job = job;
    this.#port = port;
    this.#driver = deps.driver(port);
    this.#recorder = deps.recorder(job.id, port);
  }

  context(part: RunnerPart): StepContext {
    const { clock, images, inBand, servers, clients, secrets, alarms, outlets, values } = this.#deps;
    const port = this.#port;
    return {
      ...part,
      jobId: this.#job.id,
      params: this.#job.params,
      port,
      driver: this.#driver,
      clock,
      images,
      inBand,
      servers,
      clients,
      outlets,
      values,
      power: this.#deps.power(port),
      dialog: () => (this.#dialog ??= this.#open(part.signal)),
      credentials: (secret = port.credentials) => (secret === undefined ? {} : secrets.credentials(secret)),
      hideSecret: (value) => {
        this.#hidden.push(secrets.hide(value));
      },
      lastFacts: async () => (await this.#deps.variables.get('facts', port.id)) as unknown as FactsRecord | undefined,
      rememberFacts: async (record) => {
        await this.#deps.variables.set('facts', port.id, record as unknown as JsonObject);
        this.#deps.factsRead(port.id, record);
      },
      formerWrite: () => this.#formerWrite(),
      lastRate: (method) => lastRate(this.#deps.jobs, port.id, method),
      reloadBudget: {
        check: () => this.#deps.budget.check(port),
        spend: () => this.#deps.budget.spend(port, this.#job.id),
      },
      story: (line) => {
        this.#story(line);
      },
      progress: (bytes, totalBytes) => {
        this.#progress(bytes, totalBytes);
      },
      keep: (kind, text) => this.#keep(kind, text),
      config: (type, version) => this.#deps.configs.text(port.id, type, version),
      storeConfig: (type, text) => this.#storeConfig(type, text),
      image: (version) => images.get(port.id, version),
      raiseAlarm: (kind, message) => alarms.raise(port, kind, secrets.mask(message)),
      clearAlarm: (kind) => alarms.clear(port, kind),
      emit: (type, data) => this.#emit(type, data),
    };
  }

  async close(): Promise<void> {
    this.#stopRecording();
    this.#line?.release();
    for (const show of this.#hidden.splice(0)) show();
    await this.#deps.transcripts.flush();
  }

  async #open(signal: AbortSignal): Promise<Dialog> {
    const console = this.#deps.console(this.#port.id);
    if (console === undefined) throw fail('CONSOLE_ABSENT', { port: this.#port.id });
    const line = console.claim(`job ${this.#job.id}`);
    this.#line = line;
    line.setMode('dialogue');
    this.#stopRecording = recordConsole(console, this.#recorder);
    await this.#opened(line, signal);
    return this.#deps.openDialog(line, this.#driver.dialog, signal);
  }

  async #opened(line: Line, signal: AbortSignal): Promise<void> {
    const given = new AbortController();
    const stop = (): void => {
      given.abort(
        fail('CONSOLE_LOST', { port: this.#port.id, reason: `not open within ${String(OPEN_WITHIN_MS / 1000)} s` }),
      );
    };
    const cancel = this.#deps.clock.after(OPEN_WITHIN_MS, stop);
    await line.opened(AbortSignal.any([signal, given.signal])).finally(cancel);
  }

  #story(text: string): void {
    const line = this.#deps.secrets.mask(text);
    this.#recorder.note(line);
    this.#tell('story', { line });
  }

  #progress(bytes: number, totalBytes: number): void {
    const nowMs = this.#deps.clock.monotonicMs();
    if (bytes < totalBytes && nowMs - this.#progressAtMs < PROGRESS_EVERY_MS) return;
    this.#progressAtMs = nowMs;
    this.#tell('progress', { bytes, totalBytes });
  }

  #tell(what: string, data: JsonObject): void {
    const port = this.#port;
    const timeMs = this.#deps.clock.nowMs();
    const id = `${this.#job.id}:${what}:${String(timeMs)}:${String(this.#told++)}`;
    const frame = { node: port.node, port: { name: port.name, id: port.id }, authenticated: true };
    this.#deps.tell(makeEvent({ ...frame, id, type: `job.${what}`, timeMs, data: { job: this.#job.id, ...data } }));
  }

  async #formerWrite(): Promise<JobRecord | undefined> {
    const ended = await this.#deps.jobs.list({ portId: this.#port.id, states: ['ended'], limit: FORMER_JOBS });
    return ended.find(({ intent }) => intent === 'write');
  }

  /** The id is the job's: the step that emits may run again. */
  async #emit(type: string, data: JsonObject): Promise<void> {
    const { id, name, node } = this.#port;
    const authenticated = this.#job.cause.unauthenticated !== true;
    const timeMs = this.#deps.clock.nowMs();
    const frame = { id: `${this.#job.id}:${type}`, node, port: { name, id }, type, timeMs, authenticated, data };
    await this.#deps.accept(makeEvent(frame));
  }

  /** Lines that differ on every pull make no new version. */
  #storeConfig(type: ConfigType, text: string): ReturnType<ConfigStore['put']> {
    const volatile = (this.#driver.config?.volatile ?? []).map((pattern) => new RegExp(pattern));
    const lines = text.split(/\r?\n/).map((line) => line.trimEnd());
    const lasting = lines.filter((line) => !volatile.some((pattern) => pattern.test(line)));
    const config: PutConfig = {
      ...{ portId: this.#port.id, type, text: `${lines.join('\n').trim()}\n`, lasting: lasting.join('\n') },
    };
    return this.#deps.configs.put(config);
  }

  async #keep(kind: KeptText, text: string): Promise<void> {
    const ref = { kind, portId: this.#port.id, jobId: this.#job.id };
    this.#deps.transcripts.append(ref, {
      atMs: this.#deps.clock.nowMs(),
      direction: 'in',
      text: this.#deps.secrets.mask(kind === 'recording' ? secretMask(this.#driver.dialog.secrets)(text) : text),
    });
    await this.#deps.transcripts.flush();
    if ((kind === 'running-config' || kind === 'startup-config') && text.trim() !== '')
      await this.#storeConfig(kind, text);
  }
}
