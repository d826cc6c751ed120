/** The linux driver as a port's properties make it. */
import type { Driver, DriverHooks, FactCommand } from '../../core/driver.js';
import type { TransferProcedure } from '../../core/transfer-procedure.js';
import { uBootLoader } from '../u-boot/loader.js';
import { xmodemBy, ymodemBy } from './in-band.js';
import { linuxProperties } from './layout.js';
import type { LinuxProperties } from './layout.js';
import { shell } from './shell.js';

export const linuxHooks: DriverHooks = {
  specialise: (driver, port) => specialise(driver, linuxProperties(port)),
};

function specialise(driver: Driver, properties: LinuxProperties): Driver {
  const { slots, loader } = properties;
  return {
    ...driver,
    fileSystem: `${properties.stagingFolder ?? '/tmp'}/`,
    facts: [...driver.facts, ...ownFacts(properties)],
    ...(properties.imageVersion === undefined
      ? {}
      : { imageNames: [{ pattern: properties.imageVersion, version: '{1}' }] }),
    transfers: {
      ...driver.transfers,
      ...filesBrought(properties),
      xmodem: xmodemBy(properties.xmodemCommand ?? 'rx -b -c'),
      ymodem: ymodemBy(properties.ymodemCommand ?? 'rb -b -y'),
    },
    activate: {
      kind: 'slot',
      install: slots.install.map((command) => shell(command)),
      ...(slots.installedHash === undefined
        ? {}
        : {
            installed: {
              algorithm: 'sha256',
              exchange: { send: slots.installedHash, silenceMs: 120_000, capture: { hash: '^([0-9a-f]{64})\\b' } },
            },
          }),
      select: slots.select.map((command) => shell(command)),
      selected: {
        exchange: { send: slots.selected.command, silenceMs: 30_000, capture: { selected: slots.selected.pattern } },
        wanted: '{{otherSlot}}',
      },
      undo: slots.undo.map((command) => shell(command)),
      commit: [shell('sync')],
      ...(slots.confirm === undefined ? {} : { confirm: slots.confirm.map((command) => shell(command)) }),
    },
    reload: { ...driver.reload, exchange: { ...driver.reload.exchange, send: properties.rebootCommand ?? 'reboot' } },
    slotNames: slots.names,
    ...(loader === undefined ? {} : { loader: uBootLoader(loader) }),
  };
}

/** Methods by which the device takes files itself. */
function filesBrought({ fileServer }: LinuxProperties): Driver['transfers'] {
  if (fileServer === undefined) return {};
  const { methods, ...how } = fileServer;
  const procedure: TransferProcedure = {
    ...{ direction: 'wePut', remotePath: '{{image:path}}', before: [], after: [], ...how },
    cleanup: [shell('rm -f {{image:path}}')],
  };
  return Object.fromEntries(methods.map((method) => [method, procedure]));
}

function ownFacts({ slots, facts = {} }: LinuxProperties): FactCommand[] {
  const active: FactCommand = {
    exchange: { send: slots.active.command, silenceMs: 30_000 },
    fields: [{ name: 'activeSlot', pattern: slots.active.pattern }],
  };
  const own = Object.entries(facts).map(([name, reading]): FactCommand => ({
    exchange: { send: reading.command, silenceMs: 30_000 },
    fields: [{ name: name as keyof typeof facts, pattern: reading.pattern }],
  }));
  return [active, ...own];
}
