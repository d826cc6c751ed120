/** One two-slot device, a site for it in a folder of its own, and node processes on that site. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject, JsonValue } from '../../../core/json.js';
import { buildDevice } from '../../peers/device/build.js';
import type { DeviceBuild, Version } from '../../peers/device/build.js';
import { QemuDevice } from '../../peers/device/device.js';
import { LOGIN } from '../../peers/device/firmware.js';
import { edgePort } from '../edge-port.js';
import type { EdgePortOptions } from '../edge-port.js';
import { Api } from './api.js';
import type { JobView } from './api.js';
import { portwright, ServeProcess } from './portwright.js';
import type { CommandResult } from './portwright.js';

/** Longest that a job of these tests takes: an XMODEM transfer and two boots on a busy machine. */
const JOB_LIMIT_MS = 240_000;

/** What differs between two tests. */
export interface EdgeBedOptions extends EdgePortOptions {
  /** Address of the node as the devices of the site see it; default is that of QEMU's user-mode network. */
  readonly siteAddress?: string;
  readonly rules?: readonly JsonValue[];
  readonly schedules?: readonly JsonValue[];
  /** NATS servers. */
  readonly nats?: readonly string[];
  readonly drainTimeout?: string;
}

/** See the head of this file. */
export class EdgeBed {
  readonly #options: EdgeBedOptions;
  readonly #serves: ServeProcess[] = [];
  #folder = '';
  #build: DeviceBuild | undefined;
  #device: QemuDevice | undefined;
  #serve: ServeProcess | undefined;
  #token = '';

  constructor(options: EdgeBedOptions = {}) {
    this.#options = options;
  }

  get device(): QemuDevice {
    if (this.#device === undefined) throw new Error('edge bed: expected start() first');
    return this.#device;
  }

  get build(): DeviceBuild {
    if (this.#build === undefined) throw new Error('edge bed: expected start() first');
    return this.#build;
  }

  get api(): Api {
    return new Api(this.running.address, this.#token);
  }

  /** The node process that was started last. */
  get running(): ServeProcess {
    if (this.#serve === undefined) throw new Error('edge bed: expected serve() first');
    return this.#serve;
  }

  get dataDir(): string {
    return join(this.#folder, 'data');
  }

  /** Makes the device and the site; the device is on unless `powered` is false, no node runs yet. */
  async start({ powered = true } = {}): Promise<void> {
    this.#build = await buildDevice();
    this.#device = new QemuDevice({ build: this.#build });
    await this.#device.start({ powered });
    this.#folder = await mkdtemp(join(tmpdir(), 'portwright-edge-'));
    await this.writeSite();
  }

  /** Writes the site files; with `more`, differently than before. */
  async writeSite(more: EdgeBedOptions = {}): Promise<void> {
    const options = { ...this.#options, ...more };
    const { rules = [], schedules = [], nats, drainTimeout, siteAddress = '10.0.2.2' } = options;
    for (const name of ['rules', 'schedules', 'secrets']) await mkdir(join(this.#folder, name), { recursive: true });
    await writeFile(join(this.#folder, 'secrets/edge'), `${LOGIN.password}\n`);
    await this.#write('portwright.json', {
      node: 'n1',
      dataDir: './data',
      http: { listen: '127.0.0.1:0' },
      servers: {
        address: siteAddress,
        tftp: { listen: '127.0.0.1:0' },
        ftp: { listen: '127.0.0.1:0' },
        http: { listen: '127.0.0.1:0' },
      },
      secrets: { edge: { username: LOGIN.username, password: 'file:secrets/edge' } },
      ...(nats === undefined ? {} : { nats: { servers: [...nats] } }),
      ...(drainTimeout === undefined ? {} : { drainTimeout }),
    });
    await this.#write('ports.json', [edgePort(this.device, options)]);
    await this.#write('rules/rules.json', [...rules]);
    await this.#write('schedules/schedules.json', [...schedules]);
  }

  /** Starts a node process; the one before must have ended. */
  async serve(): Promise<ServeProcess> {
    this.#serve = await ServeProcess.start(this.#folder, {});
    this.#serves.push(this.#serve);
    this.#token = (await readFile(join(this.dataDir, 'token'), 'utf8')).trim();
    return this.#serve;
  }

  /** Runs a command against the running node. */
  command(...args: string[]): Promise<CommandResult> {
    return portwright(args, { PORTWRIGHT_URL: this.running.address, PORTWRIGHT_TOKEN: this.#token });
  }

  /** Stores an image as the candidate, by the command line. */
  async storeCandidate(version: Version): Promise<void> {
    const { code, err } = await this.command('copy', this.build.images[version].path, '1/1', 'os', 'candidate');
    if (code !== 0) throw new Error(`copy: exit ${String(code)}: ${err}`);
  }

  /** Starts a push of the candidate; resolves with the job's id at once. */
  async push(): Promise<string> {
    const { code, out, err } = await this.command('push', 'os', '1/1', 'candidate', '--detach');
    if (code !== 6) throw new Error(`push --detach: exit ${String(code)}: ${err}`);
    return out.trim();
  }

  /** Waits until a job has ended, over restarts of the node that happened before. */
  async ended(id: string, limitMs = JOB_LIMIT_MS): Promise<JobView> {
    await this.api.event({ job: id, type: 'job.ended' }, () => true, limitMs);
    return this.api.job(id);
  }

  /** What there is to read when a test has failed. */
  async report(): Promise<string> {
    const parts = this.#serves.map((serve, i) => `── node process ${String(i + 1)}\n${serve.log.join('\n')}`);
    for (const { id } of await this.api.jobs().catch(() => [])) {
      const [job, entries] = await Promise.all([this.api.job(id), this.api.transcript(id)]);
      const said = entries.map(({ at, direction, text }) => `${at} ${direction.padEnd(4)} ${JSON.stringify(text)}`);
      parts.push(`── job ${JSON.stringify(job, null, 1)}\n${said.join('\n')}`);
    }
    return parts.join('\n');
  }

  /** Ends every process and removes every file of this bed. */
  async stop(): Promise<void> {
    for (const serve of this.#serves) await serve.kill();
    await this.#device?.stop();
    if (this.#folder !== '') await rm(this.#folder, { recursive: true, force: true });
  }

  async #write(name: string, content: JsonObject | readonly JsonValue[]): Promise<void> {
    await writeFile(join(this.#folder, name), JSON.stringify(content, null, 2));
  }
}
