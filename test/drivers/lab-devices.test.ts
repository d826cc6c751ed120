/** Each driver reads a device of the lab, which knows nothing of drivers: over its console and over SSH. */
import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../connectors/clock/system-clock.js';
import { SystemRandom } from '../../connectors/clock/system-random.js';
import type { ByteChannel } from '../../connectors/sessions/byte-channel.js';
import { dialogOpener } from '../../connectors/sessions/line-dialog.js';
import { PortConsole } from '../../connectors/sessions/port-console.js';
import { SshChannel } from '../../connectors/sessions/ssh.js';
import { TcpChannel } from '../../connectors/sessions/tcp.js';
import type { DeviceFacts } from '../../core/facts.js';
import type { HostKeys } from '../../core/ports/host-keys.js';
import { driverNamed, readFacts } from '../../drivers/index.js';
import { Lab } from '../../lab/lab.js';
import { MemoryTranscripts, quietLog } from '../connectors/sessions/fake-channel.js';

const LOGIN = { username: 'admin', password: 'lab-pass-7', enable: 'lab-enable-7' };

const CASES: readonly { readonly device: string; readonly driver: string; readonly facts: DeviceFacts }[] = [
  {
    device: 'cisco-1760',
    driver: 'cisco-ios',
    facts: { hostname: 'Router', serialNumber: 'FOC08060NSX', model: '1760', osVersion: '12.3(9)', interfaceCount: 3 },
  },
  {
    device: 'cisco-2960',
    driver: 'cisco-ios',
    facts: { hostname: 'Switch', serialNumber: 'FOC1110X5MH', model: 'WS-C2960-24TT-L', osVersion: '15.0(2)SE2' },
  },
  {
    device: 'cisco-9300',
    driver: 'cisco-iosxe',
    facts: { serialNumber: 'FCW2210L0AB', model: 'C9300-24T', osVersion: '16.12.1', bootImage: 'flash:packages.conf' },
  },
  {
    device: 'extreme-x460g2',
    driver: 'extreme-exos',
    facts: {
      hostname: 'X460G2-24t',
      serialNumber: '1410N-40123',
      osVersion: '15.4.1.3-patch1-12',
      activeSlot: 'primary',
    },
  },
  {
    device: 'extreme-x460g2-stack',
    driver: 'extreme-exos',
    facts: { hostname: 'X460G2-24t', osVersion: '15.4.1.3-patch1-12', activeSlot: 'primary' },
  },
];

interface Readings {
  readonly atConsole: DeviceFacts;
  readonly byNetwork: DeviceFacts;
  readonly pinned: readonly string[];
}

describe('drivers and lab devices', function () {
  this.timeout(30_000);
  let folder: string;
  let lab: Lab;
  let readings: readonly Readings[];

  const addressOf = (text: string): { readonly host: string; readonly port: number } => {
    const [host = '', port = ''] = text.split(':');
    return { host, port: Number(port) };
  };

  async function factsOver(channel: ByteChannel, driverId: string): Promise<DeviceFacts> {
    const driver = driverNamed(driverId);
    const clock = new SystemClock();
    const console = new PortConsole({
      ...{ portId: 'n1:1/1', channel, clock, random: new SystemRandom(), log: quietLog },
      ...{ transcripts: new MemoryTranscripts(), mask: (text: string) => text },
    });
    const line = console.claim('test');
    const { signal } = new AbortController();
    console.start();
    try {
      await line.opened(signal);
      const dialog = dialogOpener(clock)(line, driver.dialog, signal);
      await dialog.login(driver.login, LOGIN);
      const outputs: Record<string, string> = {};
      for (const { exchange } of driver.facts) {
        const reply = await dialog
          .run(exchange, { ...driver.slots, fileSystem: driver.fileSystem }, ['safe'])
          .catch(() => undefined);
        if (reply !== undefined) outputs[exchange.send ?? ''] = reply.output;
      }
      return readFacts(driver, outputs);
    } finally {
      await console.stop();
    }
  }

  /** Opens both ways of a device at once and reads it. */
  async function read(device: string, driver: string): Promise<Readings> {
    const pinned: string[] = [];
    const hostKeys: HostKeys = {
      of: () => Promise.resolve(pinned),
      pin: (_host, _port, key) => Promise.resolve(void pinned.push(key)),
    };
    const { ssh = '', console } = lab.list().find(({ name }) => name === device)!;
    const overSsh = new SshChannel({
      ...{ ...addressOf(ssh), credentials: () => LOGIN, legacyAlgorithms: false },
      ...{ hostKeys, clock: new SystemClock() },
    });
    const ways = [factsOver(new TcpChannel(addressOf(console)), driver), factsOver(overSsh, driver)] as const;
    const [atConsole, byNetwork] = await Promise.all(ways);
    return { atConsole, byNetwork, pinned };
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'portwright-drivers-'));
    const row = ({ device }: { device: string }) => ({
      ...{ name: device, device, login: LOGIN, upFor: '862m' },
      ...{ console: { type: 'tcp' as const }, ssh: {} },
    });
    lab = new Lab({ folder, devices: CASES.map(row) });
    await lab.start();
    readings = await Promise.all(CASES.map(({ device, driver }) => read(device, driver)));
  });

  after(async () => {
    await lab.stop();
    rmSync(folder, { recursive: true });
  });

  for (const [index, { device, driver, facts }] of CASES.entries()) {
    it(`${driver} reads ${device} over its console`, () => {
      const { atConsole } = readings[index]!;
      expect(atConsole).to.include(facts);
      expect(atConsole.uptimeSeconds).to.be.closeTo(862 * 60, 60);
    });

    it(`${driver} reads ${device} over SSH, and the key is pinned`, () => {
      expect(readings[index]?.byNetwork).to.include(facts);
      expect(readings[index]?.pinned).to.have.length(1);
    });
  }
});
