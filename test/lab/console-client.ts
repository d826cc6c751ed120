/** A person at a console who waits for a text and types: knows nothing of drivers. */
import { connect } from 'node:net';
import { once } from 'node:events';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { SerialPort } from 'serialport';

/** Long enough for a loaded machine; a wait ends with the text it waits for. */
const PATIENCE_MS = 20_000;

export class ConsoleClient {
  /** Everything seen so far. */
  text = '';
  readonly #stream: Duplex;
  #seen = 0;
  #onData: () => void = () => undefined;
  #child: ChildProcessWithoutNullStreams | undefined;

  private constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('data', (bytes: Buffer) => {
      this.#child?.stdin.write(bytes);
      this.text += bytes.toString('latin1');
      this.#onData();
    });
  }

  /** `address`: the path of a tty, or `host:port`. */
  static async open(address: string): Promise<ConsoleClient> {
    const [host = '', port] = address.split(':');
    if (port !== undefined) {
      const socket = connect(Number(port), host);
      await once(socket, 'connect');
      return new ConsoleClient(socket);
    }
    const serial = new SerialPort({ path: address, baudRate: 9600, autoOpen: false });
    await new Promise<void>((resolve, reject) => serial.open((error) => (error ? reject(error) : resolve())));
    return new ConsoleClient(serial);
  }

  type(text: string): void {
    this.#stream.write(Buffer.from(text, 'latin1'));
  }

  /** Waits for the text behind what was waited for before; returns everything up to its end. */
  async expect(wanted: string | RegExp): Promise<string> {
    const deadlineMs = Date.now() + PATIENCE_MS;
    for (;;) {
      const rest = this.text.slice(this.#seen);
      const found =
        typeof wanted === 'string' ? { index: rest.indexOf(wanted), length: wanted.length } : match(rest, wanted);
      if (found.index >= 0) {
        this.#seen += found.index + found.length;
        return rest.slice(0, found.index + found.length);
      }
      const leftMs = deadlineMs - Date.now();
      if (leftMs <= 0) throw new Error(`no ${String(wanted)} in ${JSON.stringify(rest)}`);
      await this.#more(leftMs);
    }
  }

  /** Types a line and waits for what ends its answer. */
  async say(line: string, until: string | RegExp): Promise<string> {
    this.type(`${line}\r`);
    return this.expect(until);
  }

  /**
   * Gives the line to a program until it ends; resolves with its exit code. What it reads is kept too: a device talks
   * on behind the last acknowledgement before the program is gone.
   */
  async lend(child: ChildProcessWithoutNullStreams): Promise<number | null> {
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (bytes: Buffer) => this.#stream.write(bytes));
    // What came and was not waited for belongs to the program: the receiver's first request.
    child.stdin.write(Buffer.from(this.text.slice(this.#seen), 'latin1'));
    this.#seen = this.text.length;
    this.#child = child;
    const [exitCode] = (await once(child, 'close')) as [number | null];
    this.#child = undefined;
    return exitCode;
  }

  async close(): Promise<void> {
    const closed = once(this.#stream, 'close');
    if (this.#stream instanceof SerialPort) this.#stream.close();
    else this.#stream.destroy();
    await closed;
  }

  #more(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#onData = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function match(text: string, pattern: RegExp): { readonly index: number; readonly length: number } {
  const found = pattern.exec(text);
  return { index: found?.index ?? -1, length: found?.[0].length ?? 0 };
}
