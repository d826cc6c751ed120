/** A node's services in memory: what the HTTP API and the command line are tested against. */
import { createHash } from 'node:crypto';
import { ACTIONS, Catalog } from '../../actions/index.js';
import type { ConfigType } from '../../core/config.js';
import type { Decision } from '../../core/decision.js';
import { fail } from '../../core/errors/index.js';
import { makeEvent } from '../../core/event.js';
import type { Event } from '../../core/event.js';
import type { ImageRecord } from '../../core/image.js';
import type { JobRecord, StepRecord } from '../../core/job.js';
import type { JsonObject } from '../../core/json.js';
import type { Bus } from '../../core/ports/bus.js';
import type { ConfigStore } from '../../core/ports/config-store.js';
import type { EventStore, StoredEvent } from '../../core/ports/event-store.js';
import type { ImageStore } from '../../core/ports/image-store.js';
import type { Hold, HoldTarget, JobControl } from '../../core/ports/job-control.js';
import type { JobStore } from '../../core/ports/job-store.js';
import type { TranscriptEntry, TranscriptRef, TranscriptStore } from '../../core/ports/transcript-store.js';
import type { SiteProblem } from '../../core/problem.js';
import { DEFAULT_PUSH_SETTINGS } from '../../core/settings.js';
import type { Services } from '../../server/services.js';
import { SiteSecrets } from '../../server/site/secrets.js';
import type { Site } from '../../server/site/site.js';
import { FakeClock } from './fake-clock.js';
import { MemoryVariables } from './memory-variables.js';

export const START_MS = Date.UTC(2026, 0, 1);

export class FakeBus implements Bus {
  readonly listeners = new Set<(seq: number, event: Event) => void>();
  start = (): Promise<void> => Promise.resolve();
  stop = (): Promise<void> => Promise.resolve();
  publish(seq: number, event: Event): void {
    for (const listener of this.listeners) listener(seq, event);
  }
  subscribe(listener: (seq: number, event: Event) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

export class FakeEvents implements EventStore {
  readonly stored: StoredEvent[] = [];
  readonly recorded: Decision[] = [];
  append(event: Event): Promise<{ seq: number; isNew: boolean }> {
    const old = this.stored.find((row) => row.event.id === event.id);
    if (old !== undefined) return Promise.resolve({ seq: old.seq, isNew: false });
    const seq = this.stored.length + 1;
    this.stored.push({ seq, event });
    return Promise.resolve({ seq, isNew: true });
  }
  appendDecision(decision: Decision): Promise<void> {
    this.recorded.push(decision);
    return Promise.resolve();
  }
  readAfter(seq: number, limit: number): Promise<readonly StoredEvent[]> {
    return Promise.resolve(this.stored.filter((row) => row.seq > seq).slice(0, limit));
  }
  list: EventStore['list'] = ({ id, type, portId, sinceMs, limit }) =>
    Promise.resolve(
      this.stored
        .filter(({ event }) => id === undefined || event.id === id)
        .filter(({ event }) => type === undefined || event.type === type)
        .filter(({ event }) => portId === undefined || event.portid === portId)
        .filter(({ event }) => sinceMs === undefined || Date.parse(event.time) >= sinceMs)
        .reverse()
        .slice(0, limit),
    );
  decisions: EventStore['decisions'] = ({ rule, eventId, limit }) =>
    Promise.resolve(
      this.recorded
        .filter((row) => rule === undefined || row.rule === rule)
        .filter((row) => eventId === undefined || row.eventId === eventId)
        .slice(0, limit),
    );
}

export class FakeTranscripts implements TranscriptStore {
  readonly entries: { readonly key: string; readonly entry: TranscriptEntry }[] = [];
  append(ref: TranscriptRef, entry: TranscriptEntry): void {
    this.entries.push({ key: JSON.stringify(ref), entry });
  }
  flush = (): Promise<void> => Promise.resolve();
  read: TranscriptStore['read'] = (ref, { sinceMs = 0, limit = Infinity }) =>
    Promise.resolve(
      this.entries
        .filter(({ key, entry }) => key === JSON.stringify(ref) && entry.atMs >= sinceMs)
        .map(({ entry }) => entry)
        .slice(0, limit),
    );
}

export class FakeImages implements ImageStore {
  readonly images: ImageRecord[] = [];
  readonly #contents = new Map<string, Uint8Array>();
  /** Bytes of the biggest piece that came: shows that uploads are streamed. */
  biggestPiece = 0;
  put: ImageStore['put'] = async ({ portId, version, fileName, content, expected }) => {
    const hashes = { sha256: createHash('sha256'), md5: createHash('md5'), sha512: createHash('sha512') };
    let sizeBytes = 0;
    const pieces: Uint8Array[] = [];
    for await (const piece of content) {
      for (const hash of Object.values(hashes)) hash.update(piece);
      sizeBytes += piece.length;
      pieces.push(piece);
      this.biggestPiece = Math.max(this.biggestPiece, piece.length);
    }
    const sha256 = hashes.sha256.digest('hex');
    const md5 = hashes.md5.digest('hex');
    const all = { sha256, md5, sha512: hashes.sha512.digest('hex') };
    if (expected !== undefined && all[expected.algorithm] !== expected.hex) {
      const { algorithm, hex } = expected;
      throw fail('IMAGE_HASH_MISMATCH', { algorithm, wanted: hex, got: all[algorithm] });
    }
    const record = { portId, version, fileName, sizeBytes, sha256, md5, crc32: '00000000', storedAtMs: START_MS };
    this.#contents.set(sha256, Buffer.concat(pieces));
    this.images.push(record);
    return record;
  };
  receive: ImageStore['receive'] = () => Promise.reject(new Error('not for these tests'));
  copy: ImageStore['copy'] = (from, to) => {
    const record = { ...from, ...to };
    this.images.push(record);
    return Promise.resolve(record);
  };
  get: ImageStore['get'] = (portId, version) =>
    Promise.resolve(this.images.find((image) => image.portId === portId && image.version === version));
  list: ImageStore['list'] = (portId) => Promise.resolve(this.images.filter((image) => image.portId === portId));
  source: ImageStore['source'] = (image) => ({
    ...image,
    open: () => ReadableStream.from([this.#contents.get(image.sha256) ?? new Uint8Array()]),
  });
  rehash: ImageStore['rehash'] = (image) => Promise.resolve(image.sha256);
  promote: ImageStore['promote'] = () => Promise.resolve();
  delete: ImageStore['delete'] = (portId, version) => {
    const at = this.images.findIndex((image) => image.portId === portId && image.version === version);
    if (at < 0) return Promise.reject(fail('IMAGE_UNKNOWN', { port: portId, version }));
    this.images.splice(at, 1);
    return Promise.resolve();
  };
}

/** Texts by `type version`, all of the first port. */
export class FakeConfigs implements ConfigStore {
  readonly texts = new Map<string, string>();
  put: ConfigStore['put'] = () => Promise.reject(new Error('not for these tests'));
  text: ConfigStore['text'] = (_portId, type, version) => Promise.resolve(this.texts.get(`${type} ${version}`));
  list: ConfigStore['list'] = (portId) =>
    Promise.resolve(
      [...this.texts].map(([name, text]) => {
        const [type = '', ...version] = name.split(' ');
        const record = { portId, type: type as ConfigType, version: version.join(' '), sha256: '0'.repeat(64) };
        return { ...record, sizeBytes: text.length, storedAtMs: START_MS };
      }),
    );
}

/** Jobs that do nothing until a test moves them on. */
export class FakeJobs implements Omit<JobControl, 'startChain'> {
  readonly records = new Map<string, JobRecord>();
  readonly journal = new Map<string, StepRecord[]>();
  readonly catalog: Catalog;
  #holds: Hold[] = [];
  #count = 0;

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  /** The part of JobStore that reads. */
  readonly store: JobStore = {
    create: () => Promise.reject(new Error('not for these tests')),
    get: (id) => Promise.resolve(this.records.get(id)),
    list: ({ portId, states, limit }) =>
      Promise.resolve(
        [...this.records.values()]
          .filter((job) => portId === undefined || job.portId === portId)
          .filter((job) => states === undefined || states.includes(job.state))
          .reverse()
          .slice(0, limit),
      ),
    unfinished: () => Promise.resolve([...this.records.values()].filter((job) => job.state !== 'ended')),
    change: () => Promise.reject(new Error('not for these tests')),
    steps: (id) => Promise.resolve(this.journal.get(id) ?? []),
    owed: () => Promise.resolve([]),
    settled: () => Promise.resolve(),
  };

  submit: JobControl['submit'] = ({
    key,
    id = key === undefined ? `job-${String((this.#count += 1))}` : `keyed-${key}`,
    portId,
    action: name,
    params,
    cause,
  }) => {
    const action = this.catalog.get(name);
    if (action === undefined) {
      return Promise.reject(fail('ACTION_UNKNOWN', { action: name, known: ACTIONS.map((a) => a.name).join(', ') }));
    }
    const [problem] = this.catalog.problems(name, params);
    if (problem !== undefined) return Promise.reject(fail('ACTION_PARAMS', { action: name, ...problem }));
    const old = this.records.get(id);
    if (old !== undefined) return Promise.resolve(old);
    const { uses, intent, start } = action;
    const record: JobRecord = {
      ...{ id, format: 1, portId, action: name, params, uses, intent, cause, state: 'queued', step: start },
      ...{ stepIntended: false, memory: {}, attempts: [], cancelRequested: false, createdAtMs: START_MS },
    };
    this.records.set(id, record);
    return Promise.resolve(record);
  };

  cancel: JobControl['cancel'] = (id) => {
    const job = this.records.get(id);
    if (job === undefined) return Promise.reject(fail('JOB_UNKNOWN', { job: id }));
    if (job.state === 'ended') return Promise.reject(fail('JOB_NOT_RUNNING', { job: id, verdict: 'succeeded' }));
    this.move(id, { cancelRequested: true });
    return Promise.resolve({ job: { ...job, cancelRequested: true }, boundary: job.step });
  };

  hold: JobControl['hold'] = (target, reason, forMs) => {
    const until = forMs === undefined ? {} : { untilMs: START_MS + forMs };
    this.#holds = [...this.#without(target), { target, reason, sinceMs: START_MS, ...until }];
    return Promise.resolve();
  };

  resume: JobControl['resume'] = (target) => {
    this.#holds = this.#without(target);
    return Promise.resolve();
  };

  holds = (): readonly Hold[] => this.#holds;

  move(id: string, change: Partial<JobRecord>): void {
    const job = this.records.get(id);
    if (job === undefined) throw new Error(`no job ${id}`);
    this.records.set(id, { ...job, ...change });
  }

  #without(target: HoldTarget): Hold[] {
    return this.#holds.filter((hold) => JSON.stringify(hold.target) !== JSON.stringify(target));
  }
}

const PORT_SETTINGS = { ...DEFAULT_PUSH_SETTINGS, rebootCapMs: 5_400_000 };

export const FAKE_SITE: Site = {
  folder: '/site',
  node: 'aus-1',
  dataDir: '/site/data',
  http: { listen: { host: '127.0.0.1', port: 0 } },
  servers: { address: '192.0.2.10' },
  secrets: { lab: { username: 'admin', password: 'env:LAB_PASSWORD' } },
  retention: { eventsMs: 1, consoleLogsMs: 1, transcriptsMs: 1, maxBytes: 1 },
  drainTimeoutMs: 30_000,
  reloadsPerSitePerHour: 3,
  mode: 'act',
  drivers: [],
  ports: [
    {
      ...{
        id: 'aus-1:1/1',
        name: '1/1',
        node: 'aus-1',
        driver: 'cisco-ios',
        make: 'cisco',
        description: 'branch router',
      },
      console: { type: 'serial', path: '/dev/ttyUSB0', baudRate: 9600 },
      management: { address: '10.10.10.1' },
      ...{ credentials: 'lab', labels: { site: 'austin' }, properties: {}, settings: PORT_SETTINGS },
    },
    {
      ...{ id: 'aus-1:1/2', name: '1/2', node: 'aus-1', driver: 'linux', make: 'linux', labels: {}, properties: {} },
      settings: DEFAULT_PUSH_SETTINGS,
    },
    {
      ...{ id: 'bos-1:1/2', name: '1/2', node: 'bos-1', driver: 'linux', make: 'linux', labels: {}, properties: {} },
      settings: DEFAULT_PUSH_SETTINGS,
    },
  ],
  settingOrigins: { 'aus-1:1/1': { osPushMethod: 'default', rebootCapMs: 'ports.json /0/settings' } },
  conditions: [],
  rules: [
    {
      file: 'rules/reload-loop.json',
      json: {
        name: 'reload-loop',
        on: 'console.line',
        ports: { make: 'cisco' },
        conditions: {
          all: [{ fact: 'event', path: '$.data.line', operator: 'matches', value: '%SYS-5-RESTART' }],
        },
        hold: { times: 3, within: '30m' },
        throttle: { every: '6h', per: 'port' },
        actions: [{ pushOs: { version: 'candidate' } }],
      },
    },
  ],
  monitors: [],
  policies: [],
  windows: [],
  schedules: [
    {
      file: 'schedules/weekend.json',
      json: {
        ...{ name: 'weekend', cron: '0 2 * * 6', timezone: 'America/Chicago', window: '4h', missed: 'run-once' },
        ...{ ports: { driver: 'cisco-ios' }, actions: [{ pushOs: { version: 'candidate' } }] },
      },
    },
  ],
};

export interface FakeServices extends Services {
  readonly clock: FakeClock;
  readonly bus: FakeBus;
  readonly events: FakeEvents;
  readonly variables: MemoryVariables;
  readonly transcripts: FakeTranscripts;
  readonly images: FakeImages;
  readonly configs: FakeConfigs;
  readonly secrets: SiteSecrets;
  readonly control: FakeJobs;
  /** The consoles of the ports; a test puts its own here. */
  console: Services['console'];
  readings: Services['readings'];
  power: Services['power'];
  /** What the next reload finds. */
  reloadProblems: readonly SiteProblem[];
  /** Publishes what the node says of a job; transient where `seq` is 0. */
  tell(jobId: string, what: string, data?: JsonObject): Promise<void>;
}

export const SECRET = 'canary-Pa55word+/secret';

export function fakeServices(site: Site = FAKE_SITE): FakeServices {
  const catalog = new Catalog();
  const control = new FakeJobs(catalog);
  const secrets = new SiteSecrets({ folder: '/', env: { LAB_PASSWORD: SECRET } });
  secrets.use(site.secrets);
  const [bus, events, clock] = [new FakeBus(), new FakeEvents(), new FakeClock(START_MS)];
  let told = 0;
  const services: FakeServices = {
    ...{ clock, bus, events, secrets, control, actions: catalog, jobs: control.store },
    ...{ variables: new MemoryVariables(), transcripts: new FakeTranscripts(), images: new FakeImages() },
    configs: new FakeConfigs(),
    reloadProblems: [],
    site: () => site,
    reload: () => Promise.resolve(services.reloadProblems),
    async accept(event) {
      const { seq, isNew } = await events.append(event);
      if (isNew) bus.publish(seq, event);
      return seq;
    },
    explain: () => Promise.resolve(undefined),
    nextRunMs: () => START_MS + 3_600_000,
    console: () => undefined,
    readings: () => [],
    power: () => undefined,
    alarms: { acknowledge: () => Promise.resolve(), clearById: () => Promise.resolve() },
    plan: () => Promise.reject(fail('PLAN_ABSENT', { action: 'any' })),
    async tell(jobId, what, data = {}) {
      const frame = { node: 'aus-1', port: { name: '1/1', id: 'aus-1:1/1' }, authenticated: true, timeMs: START_MS };
      const id = `${jobId}:${what}:${String((told += 1))}`;
      const event = makeEvent({ ...frame, id, type: `job.${what}`, data: { job: jobId, ...data } });
      const transient = what === 'story' || what === 'progress';
      if (what === 'story') {
        const entry = {
          atMs: START_MS,
          direction: 'note',
          text: typeof data['line'] === 'string' ? data['line'] : '',
        } as const;
        services.transcripts.append({ kind: 'transcript', jobId }, entry);
      }
      if (transient) bus.publish(0, event);
      else await services.accept(event);
    },
  };
  return services;
}
