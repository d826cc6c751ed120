/**
 * Reads the facts of many devices as a node does, each over its own SSH console, and prints what it took:
 * `node read-fleet.js PORT COUNT`. A process of its own, so that it counts what a user waits for.
 */
import { SystemClock } from '../../connectors/clock/system-clock.js';
import { SystemRandom } from '../../connectors/clock/system-random.js';
import { dialogOpener } from '../../connectors/sessions/line-dialog.js';
import { PortConsole } from '../../connectors/sessions/port-console.js';
import { SshChannel } from '../../connectors/sessions/ssh.js';
import type { Driver } from '../../core/driver.js';
import { DRIVERS, readFacts } from '../../drivers/index.js';

const [portText = '', countText = ''] = process.argv.slice(2);
const clock = new SystemClock();
const random = new SystemRandom();
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const transcripts = { append() {}, flush: () => Promise.resolve(), read: () => Promise.resolve([]) };
const hostKeys = { of: () => Promise.resolve([]), pin: () => Promise.resolve() };
const credentials = () => ({ username: 'ops', password: 'none' });
const driver = driverOf('cisco-ios');

function driverOf(wanted: string): Driver {
  const found = DRIVERS.find(({ id }) => id === wanted);
  if (found === undefined) throw new Error('no driver');
  return found;
}

/** The OS version that the device tells. */
async function versionOf(index: number): Promise<string | undefined> {
  const at = { host: '127.0.0.1', port: Number(portText), clock, hostKeys, credentials, legacyAlgorithms: false };
  const portId = `bench:${String(index)}`;
  const { signal } = new AbortController();
  const channel = new SshChannel(at);
  const console = new PortConsole({ portId, channel, clock, random, transcripts, mask: (text) => text, log: quiet });
  console.start();
  const line = console.claim('bench');
  await line.opened(signal);
  const dialog = dialogOpener(clock)(line, driver.dialog, signal);
  await dialog.login(driver.login, credentials());
  const outputs: Record<string, string> = {};
  for (const { exchange } of driver.facts) {
    const reply = await dialog.run(exchange, { ...driver.slots, fileSystem: driver.fileSystem }, ['safe']);
    outputs[exchange.send ?? ''] = reply.output;
  }
  line.release();
  await console.stop();
  const { osVersion, freeBytes, serialNumber } = readFacts(driver, outputs);
  return freeBytes === undefined || serialNumber === undefined ? undefined : osVersion;
}

const count = Number(countText);
const began = performance.now();
const versions = await Promise.all(Array.from({ length: count }, (_, index) => versionOf(index)));
const seconds = (performance.now() - began) / 1_000;
const right = versions.filter((version) => version === '15.1(4)M').length;
process.stdout.write(`${JSON.stringify({ right, seconds })}\n`);
process.exit();
