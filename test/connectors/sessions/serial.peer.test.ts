/** A serial line on a pair of ptys made by socat. */
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SerialChannel } from '../../../connectors/sessions/serial.js';
import { requirePeer } from '../../support/peers.js';

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
    const far = join(folder, 'far');
    const ends = [`pty,raw,echo=0,link=${path}`, `pty,raw,echo=0,link=${far}`];
    socat = spawn('socat', ['-d', '-d', ...ends], { stdio: ['ignore', 'ignore', 'pipe'] });
    for await (const line of createInterface({ input: socat.stderr! })) if (line.includes('starting data')) break;
    device = await open(far, 'r+');
  });

  afterEach(async () => {
    socat.kill();
    if (socat.exitCode === null && socat.signalCode === null) await once(socat, 'exit');
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

  it('rejects a path that is not there', async () => {
    const channel = new SerialChannel({ path: join(folder, 'none'), baudRate: 9_600 });
    const error = await channel.open({ onBytes: () => {}, onClosed: () => {} }).catch((reason: unknown) => reason);
    expect((error as Error).message).to.match(/No such file/);
  });
});
