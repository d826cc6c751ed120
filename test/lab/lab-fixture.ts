/** A lab of one device in a folder of its own, and a client at its console. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countJournal, readJournal } from '../../lab/journal.js';
import type { JournalCounts, JournalEntry } from '../../lab/journal.js';
import { Lab } from '../../lab/lab.js';
import type { LabDevice, LabFile } from '../../lab/lab-file.js';
import type { SimulatedDevice } from '../../lab/device.js';
import { ConsoleClient } from './console-client.js';
import { PlainTftpServer } from './plain-tftp-server.js';

/** A boot of 40 s takes 200 ms. */
const TIME_SCALE = 200;

export interface FixtureOptions {
  readonly device?: Partial<LabDevice>;
  readonly agent?: LabFile['agent'];
  readonly bytesPerSecond?: number;
  /** What the TFTP server 10.10.10.254 has. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  readonly timeScale?: number;
  /** Further servers as the device is told them. */
  readonly network?: LabFile['network'];
}

export class LabFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'portwright-lab-'));
  readonly server: PlainTftpServer;
  readonly #options: FixtureOptions;
  #lab: Lab | undefined;
  #console: ConsoleClient | undefined;

  constructor(options: FixtureOptions = {}) {
    this.#options = options;
    this.server = new PlainTftpServer(options.files ?? new Map());
  }

  get console(): ConsoleClient {
    return this.#console!;
  }

  get device(): SimulatedDevice {
    return this.#lab!.device('r1');
  }

  /** Where the device's SSH server listens. */
  get ssh(): { readonly host: string; readonly port: string } {
    const [host = '', port = ''] = (this.#lab!.list()[0]?.ssh ?? '').split(':');
    return { host, port };
  }

  /** Where its Telnet server listens. */
  get telnet(): { readonly host: string; readonly port: string } {
    const [host = '', port = ''] = (this.#lab!.list()[0]?.telnet ?? '').split(':');
    return { host, port };
  }

  get journal(): JournalEntry[] {
    return readJournal(join(this.folder, 'r1'));
  }

  get counts(): JournalCounts {
    return countJournal(this.journal);
  }

  async start(): Promise<this> {
    const port = await this.server.start();
    this.#lab = new Lab({
      folder: this.folder,
      timeScale: this.#options.timeScale ?? TIME_SCALE,
      agent: this.#options.agent ?? 'own',
      network: {
        tftp: { '10.10.10.254': `127.0.0.1:${port}` },
        bytesPerSecond: this.#options.bytesPerSecond ?? 0,
        ...this.#options.network,
      },
      devices: [{ name: 'r1', device: 'cisco-1760', console: { type: 'tcp' }, upFor: '862m', ...this.#options.device }],
    });
    await this.#lab.start();
    this.#console = await ConsoleClient.open(this.#lab.consoleOf('r1'));
    return this;
  }

  /** From an idle console to `Router#`, without the pager. */
  async enter(): Promise<ConsoleClient> {
    await this.console.say('', />$/);
    await this.console.say('enable', /#$/);
    await this.console.say('terminal length 0', /#$/);
    return this.console;
  }

  async stop(): Promise<void> {
    await this.#console?.close();
    await this.#lab?.stop();
    this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ends the process's part and begins anew on the same folder, as after a kill. */
  async restart(): Promise<void> {
    await this.#console?.close();
    await this.#lab?.stop();
    this.server.stop();
    await this.start();
  }
}

/** Resolves once `test` holds; the device works beside us. */
export async function until(test: () => boolean): Promise<void> {
  while (!test()) await new Promise((resolve) => setTimeout(resolve, 5));
}
