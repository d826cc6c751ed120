/** A serial line on a pair of ptys made by socat. */
import { expect } from 'chai';
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { SystemRandom } from '../../../connectors/clock/system-random.js';
import { PortConsole } from '../../../connectors/sessions/port-console.js';
import { SerialChannel } from '../../../connectors/sessions/serial.js';
import type { ConsoleHappening } from '../../../core/ports/console.js';
import { requirePeer } from '../../support/peers.js';
import { MemoryTranscripts, quietLog } from './fake-channel.js';

describe('SerialChannel on a pty', function () {
  let folder: string;
  let socat: ChildProcess;
  let device: FileHandle;
  let path: string;

  before(function () {
    requirePeer.call(this, 'socat');
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'serial-'));
    path = join(folder, 'near');
    await startSocat();
  });

  const startSocat = async (): Promise<void> => {
    const far = join(folder, 'far');
    const ends = [`pty,raw,echo=0,link=${path}`, `pty,raw,echo=0,link=${far}`];
    socat = spawn('socat', ['-d', '-d', ...ends], { stdio: ['ignore', 'ignore', 'pipe'] });
    for await (const line of createInterface({ input: socat.stderr! })) if (line.includes('starting data')) break;
    device = await open(far, 'r+');
  };

  const stopSocat = async (): Promise<void> => {
    socat.kill();
    if (socat.exitCode === null && socat.signalCode === null) await once(socat, 'exit');
  };

  /** What the terminal's own settings say. */
  const speedOf = async (tty: string): Promise<string> =>
    (await promisify(execFile)('stty', ['-F', tty, 'speed'])).stdout.trim();

  afterEach(async () => {
    await stopSocat();
    await device.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('carries all 256 bytes in both directions, also XON and XOFF', async () => {
    const every = Uint8Array.from({ length: 256 }, (_, index) => index);
    const channel = new SerialChannel({ path, baudRate: 115_200 });
    const received: number[] = [];
    let complete: () => void = () => undefined;
    const all = new Promise<void>((resolve) => (complete = resolve));
    await channel.open({
      onBytes: (bytes) => {
        received.push(...bytes);
        if (received.length >= 256) complete();
      },
      onClosed: () => {},
    });
    await device.write(every);
    await all;
    expect(Uint8Array.from(received)).to.deep.equal(every);
    await channel.write(every);
    const sent: number[] = [];
    while (sent.length < 256) {
      const { buffer, bytesRead } = await device.read(Buffer.alloc(256), 0, 256, null);
      sent.push(...buffer.subarray(0, bytesRead));
    }
    expect(Uint8Array.from(sent)).to.deep.equal(every);
    await channel.close();
  });

  it('tells when the line goes away, and refuses writes from then on', async () => {
    const channel = new SerialChannel({ path, baudRate: 9_600 });
    let gone: (reason: string) => void = () => undefined;
    const closed = new Promise<string>((resolve) => (gone = resolve));
    await channel.open({ onBytes: () => {}, onClosed: (reason) => gone(reason) });
    socat.kill();
    expect(await closed).to.be.a('string');
    const error = await channel.write(Uint8Array.of(1)).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error);
  });

  it('opens the path again when another device stands behind it: an adapter unplugged and plugged in', async () => {
    const console = new PortConsole({
      portId: 'n1:1/1',
      channel: new SerialChannel({ path, baudRate: 9_600 }),
      clock: new SystemClock(),
      random: new SystemRandom(),
      transcripts: new MemoryTranscripts(),
      mask: (text) => text,
      log: quietLog,
    });
    let next: (happening: ConsoleHappening) => void = () => undefined;
    const upcoming = (kind: ConsoleHappening['kind']): Promise<ConsoleHappening> =>
      new Promise((resolve) => {
        next = (happening) => {
          if (happening.kind === kind) resolve(happening);
        };
      });
    console.subscribe((happening) => next(happening));
    const opened = upcoming('opened');
    console.start();
    await opened;
    const line = console.claim('test');
    await line.setBaudRate?.(115_200);
    const lost = upcoming('lost');
    await stopSocat();
    await lost;
    await device.close();
    const back = upcoming('opened');
    await startSocat();
    await back;
    expect(line.baudRate).to.equal(9_600);
    const received = upcoming('received');
    await device.write('back');
    expect(new TextDecoder().decode(((await received) as { bytes: Uint8Array }).bytes)).to.equal('back');
    await console.stop();
  });

  it('changes its speed while it is open, and carries on', async () => {
    const channel = new SerialChannel({ path, baudRate: 9_600 });
    await channel.open({ onBytes: () => {}, onClosed: () => {} });
    await channel.setBaudRate(115_200);
    expect(channel.baudRate).to.equal(115_200);
    expect(await speedOf(path)).to.equal('115200');
    await channel.write(Uint8Array.of(0x41));
    expect((await device.read(Buffer.alloc(1), 0, 1, null)).buffer[0]).to.equal(0x41);
    await channel.close();
  });

  it('rejects a path that is not there', async () => {
    const channel = new SerialChannel({ path: join(folder, 'none'), baudRate: 9_600 });
    const error = await channel.open({ onBytes: () => {}, onClosed: () => {} }).catch((reason: unknown) => reason);
    expect((error as Error).message).to.match(/No such file/);
  });
});
