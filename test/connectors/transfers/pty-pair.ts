/** A serial line made of two ptys by socat: our end is a `Line` over the real serial channel, the other goes to a foreign program. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SerialChannel } from '../../../connectors/sessions/serial.js';
import type { Line } from '../../../core/ports/line.js';

export class PtyPair implements Line {
  readonly portId = 'n1:1/1';
  readonly owner = 'test';
  readonly fence = 1;
  readonly mode = 'binary';
  /** Working folder of the foreign program. */
  readonly folder: string;
  readonly #socat: ChildProcess;
  readonly #channel: SerialChannel;
  readonly #far: FileHandle;
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();

  private constructor(folder: string, socat: ChildProcess, channel: SerialChannel, far: FileHandle) {
    this.folder = folder;
    this.#socat = socat;
    this.#channel = channel;
    this.#far = far;
  }

  static async open(): Promise<PtyPair> {
    const folder = await mkdtemp(join(tmpdir(), 'xmodem-'));
    const [near, far] = [join(folder, 'near'), join(folder, 'far')];
    const ends = [near, far].map((link) => `pty,raw,echo=0,link=${link}`);
    const socat = spawn('socat', ['-d', '-d', ...ends], { stdio: ['ignore', 'ignore', 'pipe'] });
    for await (const line of createInterface({ input: socat.stderr })) if (line.includes('starting data')) break;
    // socat goes on telling; a full pipe would stop it.
    socat.stderr.resume();
    const pair = new PtyPair(
      folder,
      socat,
      new SerialChannel({ path: near, baudRate: 115_200 }),
      await open(far, 'r+'),
    );
    await pair.#channel.open({
      onBytes: (bytes) => pair.#listeners.forEach((listener) => listener(bytes)),
      onClosed: () => undefined,
    });
    return pair;
  }

  /** Runs a foreign program with the far end as its terminal; its exit code is `exited`. */
  lend(command: string, args: readonly string[]): { child: ChildProcess; exited: Promise<number | null> } {
    const { fd } = this.#far;
    const child = spawn(command, args, { cwd: this.folder, stdio: [fd, fd, 'ignore'] });
    return { child, exited: once(child, 'exit').then(([code]) => code as number | null) };
  }

  /** What a device's own messages look like to us: written at the far end. */
  async print(text: string): Promise<void> {
    await this.#far.write(text);
  }

  async close(): Promise<void> {
    await this.#channel.close();
    await this.#far.close();
    this.#socat.kill();
    if (this.#socat.exitCode === null && this.#socat.signalCode === null) await once(this.#socat, 'exit');
    await rm(this.folder, { recursive: true, force: true });
  }

  setMode(): void {
    throw new Error('the caller sets the mode');
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#channel.write(bytes);
  }

  read(onBytes: (bytes: Uint8Array) => void): () => void {
    this.#listeners.add(onBytes);
    return () => this.#listeners.delete(onBytes);
  }

  opened(): Promise<void> {
    return Promise.resolve();
  }

  release(): void {
    throw new Error('the caller releases the line');
  }
}
