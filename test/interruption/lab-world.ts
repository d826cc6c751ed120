/**
 * A push to a device of the lab in simulated time: the real runner, action, driver, dialogue engine and console on one
 * side, the simulated device on the other; memory between them instead of a line and a network.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dialogOpener } from '../../connectors/sessions/line-dialog.js';
import { PortConsole } from '../../connectors/sessions/port-console.js';
import { fail } from '../../core/errors/index.js';
import type { ImageRecord } from '../../core/image.js';
import type { JobRecord } from '../../core/job.js';
import type { JsonObject } from '../../core/json.js';
import type { ManagedPort } from '../../core/managed-port.js';
import type { JobStore } from '../../core/ports/job-store.js';
import type { Credentials } from '../../core/ports/secrets.js';
import type { TransferServer } from '../../core/ports/transfer-server.js';
import { DEFAULT_PUSH_SETTINGS } from '../../core/settings.js';
import type { PushSettings } from '../../core/settings.js';
import { driverFor } from '../../drivers/index.js';
import { SimulatedDevice } from '../../lab/device.js';
import type { WrittenFault } from '../../lab/faults/fault.js';
import { makeImage } from '../../lab/image.js';
import { readJournal } from '../../lab/journal.js';
import type { JournalEntry } from '../../lab/journal.js';
import { loadDeviceSpec } from '../../lab/spec.js';
import { JobWorld } from '../actions/job-world.js';
import type { HeldDialog } from '../actions/job-world.js';
import { MemoryTranscripts, quietLog } from '../connectors/sessions/fake-channel.js';
import { FakeClock, settleFiles } from '../support/fake-clock.js';
import { FOREVER } from '../support/memory-job-store.js';
import { LabChannel } from './lab-channel.js';
import { LabNetwork, SERVER_ADDRESS } from './lab-network.js';

export interface LabDeviceCase {
  readonly device: string;
  readonly driver: string;
  readonly make: string;
  readonly properties?: ManagedPort['properties'];
  readonly settings?: Partial<PushSettings>;
  /** What is wrong with the device from the start. */
  readonly faults?: readonly WrittenFault[];
  /** What brings the image; default `pushOs` of the candidate. */
  readonly action?: { readonly name: string; readonly params: JsonObject };
  readonly image: {
    readonly fileName: string;
    readonly vendor: string;
    readonly family: string;
    readonly version: string;
  };
}

const LOGIN: Credentials = { username: 'admin', password: 'lab-pass-7', enable: 'lab-enable-7' };
const IMAGE_BYTES = 60_000;
/** A device that has been up for half a day. */
const UP_MS = 862 * 60_000;
/** As in the node: a console that is away longer is lost. */
const OPEN_WITHIN_MS = 30_000;

/** Devices as they come from the factory, by name: a folder of each is made once and copied. */
const factory = new Map<string, string>();

process.on('exit', () => {
  for (const folder of factory.values()) rmSync(folder, { recursive: true, force: true });
});

export class LabWorld extends JobWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'portwright-interruption-'));
  readonly device: SimulatedDevice;
  readonly network: LabNetwork;
  readonly #case: LabDeviceCase;
  readonly #bytes: Uint8Array;
  #channel: LabChannel | undefined;
  #console: PortConsole | undefined;
  #storeFault: Error | undefined;

  constructor(device: LabDeviceCase) {
    super({ clock: new FakeClock(undefined, settleFiles) });
    this.#case = device;
    const { vendor, family, version } = device.image;
    this.#bytes = makeImage({ vendor, family, version }, IMAGE_BYTES);
    this.network = new LabNetwork(this.clock);
    const known = factory.get(device.device);
    if (known !== undefined) cpSync(known, this.folder, { recursive: true });
    this.device = new SimulatedDevice({
      ...{ name: 'd1', spec: loadDeviceSpec(device.device), folder: this.folder },
      ...{ agent: this.network, relay: this.network, hosts: {}, time: this.clock, timeScale: 1, login: LOGIN },
    });
    this.device.prepare();
    if (known === undefined) {
      const copy = mkdtempSync(join(tmpdir(), 'portwright-factory-'));
      cpSync(this.folder, copy, { recursive: true });
      factory.set(device.device, copy);
    }
  }

  /** The device is on, the node runs. */
  async stand(faults: readonly WrittenFault[] = []): Promise<void> {
    this.#attach();
    this.device.powerOn({ upForMs: UP_MS });
    for (const fault of [...(this.#case.faults ?? []), ...faults]) this.device.arm(fault);
    await this.runner.start();
  }

  /** And its push is queued. */
  async begin(faults: readonly WrittenFault[] = []): Promise<void> {
    await this.stand(faults);
    const { name, params } = this.#case.action ?? { name: 'pushOs', params: { version: 'candidate' } };
    await this.push(params, name);
  }

  async end(): Promise<void> {
    this.#channel?.die();
    await this.device.powerOff();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** SIGKILL: what this process knew, held and offered is gone. */
  kill(): void {
    this.generation += 1;
    this.#channel?.die();
    this.network.serverDies();
  }

  /** The next process starts. */
  async startAgain(): Promise<void> {
    this.#attach();
    await this.restart().start();
  }

  pullCable(): void {
    this.#channel?.pull();
  }

  plugCable(): void {
    this.#channel?.plug();
  }

  /** The node can neither read nor write what it keeps. */
  set storeFault(fault: Error | undefined) {
    this.#storeFault = fault;
  }

  get entries(): readonly JournalEntry[] {
    return existsSync(join(this.folder, 'journal.jsonl')) ? readJournal(this.folder) : [];
  }

  /** The version of the image that last came up. */
  get runs(): string {
    return String(this.entries.findLast(({ kind }) => kind === 'booted')?.['version'] ?? 'nothing');
  }

  get port(): ManagedPort {
    const { driver, make } = this.#case;
    return {
      ...{ id: 'n1:1/1', name: '1/1', node: 'n1', driver, make, labels: {} },
      properties: this.#case.properties ?? {},
      console: { type: 'tcp', host: '127.0.0.1', port: 1 },
      management: { address: '10.10.10.1' },
      serverAddress: SERVER_ADDRESS,
      settings: { ...DEFAULT_PUSH_SETTINGS, osPushAlternative: 'tftp', ...this.#case.settings },
    };
  }

  protected override get credentials(): Credentials {
    return LOGIN;
  }

  protected get candidate(): ImageRecord {
    const hash = (algorithm: string): string => createHash(algorithm).update(this.#bytes).digest('hex');
    return {
      ...{ portId: this.port.id, version: 'candidate', fileName: this.#case.image.fileName },
      ...{ sizeBytes: this.#bytes.length, sha256: hash('sha256'), md5: hash('md5'), crc32: '00000000', storedAtMs: 0 },
    };
  }

  protected get rehashed(): string {
    return this.candidate.sha256;
  }

  protected imageBytes(): ReadableStream<Uint8Array> {
    return ReadableStream.from([this.#bytes]);
  }

  protected tftpServer(): TransferServer {
    return this.network.server();
  }

  protected override jobStore(generation: number): JobStore {
    const { store } = this;
    const guarded =
      <A extends unknown[], R>(method: (...args: A) => Promise<R>) =>
      (...args: A): Promise<R> => {
        if (generation !== this.generation) return FOREVER;
        return this.#storeFault === undefined ? method(...args) : Promise.reject(this.#storeFault);
      };
    return {
      create: guarded((job, events) => store.create(job, events)),
      get: guarded((id) => store.get(id)),
      list: guarded((filter) => store.list(filter)),
      unfinished: guarded(() => store.unfinished()),
      change: guarded((change) => store.change(change)),
      steps: guarded((id) => store.steps(id)),
      owed: guarded(() => store.owed()),
      settled: guarded(() => store.settled()),
    };
  }

  protected async openDialog(job: JobRecord, signal: AbortSignal): Promise<HeldDialog> {
    if (this.#console === undefined) throw fail('CONSOLE_ABSENT', { port: this.port.id });
    const line = this.#console.claim(`job ${job.id}`);
    line.setMode('dialogue');
    const given = new AbortController();
    const late = (): void => given.abort(fail('CONSOLE_LOST', { port: this.port.id, reason: 'not open' }));
    const cancel = this.clock.after(OPEN_WITHIN_MS, late);
    try {
      await line.opened(AbortSignal.any([signal, given.signal]));
    } catch (error) {
      line.release();
      throw error;
    } finally {
      cancel();
    }
    const dialog = dialogOpener(this.clock)(line, driverFor(this.port).dialog, signal);
    return { dialog, release: () => line.release() };
  }

  #attach(): void {
    this.#channel = new LabChannel(this.device);
    this.#console = new PortConsole({
      ...{ portId: this.port.id, channel: this.#channel, clock: this.clock, log: quietLog },
      ...{ random: { hex: () => '0', below: () => 0 }, transcripts: new MemoryTranscripts(), mask: (text) => text },
    });
    const { generation } = this;
    this.#console.subscribe(({ kind }) => {
      if (kind === 'received' && generation === this.generation) this.runner.portSpoke(this.port.id);
    });
    this.#console.start();
  }
}
