/**
 * Opens consoles as a node does, with the source of their events, and prints what one costs in this process's heap:
 * `node open-sessions.js KIND PORT COUNT`. A process of its own, so that nothing else is counted.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SystemClock } from '../connectors/clock/system-clock.js';
import { SystemRandom } from '../connectors/clock/system-random.js';
import type { ByteChannel } from '../connectors/sessions/byte-channel.js';
import { PortConsole } from '../connectors/sessions/port-console.js';
import { SshChannel } from '../connectors/sessions/ssh.js';
import { TcpChannel } from '../connectors/sessions/tcp.js';
import { TelnetChannel } from '../connectors/sessions/telnet.js';
import { ConsoleSource } from '../connectors/sources/console-lines.js';
import { DRIVERS } from '../drivers/index.js';

const [kind = 'tcp', portText = '', countText = ''] = process.argv.slice(2);
const at = { host: '127.0.0.1', port: Number(portText) };
const clock = new SystemClock();
const random = new SystemRandom();
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const transcripts = { append() {}, flush: () => Promise.resolve(), read: () => Promise.resolve([]) };
const hostKeys = { of: () => Promise.resolve([]), pin: () => Promise.resolve() };
/** How many open at the same time: a node's own number is bounded by its console servers. */
const AT_ONCE = 50;

function channel(): ByteChannel {
  switch (kind) {
    case 'telnet':
      return new TelnetChannel({ ...at, clock });
    case 'ssh': {
      const credentials = () => ({ username: 'ops', password: 'none' });
      return new SshChannel({ ...at, clock, hostKeys, credentials, legacyAlgorithms: false });
    }
    default:
      return new TcpChannel(at);
  }
}

/** Resolves when the prompt was heard. */
function open(index: number): Promise<PortConsole> {
  const mask = (text: string): string => text;
  const portId = `bench:${String(index)}`;
  const console = new PortConsole({ portId, channel: channel(), clock, random, transcripts, mask, log: quiet });
  const [driver] = DRIVERS;
  if (driver === undefined) throw new Error('no driver');
  const port = { name: String(index), id: portId };
  const source = new ConsoleSource({
    ...{ console, clock, random, mask, port },
    node: 'bench',
    table: driver.dialog,
    emit: () => undefined,
  });
  source.start();
  return new Promise((resolve, reject) => {
    console.subscribe((happening) => {
      if (happening.kind === 'received') resolve(console);
      if (happening.kind === 'lost') reject(new Error(happening.reason));
    });
    console.start();
  });
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

async function usedBytes(): Promise<number> {
  // What waits for its turn lets go of what it holds.
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

// What is loaded once with the first session is no part of what one costs.
const opened = [await open(0)];
const before = await usedBytes();
const began = performance.now();
const count = Number(countText);
for (let i = 1; i <= count; i += AT_ONCE) {
  const some = Array.from({ length: Math.min(AT_ONCE, count - i + 1) }, (_, n) => open(i + n));
  opened.push(...(await Promise.all(some)));
}
const ms = performance.now() - began;
const bytes = (await usedBytes()) - before;
process.stdout.write(`${JSON.stringify({ sessions: opened.length - 1, bytesEach: bytes / count, ms })}\n`);
process.exit();
