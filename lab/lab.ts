/** Simulated devices with their consoles and their network, started and stopped together. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../core/errors/index.js';
import { parseDuration } from '../core/duration.js';
import type { ConsolePort } from './consoles/console-port.js';
import { openPty } from './consoles/pty.js';
import { openTcpConsole } from './consoles/tcp.js';
import { WALL_TIME } from './device-clock.js';
import { SimulatedDevice } from './device.js';
import type { ListenAddress, NetworkServer } from './network/server.js';
import { openSshServer } from './network/ssh.js';
import { openTelnetServer } from './network/telnet.js';
import { parseTarget } from './lab-file.js';
import { UartConsole } from './line/uart-console.js';
import type { LabDevice, LabFile, LabServer } from './lab-file.js';
import { loadDeviceSpec } from './spec.js';
import type { DeviceSpec } from './spec.js';
import type { TransferAgent } from './transfers/agent.js';
import { ForeignAgent } from './transfers/foreign.js';
import { OwnAgent } from './transfers/own.js';
import { TftpRelay } from './transfers/relay.js';
import type { TftpTarget } from './transfers/relay.js';

interface LabPort {
  readonly device: SimulatedDevice;
  readonly console: ConsolePort;
  readonly ssh: NetworkServer | undefined;
  readonly telnet: NetworkServer | undefined;
}

export interface LabPortInfo {
  readonly name: string;
  readonly device: string;
  readonly console: string;
  /** `host:port` of its SSH server, where it has one. */
  readonly ssh?: string;
  /** The same of its Telnet server. */
  readonly telnet?: string;
  readonly folder: string;
}

export class Lab {
  readonly #file: LabFile;
  readonly #agent: TransferAgent;
  readonly #relay: TftpRelay;
  readonly #ports = new Map<string, LabPort>();

  constructor(file: LabFile) {
    this.#file = file;
    this.#agent = file.agent === 'foreign' ? new ForeignAgent() : new OwnAgent();
    this.#relay = new TftpRelay({
      servers: targetsOf(file.network?.tftp),
      sourceAddress: file.network?.address ?? '127.0.0.1',
      linkBytesPerSecond: file.network?.bytesPerSecond ?? 0,
    });
  }

  /** Errors: LAB_DEVICE_UNKNOWN, LAB_CONSOLE_FAILED. */
  async start(): Promise<void> {
    await mkdir(this.#file.folder, { recursive: true });
    for (const device of this.#file.devices) await this.#startDevice(device);
  }

  async stop(): Promise<void> {
    for (const { device, console, ssh, telnet } of this.#ports.values()) {
      await device.powerOff();
      await ssh?.close();
      await telnet?.close();
      await console.close();
    }
    this.#ports.clear();
  }

  /** Errors: LAB_DEVICE_UNKNOWN. */
  device(name: string): SimulatedDevice {
    return this.#port(name).device;
  }

  /** The console's path or `host:port`. Errors: LAB_DEVICE_UNKNOWN. */
  consoleOf(name: string): string {
    return this.#port(name).console.address;
  }

  list(): readonly LabPortInfo[] {
    return this.#file.devices.map(({ name, device }) => {
      const port = this.#port(name);
      return {
        name,
        device,
        console: port.console.address,
        ...(port.ssh === undefined ? {} : { ssh: port.ssh.address }),
        ...(port.telnet === undefined ? {} : { telnet: port.telnet.address }),
        folder: port.device.folder,
      };
    });
  }

  #port(name: string): LabPort {
    const port = this.#ports.get(name);
    if (port === undefined) throw fail('LAB_DEVICE_UNKNOWN', { device: name });
    return port;
  }

  async #startDevice(row: LabDevice): Promise<void> {
    const folder = join(this.#file.folder, row.name);
    const isNew = !existsSync(folder);
    await mkdir(folder, { recursive: true });
    const device = new SimulatedDevice({
      name: row.name,
      spec: specOf(row),
      folder,
      agent: this.#agent,
      relay: this.#relay,
      hosts: {
        ftp: targetsOf(this.#file.network?.ftp),
        http: targetsOf(this.#file.network?.http),
        scp: targetsOf(this.#file.network?.scp),
      },
      time: WALL_TIME,
      timeScale: this.#file.timeScale ?? 1,
      login: row.login ?? {},
    });
    device.prepare();
    const console = await openConsole(row, folder, device);
    device.connect(
      (bytes) => console.write(bytes),
      () => console.hangUp(),
    );
    const ssh = await openSsh(row, device, this.#file.agent === 'foreign');
    const telnet = row.telnet === undefined ? undefined : await openTelnetServer(device, listenOf(row.telnet));
    this.#ports.set(row.name, { device, console, ssh, telnet });
    for (const fault of row.faults ?? []) device.arm(fault);
    const upForMs = row.upFor === undefined ? undefined : parseDuration(row.upFor);
    device.powerOn(isNew && upForMs !== undefined ? { upForMs } : {});
  }
}

function targetsOf(written: Readonly<Record<string, string>> = {}): ReadonlyMap<string, TftpTarget> {
  return new Map(
    Object.entries(written).flatMap(([address, text]) => {
      const target = parseTarget(text);
      return target === undefined ? [] : [[address, target] as const];
    }),
  );
}

function specOf(row: LabDevice): DeviceSpec {
  const spec = loadDeviceSpec(row.device);
  return {
    ...spec,
    xmodemPad: row.xmodemPad ?? spec.xmodemPad,
    flash: { ...spec.flash, sizeBytes: row.flashBytes ?? spec.flash.sizeBytes },
  };
}

async function openSsh(
  { ssh, login = {} }: LabDevice,
  device: SimulatedDevice,
  files: boolean,
): Promise<NetworkServer | undefined> {
  if (ssh === undefined) return undefined;
  return openSshServer({ device, login, files, listen: listenOf(ssh) });
}

function listenOf({ host = '127.0.0.1', port = 0 }: LabServer): ListenAddress {
  return { host, port };
}

async function openConsole(row: LabDevice, folder: string, device: SimulatedDevice): Promise<ConsolePort> {
  const console = row.console ?? { type: 'pty' };
  const feed = (bytes: Uint8Array): void => device.feed(bytes);
  if (console.type === 'tcp')
    return openTcpConsole(row.name, { host: console.host ?? '127.0.0.1', port: console.port ?? 0 }, feed);
  const link = console.link ?? join(folder, 'console');
  if (console.uart !== true) return openPty(row.name, link, feed);
  const uart = new UartConsole(device);
  return uart.attach(await openPty(row.name, link, (bytes) => uart.received(bytes)));
}
