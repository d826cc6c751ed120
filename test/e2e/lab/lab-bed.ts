/** A lab router on a pseudo terminal, a site for it, and node processes on that site. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeTcpPort, freeUdpPort } from '../../../lab/free-ports.js';
import { makeImage } from '../../../lab/image.js';
import { countJournal, readJournal } from '../../../lab/journal.js';
import type { JournalCounts, JournalEntry } from '../../../lab/journal.js';
import type { SimulatedDevice } from '../../../lab/device.js';
import { Lab } from '../../../lab/lab.js';
import { serveLine } from '../../connectors/sessions/ser2net.js';
import type { ConsoleServer } from '../../connectors/sessions/ser2net.js';
import { NodeProcess } from './node-process.js';

export interface BedOptions {
  readonly device?: string;
  readonly driver?: string;
  readonly image?: {
    readonly fileName: string;
    readonly family: string;
    readonly version: string;
    readonly vendor?: string;
  };
  readonly timeScale?: number;
  readonly bytesPerSecond?: number;
  readonly imageBytes?: number;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** No TFTP server: the alternative has to do. */
  readonly noTftp?: boolean;
  /** The console's two ends must be at one speed, as on a real line. */
  readonly uart?: boolean;
  /** The console is reached through a real ser2net, by Telnet with RFC 2217. */
  readonly consoleServer?: boolean;
  /** The device asks for it, and the site knows it. */
  readonly login?: { readonly username: string; readonly password: string };
  /** A further server of the node; the router fetches by its protocol. */
  readonly server?: 'ftp' | 'http' | 'scp';
  /** The device has an SSH server of its own, and the site knows where. */
  readonly ssh?: boolean;
}

const PORT = encodeURIComponent('1/1');
const IMAGE: NonNullable<BedOptions['image']> = {
  fileName: 'c1700-y-mz.123-1a.bin',
  family: 'c1700',
  version: '12.3(1a)',
};
/** Small, so that a push is short; still hundreds of TFTP blocks. */
const IMAGE_BYTES = 200_000;

export class LabBed {
  readonly folder = mkdtempSync(join(tmpdir(), 'portwright-e2e-'));
  readonly #options: BedOptions;
  readonly #nodes: NodeProcess[] = [];
  #lab: Lab | undefined;
  #consoleServer: ConsoleServer | undefined;

  constructor(options: BedOptions = {}) {
    this.#options = options;
  }

  get device(): SimulatedDevice {
    if (this.#lab === undefined) throw new Error('not started');
    return this.#lab.device('r1');
  }

  get journal(): JournalEntry[] {
    return readJournal(join(this.folder, 'lab/r1'));
  }

  get counts(): JournalCounts {
    return countJournal(this.journal);
  }

  async start(): Promise<this> {
    const {
      device = 'cisco-1760',
      timeScale = 200,
      bytesPerSecond = 0,
      settings = {},
      noTftp = false,
      uart = false,
    } = this.#options;
    const tftpPort = await freeUdpPort();
    const { server, login, ssh = false } = this.#options;
    const serverAt = `127.0.0.1:${String(await freeTcpPort())}`;
    this.#lab = new Lab({
      folder: join(this.folder, 'lab'),
      timeScale,
      agent: 'foreign',
      network: {
        tftp: { '10.10.10.254': `127.0.0.1:${String(tftpPort)}` },
        ...(server === undefined ? {} : { [server]: { '10.10.10.254': serverAt } }),
        bytesPerSecond,
      },
      devices: [
        {
          name: 'r1',
          device,
          upFor: '862m',
          console: { type: 'pty', uart },
          ...(ssh ? { ssh: {} } : {}),
          ...(login === undefined ? {} : { login }),
        },
      ],
    });
    await this.#lab.start();
    const site = join(this.folder, 'site');
    mkdirSync(site);
    const main = {
      node: 'n1',
      dataDir: '../data',
      http: { listen: '127.0.0.1:0' },
      ...(login === undefined ? {} : { secrets: { lab: login } }),
      servers: {
        address: '10.10.10.254',
        ...(noTftp ? {} : { tftp: { listen: `127.0.0.1:${String(tftpPort)}` } }),
        ...(server === undefined ? {} : { [server === 'scp' ? 'sftp' : server]: { listen: serverAt } }),
      },
    };
    const port = {
      port: '1/1',
      driver: this.#options.driver ?? 'cisco-ios',
      console: await this.#console(this.#lab.consoleOf('r1')),
      management: { address: '127.0.0.1' },
      properties: ssh ? { fileServer: { port: Number(this.#lab.list()[0]?.ssh?.split(':')[1]) } } : {},
      ...(login === undefined ? {} : { credentials: 'lab' }),
      settings: { rebootTimeout: '30s', ...settings },
    };
    writeFileSync(join(site, 'portwright.json'), JSON.stringify(main));
    writeFileSync(join(site, 'ports.json'), JSON.stringify([port]));
    return this;
  }

  /** The way to it, as a site's file has it. */
  async #console(path: string): Promise<object> {
    if (this.#options.consoleServer !== true) return { type: 'serial', path, baudRate: 9600 };
    this.#consoleServer = await serveLine('telnet(rfc2217)', path);
    return { type: 'telnet', host: '127.0.0.1', port: this.#consoleServer.port, baudRate: 9600 };
  }

  /** A node process on the bed's site; at `stopAt` it stands still. */
  node(stopAt: readonly string[] = []): NodeProcess {
    const node = new NodeProcess(join(this.folder, 'site'), join(this.folder, 'data'), stopAt);
    this.#nodes.push(node);
    return node;
  }

  async storeCandidate(node: NodeProcess): Promise<void> {
    const { fileName, family, version, vendor = 'cisco' } = this.#options.image ?? IMAGE;
    const bytes = makeImage({ vendor, family, version }, this.#options.imageBytes ?? IMAGE_BYTES);
    await node.request('PUT', `/ports/${PORT}/os/candidate?fileName=${fileName}`, bytes);
  }

  /** Starts the push; returns the job's id. */
  async push(node: NodeProcess): Promise<string> {
    const body = { port: '1/1', action: 'pushOs', params: { version: 'candidate' } };
    return ((await node.request('POST', '/jobs', body)) as { id: string }).id;
  }

  async stop(): Promise<void> {
    for (const node of this.#nodes) await node.kill().catch(() => undefined);
    await this.#consoleServer?.stop();
    await this.#lab?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
