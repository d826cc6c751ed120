/** What a simulated device is made of, and what a new one has. */
import { mkdirSync } from 'node:fs';
import { DEFAULT_BAUD_RATE } from '../core/serial-line.js';
import { DeviceClock } from './device-clock.js';
import type { LabTime } from './device-clock.js';
import { Faults } from './faults/faults.js';
import { Flash } from './flash.js';
import { makeImage } from './image.js';
import { Journal } from './journal.js';
import { freshMemory } from './machine.js';
import type { DeviceLogin, LabHosts, Machine, RunningImage } from './machine.js';
import { Nvram } from './nvram.js';
import { PROVISIONING_FILE, provisionFactory } from './operations/install.js';
import { Partitions } from './partitions.js';
import type { DeviceSpec } from './spec.js';
import type { TransferAgent } from './transfers/agent.js';
import type { TftpNetwork } from './transfers/relay.js';

/** Size of the image that a new device carries, bytes: small enough to be made at each start. */
const FACTORY_IMAGE_BYTES = 400_000;

export interface DeviceOptions {
  readonly name: string;
  readonly spec: DeviceSpec;
  /** Keeps `flash/`, `nvram.json`, `journal.jsonl`. */
  readonly folder: string;
  readonly agent: TransferAgent;
  readonly relay: TftpNetwork;
  readonly hosts: LabHosts;
  readonly time: LabTime;
  readonly timeScale: number;
  readonly login: DeviceLogin;
}

export function makeMachine(options: DeviceOptions, restart: Machine['restart']): Machine {
  const { name, spec, folder, agent, relay, hosts, login } = options;
  const journal = new Journal(folder);
  const faults = new Faults(({ id, effect }) =>
    journal.write('fault', { id, ...(effect === undefined ? {} : { effect }) }),
  );
  return {
    ...{ name, spec, agent, relay, hosts, login, restart },
    flash: new Flash(folder, spec.flash.sizeBytes),
    nvram: new Nvram(folder, spec.configuration),
    ...(spec.partitions === undefined ? {} : { partitions: new Partitions(folder, spec.partitions) }),
    clock: new DeviceClock(options.time, options.timeScale, () => faults.strikes('clock-1970')),
    ...{ faults, journal },
    uart: { baudRate: DEFAULT_BAUD_RATE },
    memory: freshMemory(spec, { fileName: '', version: '' }),
  };
}

/** Makes what a new device has in its folder; what is there already stays. */
export function equip(machine: Machine, folder: string): void {
  const { flash, nvram, spec, partitions } = machine;
  mkdirSync(folder, { recursive: true });
  if (flash.open() && partitions === undefined) {
    const { vendor, family, factoryImage } = spec;
    const image = makeImage({ vendor, family, version: factoryImage.version }, FACTORY_IMAGE_BYTES, 7);
    flash.write(factoryImage.fileName, image);
    if (spec.hasInstallMode === true) provisionFactory(machine);
  }
  nvram.open();
  partitions?.open();
}

/** What a device runs that nobody has booted here yet. */
export function imageAtHand({ partitions, spec, flash }: Machine): RunningImage {
  if (partitions !== undefined) return partitions.master.images[partitions.master.booted];
  const { fileName, version } = spec.factoryImage;
  if (spec.hasInstallMode === true) return { fileName: PROVISIONING_FILE, version };
  return { fileName: flash.has(fileName) ? fileName : '', version };
}
