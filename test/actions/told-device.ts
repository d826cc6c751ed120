/**
 * A push walked step by step against a device that a function plays: what is typed goes in, its answer comes out. For the
 * order of what drivers say, and for verdicts; the dialogue engine has tests of its own.
 */
import { pushOs } from '../../actions/push-os/push-os.js';
import type { StepContext } from '../../core/action.js';
import type { Exchange, Intent } from '../../core/dialog-table.js';
import type { Driver } from '../../core/driver.js';
import type { PortwrightError } from '../../core/errors/index.js';
import { fail } from '../../core/errors/index.js';
import type { FactsRecord } from '../../core/facts.js';
import type { ImageRecord } from '../../core/image.js';
import type { AttemptRecord, JobEnd } from '../../core/job.js';
import type { JsonObject } from '../../core/json.js';
import type { ManagedPort } from '../../core/managed-port.js';
import type { Dialog, Reply } from '../../core/ports/dialog.js';
import type { Exposure } from '../../core/ports/transfer-server.js';
import { DEFAULT_PUSH_SETTINGS } from '../../core/settings.js';
import type { PushSettings } from '../../core/settings.js';
import { fillPattern, fillTemplate } from '../../core/template.js';
import type { SlotValues } from '../../core/template.js';
import { FakeClock } from '../support/fake-clock.js';
import { NOTHING_QUICK } from './quick-world.js';

export interface TellingDevice {
  /** Answers a command; `REFUSED …` is a refusal. Sees what the step may answer with yes. */
  readonly answer: (command: string, intents: readonly Intent[]) => string;
  /** The prompt as it stands. */
  readonly prompt: () => string;
  /** It restarts: called when the boot is watched. */
  readonly boot: () => void;
}

export interface WalkOptions {
  readonly driver: Driver;
  readonly device: TellingDevice;
  readonly fileName: string;
  readonly settings?: Partial<PushSettings>;
  readonly method?: string;
  readonly login?: Exposure['login'];
  readonly properties?: JsonObject;
}

export interface Walked {
  readonly end: JobEnd;
  readonly steps: readonly string[];
  readonly typed: readonly string[];
  readonly story: readonly string[];
  readonly alarms: readonly string[];
  readonly hidden: readonly string[];
  readonly promoted: number;
}

const SIZE = 30_000_000;
/** More than any push needs. */
const STEPS_MAX = 60;

export async function walkPush(options: WalkOptions): Promise<Walked> {
  const walk = new Walk(options);
  const end = await walk.run();
  return { end, ...walk.told };
}

class Walk {
  readonly #options: WalkOptions;
  readonly #clock = new FakeClock();
  readonly #attempts: AttemptRecord[] = [];
  readonly told = {
    steps: [] as string[],
    typed: [] as string[],
    story: [] as string[],
    alarms: [] as string[],
    hidden: [] as string[],
    promoted: 0,
  };
  #facts: FactsRecord | undefined;

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  async run(): Promise<JobEnd> {
    let memory: JsonObject = {};
    for (let name = pushOs.start; ;) {
      this.told.steps.push(name);
      if (this.told.steps.length > STEPS_MAX) throw new Error(`no end: ${this.told.steps.join(' ')}`);
      const step = pushOs.steps[name]!;
      const context = this.#context();
      const running = step
        .run(context, memory)
        .catch((error: unknown) => (step.failed ?? pushOs.failed)(context, memory, error));
      const outcome = await this.#clock.run(running);
      memory = outcome.memory ?? memory;
      if (outcome.kind !== 'next') return outcome.end;
      name = outcome.step;
      // Time passes between steps, and while the device boots.
      await this.#clock.advance(1_000);
    }
  }

  #context(): StepContext {
    const { driver, fileName } = this.#options;
    const hash = { sha256: 'a'.repeat(64), md5: 'b'.repeat(32), crc32: 'c'.repeat(8) };
    const image: ImageRecord = {
      portId: 'n:1',
      version: 'candidate',
      fileName,
      sizeBytes: SIZE,
      ...hash,
      storedAtMs: 0,
    };
    const port: ManagedPort = {
      ...{ id: 'n:1', name: '1', node: 'n', driver: driver.id, make: driver.make, labels: {} },
      console: { type: 'tcp', host: '127.0.0.1', port: 1 },
      serverAddress: '192.0.2.10',
      properties: this.#options.properties ?? {},
      settings: { ...DEFAULT_PUSH_SETTINGS, ...this.#options.settings },
    };
    const never = (): Promise<never> => Promise.reject(new Error('not in this world'));
    const dialog = this.#dialog();
    return {
      ...{ jobId: 'j', params: { version: 'candidate' }, port, driver, clock: this.#clock, resumed: false },
      attempts: this.#attempts,
      signal: new AbortController().signal,
      images: {
        ...{ put: never, delete: never, list: never, receive: never, copy: never },
        get: () => Promise.resolve(image),
        source: () => ({ fileName, sizeBytes: SIZE, open: () => ReadableStream.from([]) }),
        rehash: () => Promise.resolve(image.sha256),
        promote: () => {
          this.told.promoted++;
          return Promise.resolve();
        },
      },
      inBand: { send: never, receive: never, breakOff: never },
      servers: { [this.#options.method ?? 'tftp']: this.#server() },
      clients: {},
      dialog: () => Promise.resolve(dialog),
      credentials: () => ({}),
      hideSecret: (value) => this.told.hidden.push(value),
      lastFacts: () => Promise.resolve(this.#facts),
      lastRate: () => Promise.resolve(undefined),
      rememberFacts: (record) => {
        this.#facts = record;
        return Promise.resolve();
      },
      recordAttempt: (attempt) => {
        this.#attempts.push(attempt);
        return Promise.resolve();
      },
      story: (line) => this.told.story.push(line),
      progress: () => undefined,
      keep: () => Promise.resolve(),
      image: () => Promise.resolve(image),
      raiseAlarm: (kind) => {
        this.told.alarms.push(kind);
        return Promise.resolve();
      },
      ...NOTHING_QUICK,
    };
  }

  #server() {
    const { login } = this.#options;
    const never = (): Promise<never> => Promise.reject(new Error('not in this world'));
    const exposure: Exposure = {
      ...{ path: 'r4nd/' + this.#options.fileName, port: 8069, fetches: [], bytes: SIZE, close: () => undefined },
      ...(login === undefined ? {} : { login }),
    };
    return {
      method: this.#options.method ?? 'tftp',
      ...{ start: never, stop: never, address: { host: '192.0.2.10', port: 8069 } },
      expose: () => exposure,
    };
  }

  #dialog(): Dialog {
    const { device } = this.#options;
    const exec = { state: 'exec', text: '' } as const;
    return {
      line: { setMode: () => undefined, write: () => Promise.resolve() } as unknown as Dialog['line'],
      useTable: () => undefined,
      forget: () => undefined,
      classify: () => Promise.resolve({ ...exec, text: device.prompt() }),
      login: () => Promise.resolve({ ...exec, text: device.prompt() }),
      run: (exchange, slots, intents) => Promise.resolve(this.#reply(exchange, slots, intents)),
      findSpeed: () => Promise.reject(new Error('not in this world')),
      watchBoot: async () => {
        device.boot();
        await this.#clock.sleep(120_000);
        return { kind: 'up', boots: 1, text: '', state: { ...exec, text: device.prompt() } };
      },
    };
  }

  #reply(exchange: Exchange, slots: SlotValues, intents: readonly Intent[]): Reply {
    const { device, driver } = this.#options;
    const command = fillTemplate(exchange.send ?? '', slots);
    this.told.typed.push(command);
    const output = device.answer(command, intents);
    const refused = (text: string): PortwrightError => fail('DEVICE_REFUSED', { port: 'n:1', command, text });
    if (output.startsWith('REFUSED')) throw refused(output);
    const failures = exchange.ignoreFailures === true ? [] : driver.dialog.failures;
    for (const line of output.split('\n')) {
      if (failures.some(({ pattern }) => new RegExp(pattern).test(line))) throw refused(line);
    }
    if (exchange.success !== undefined && !new RegExp(fillPattern(exchange.success, slots), 'm').test(output))
      throw refused(output);
    const captures: Record<string, string> = {};
    for (const [name, pattern] of Object.entries(exchange.capture ?? {})) {
      const value = new RegExp(fillPattern(pattern, slots), 'm').exec(output)?.[1];
      if (value !== undefined) captures[name] = value;
    }
    return { output, captures, questions: [], state: { state: 'exec', text: device.prompt() } };
  }
}
