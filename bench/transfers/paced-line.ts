/** A paced serial line in a process of its own (lab/line), our end of it, and foreign programs at either end. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { SerialChannel } from '../../connectors/sessions/serial.js';
import type { Line } from '../../core/ports/line.js';

const LAB = resolve(import.meta.dirname, '../../lab/main.js');

/** Paths of both ends while the process runs. */
export interface PacedPair {
  readonly near: string;
  readonly far: string;
  stop(): Promise<void>;
}

/** `more` are further arguments of `lab line`. */
export async function openPacedPair(baudRate: number, more: readonly string[] = []): Promise<PacedPair> {
  const child = spawn(process.execPath, [LAB, 'line', '--baud', String(baudRate), '--json', ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { near, far } = (await firstLine(child.stdout)) as { near: string; far: string };
  return { near, far, stop: () => ended(child) };
}

/** The first line of what a program prints, as JSON; what follows is read and dropped. Errors: it ended before. */
export async function firstLine(output: Readable): Promise<unknown> {
  const lines = createInterface({ input: output });
  const [text] = (await Promise.race([once(lines, 'line'), once(lines, 'close')])) as [string | undefined];
  if (text === undefined) throw new Error('the program ended before it was ready');
  return JSON.parse(text);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Runs a program with a terminal as its standard streams, until it ends or `signal` ends it; resolves with its exit code. */
export async function runOn(
  path: string,
  folder: string,
  command: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<number> {
  const terminal = await open(path, 'r+');
  try {
    const child = spawn(command, args, { cwd: folder, stdio: [terminal.fd, terminal.fd, 'ignore'] });
    signal?.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? -1;
  } finally {
    await terminal.close();
  }
}

/** Our end, over serialport as a node has it. */
export class BenchLine implements Line {
  readonly portId = 'bench';
  readonly owner = 'bench';
  readonly fence = 1;
  readonly mode = 'binary';
  readonly #channel: SerialChannel;
  #onBytes: (bytes: Uint8Array) => void = () => undefined;

  constructor(path: string, baudRate: number) {
    this.#channel = new SerialChannel({ path, baudRate });
  }

  async open(): Promise<this> {
    await this.#channel.open({ onBytes: (bytes) => this.#onBytes(bytes), onClosed: () => undefined });
    return this;
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#channel.write(bytes);
  }

  read(onBytes: (bytes: Uint8Array) => void): () => void {
    this.#onBytes = onBytes;
    return () => {
      this.#onBytes = () => undefined;
    };
  }

  setMode(): void {
    throw new Error('a bench line has one mode');
  }

  opened(): Promise<void> {
    return Promise.resolve();
  }

  release(): void {
    throw new Error('a bench line has one holder');
  }
}
