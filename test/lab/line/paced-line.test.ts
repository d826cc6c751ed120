/** The line between two pseudo terminals, as a program finds it: through the real serial channel at both ends. */
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SerialChannel } from '../../../connectors/sessions/serial.js';
import { PacedLine } from '../../../lab/line/paced-line.js';
import type { PacedLineOptions } from '../../../lab/line/paced-line.js';

const MAIN = join(import.meta.dirname, '../../../lab/main.ts');

/** One end: what came, and when enough of it has. */
class End {
  readonly channel: SerialChannel;
  readonly received: number[] = [];
  closed = false;
  #look = (): void => undefined;

  constructor(path: string) {
    this.channel = new SerialChannel({ path, baudRate: 115_200 });
  }

  async open(): Promise<this> {
    await this.channel.open({
      onBytes: (bytes) => {
        this.received.push(...bytes);
        this.#look();
      },
      onClosed: () => {
        this.closed = true;
        this.#look();
      },
    });
    return this;
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (holds()) resolve();
      };
      this.#look();
    });
  }
}

describe('PacedLine', function () {
  this.timeout(30_000);
  let line: PacedLine;
  const ends: End[] = [];
  const started = async (options: Omit<PacedLineOptions, 'seed'>): Promise<[End, End]> => {
    line = new PacedLine({ seed: 11, ...options });
    await line.start();
    const pair: [End, End] = [await new End(line.near!).open(), await new End(line.far!).open()];
    ends.push(...pair);
    return pair;
  };

  afterEach(async () => {
    for (const end of ends.splice(0)) await end.channel.close();
    await line.stop();
  });

  it('carries every byte both ways, and never faster than the line', async () => {
    const [near, far] = await started({ baudRate: 57_600 });
    const sent = Uint8Array.from({ length: 2_048 }, (_, index) => index & 0xff);
    const from = performance.now();
    await Promise.all([near.channel.write(sent), far.channel.write(sent)]);
    await Promise.all([near.until(() => near.received.length >= 2_048), far.until(() => far.received.length >= 2_048)]);
    expect(performance.now() - from).to.be.at.least((2_048 * 10_000) / 57_600 - 1);
    expect(Uint8Array.from(far.received)).to.deep.equal(sent);
    expect(Uint8Array.from(near.received)).to.deep.equal(sent);
    expect(line.counts().toFar).to.deep.include({ bytes: 2_048 });
  });

  it('lets a writer that is ahead wait, and loses nothing of what it wrote', async () => {
    const [near, far] = await started({ baudRate: 921_600 });
    const sent = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7) & 0xff);
    await near.channel.write(sent);
    await far.until(() => far.received.length >= sent.length);
    expect(Uint8Array.from(far.received)).to.deep.equal(sent);
  });

  it('does the harm that its counts tell', async () => {
    const [near, far] = await started({ baudRate: 921_600, dropRate: 0.01 });
    await near.channel.write(new Uint8Array(5_000).fill(0x41));
    await far.until(
      () => line.counts().toFar.bytes === 5_000 && far.received.length === 5_000 - line.counts().toFar.mishaps.drop,
    );
    expect(line.counts().toFar.mishaps.drop).to.be.within(20, 90);
  });

  it('breaks off, hangs the near end up, and comes back under the same path', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'paced-'));
    const link = join(folder, 'near');
    const [near] = await started({ baudRate: 921_600, disconnectRate: 1 / 300, disconnectMs: 30, near: link });
    near.channel.write(new Uint8Array(4_000)).catch(() => undefined);
    await near.until(() => near.closed);
    // It may break off again at any byte: what the path was is looked at before it is opened.
    const back = await (async (): Promise<End> => {
      for (;;) {
        const isLink = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true;
        const opened = await new End(link).open().catch(() => undefined);
        if (opened !== undefined) ends.push(opened);
        if (opened !== undefined && isLink) return opened;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    expect(back.channel.target).to.equal(`${link} at 115200`);
    rmSync(folder, { recursive: true });
  });

  it('as a program: prints both paths and the seed, and its counts at the end', async () => {
    await started({ baudRate: 9600 });
    const words = ['line', '--baud', '921600', '--seed', '5', '--json'];
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    const reader = createInterface({ input: child.stdout });
    reader.on('line', (text) => lines.push(text));
    await once(reader, 'line');
    const ready = JSON.parse(lines[0] ?? '') as { near: string; far: string };
    expect(ready).to.deep.include({ kind: 'ready', seed: 5, baudRate: 921_600 });
    const [near, far] = [await new End(ready.near).open(), await new End(ready.far).open()];
    await near.channel.write(Uint8Array.of(1, 2, 3));
    await far.until(() => far.received.length === 3);
    await near.channel.close();
    await far.channel.close();
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
    const ended = JSON.parse(lines[1] ?? '') as { toFar: { bytes: number } };
    expect(ended).to.deep.include({ kind: 'ended' });
    expect(ended.toFar.bytes).to.equal(3);
  });
});
