/** A person at a console who waits for a text and types: knows nothing of drivers. */
import { SerialPort } from 'serialport';
import { once } from 'node:events';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';

/** Long enough for a loaded machine; a wait ends with the text it waits for. */
const PATIENCE_MS = 20_000;

export class ConsoleClient {
  /** Everything seen so far. */
  text = '';
  readonly #port: SerialPort;
  #seen = 0;
  #onData: () => void = () => undefined;
  #child: ChildProcessWithoutNullStreams | undefined;

  private constructor(port: SerialPort) {
    this.#port = port;
    port.on('data', (bytes: Buffer) => {
      if (this.#child !== undefined) {
        this.#child.stdin.write(bytes);
        return;
      }
      this.text += bytes.toString('latin1');
      this.#onData();
    });
  }

  static async open(path: string): Promise<ConsoleClient> {
    const port = new SerialPort({ path, baudRate: 9600, autoOpen: false });
    await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
    return new ConsoleClient(port);
  }

  type(text: string): void {
    this.#port.write(Buffer.from(text, 'latin1'));
  }

  /** Waits for the text behind what was waited for before; returns everything up to its end. */
  async expect(wanted: string | RegExp): Promise<string> {
    const deadlineMs = Date.now() + PATIENCE_MS;
    for (;;) {
      const rest = this.text.slice(this.#seen);
      const at = typeof wanted === 'string' ? rest.indexOf(wanted) : rest.search(wanted);
      if (at >= 0) {
        const length = typeof wanted === 'string' ? wanted.length : (wanted.exec(rest)?.[0].length ?? 0);
        this.#seen += at + length;
        return rest.slice(0, at + length);
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

  /** Gives the line to a program until it ends; resolves with its exit code. */
  async lend(child: ChildProcessWithoutNullStreams): Promise<number | null> {
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (bytes: Buffer) => this.#port.write(bytes));
    // What came and was not waited for belongs to the program: the receiver's first request.
    child.stdin.write(Buffer.from(this.text.slice(this.#seen), 'latin1'));
    this.#seen = this.text.length;
    this.#child = child;
    const [exitCode] = (await once(child, 'close')) as [number | null];
    this.#child = undefined;
    return exitCode;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#port.close(resolve));
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
