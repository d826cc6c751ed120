/**
 * A pseudo terminal as a console: the node opens the slave's path with serialport as it would a tty.
 *
 * Node cannot make a pseudo terminal, so node-pty does; of it only the native `open` is used, because its public face
 * starts a program. Writing goes through `fs.write` on the non-blocking descriptor: a tty stream would block the event
 * loop as soon as nobody reads. The slave stays open here, so that a node that comes and goes does not hang the line up.
 */
import { execFile } from 'node:child_process';
import { rm, symlink } from 'node:fs/promises';
import { close, write } from 'node:fs';
import { createRequire } from 'node:module';
import { ReadStream } from 'node:tty';
import { promisify } from 'node:util';
import { fail } from '../../core/errors/index.js';
import { MAX_UNREAD_BYTES } from './console-port.js';
import type { ConsolePort } from './console-port.js';

/** The kernel's buffer is full: try again after this long, ms. */
const RETRY_MS = 5;

interface OpenedPty {
  readonly master: number;
  readonly slave: number;
  readonly pty: string;
}

interface NativePty {
  open(columns: number, rows: number): OpenedPty;
}

export interface PtyPort extends ConsolePort {
  /** The terminal itself, behind the link. */
  readonly terminal: string;
  /** Stops reading, or goes on: what the other side writes meanwhile fills its own buffer, and then it waits. */
  hold(held: boolean): void;
}

/** Opens a pseudo terminal in raw mode. `link` becomes a symbolic link to it: a path that is known beforehand. Errors: LAB_CONSOLE_FAILED. */
export async function openPty(
  device: string,
  link: string | undefined,
  onBytes: (bytes: Uint8Array) => void,
): Promise<PtyPort> {
  const open = (): Promise<OpenedPty> => openRaw(link);
  try {
    return new PtyConsole(await open(), { link, open }, onBytes);
  } catch (error) {
    throw fail('LAB_CONSOLE_FAILED', { device, reason: (error as Error).message }, error);
  }
}

async function openRaw(link: string | undefined): Promise<OpenedPty> {
  const opened = native().open(80, 24);
  await makeRaw(opened.pty);
  if (link !== undefined) {
    await rm(link, { force: true });
    await symlink(opened.pty, link);
  }
  return opened;
}

function native(): NativePty {
  const module = createRequire(import.meta.url)('node-pty') as { readonly native: NativePty | null };
  if (module.native === null) throw new Error('node-pty has no native part here');
  return module.native;
}

/** No echo, no line discipline: both ends see the bytes as they are. */
async function makeRaw(path: string): Promise<void> {
  const flag = process.platform === 'linux' ? '-F' : '-f';
  await promisify(execFile)('stty', [flag, path, 'raw', '-echo']);
}

interface PtyParts {
  readonly link: string | undefined;
  /** Makes another one behind the same link. */
  readonly open: () => Promise<OpenedPty>;
}

class PtyConsole implements PtyPort {
  readonly #parts: PtyParts;
  readonly #onBytes: (bytes: Uint8Array) => void;
  #opened: OpenedPty;
  #reader: ReadStream;
  #unread: Buffer = Buffer.alloc(0);
  #writing = false;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;
  /** Between a hang-up and the next terminal there is none. */
  #away: Promise<void> | undefined;

  constructor(opened: OpenedPty, parts: PtyParts, onBytes: (bytes: Uint8Array) => void) {
    this.#parts = parts;
    this.#onBytes = onBytes;
    this.#opened = opened;
    this.#reader = this.#read(opened);
  }

  get terminal(): string {
    return this.#opened.pty;
  }

  get address(): string {
    return this.#parts.link ?? this.terminal;
  }

  write(bytes: Uint8Array): void {
    if (this.#isDown || this.#unread.length + bytes.length > MAX_UNREAD_BYTES) return;
    this.#unread = Buffer.concat([this.#unread, bytes]);
    if (!this.#writing) this.#flush();
  }

  hold(held: boolean): void {
    if (held) this.#reader.pause();
    else this.#reader.resume();
  }

  hangUp(): void {
    if (this.#isDown) return;
    this.#away = this.#comeBack()
      .catch(() => undefined)
      .finally(() => {
        this.#away = undefined;
      });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#away;
    await this.#closeEnds();
  }

  get #isDown(): boolean {
    return this.#closed || this.#away !== undefined;
  }

  async #comeBack(): Promise<void> {
    await this.#closeEnds();
    this.#unread = Buffer.alloc(0);
    this.#writing = false;
    this.#opened = await this.#parts.open();
    this.#reader = this.#read(this.#opened);
  }

  async #closeEnds(): Promise<void> {
    clearTimeout(this.#retry);
    if (this.#reader.destroyed) return;
    await new Promise((resolve) => {
      this.#reader.once('close', resolve);
      this.#reader.destroy();
    });
    await promisify(close)(this.#opened.slave);
  }

  #read({ master }: OpenedPty): ReadStream {
    const reader = new ReadStream(master);
    reader.on('data', this.#onBytes);
    reader.on('error', () => undefined);
    return reader;
  }

  #flush(): void {
    this.#writing = true;
    const piece = this.#unread;
    write(this.#opened.master, piece, 0, piece.length, null, (error, written) => {
      if (this.#isDown) return;
      if (error === null) this.#unread = this.#unread.subarray(written);
      if (error !== null && error.code !== 'EAGAIN') this.#unread = Buffer.alloc(0);
      this.#writing = this.#unread.length > 0;
      if (!this.#writing) return;
      if (error === null) this.#flush();
      else this.#retry = setTimeout(() => this.#flush(), RETRY_MS);
    });
  }
}
