import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** Pause between two attempts to reach a console that is not open yet. */
const RETRY_MS = 50;

interface Waiter {
  readonly pattern: RegExp;
  readonly resolve: (text: string) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** A small expect over a raw TCP console: it sends lines and waits for patterns, and keeps all that was said. */
export class ConsoleProbe {
  readonly #socket: Socket;
  #log = '';
  #position = 0;
  #waiter: Waiter | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString('latin1');
      this.#match();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#fail('console closed');
    });
  }

  /**
   * Connects, trying again until the console is open.
   *
   * @param host - address of the console
   * @param port - its TCP port
   * @param limitMs - longest time to try
   */
  static async open(host: string, port: number, limitMs = 10_000): Promise<ConsoleProbe> {
    const deadline = Date.now() + limitMs;
    for (;;) {
      const socket = await tryConnect(host, port);
      if (socket !== undefined) return new ConsoleProbe(socket);
      if (Date.now() > deadline)
        throw new Error(`console ${host}:${String(port)}: not open within ${String(limitMs)} ms`);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** All that the console said. */
  get log(): string {
    return this.#log;
  }

  /** Sends text as it is. */
  send(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /**
   * Waits for a pattern in what has not been matched yet.
   *
   * @param pattern - what to wait for
   * @param limitMs - longest time to wait
   * @returns the text up to and with the match
   * @throws Error with the last output when it does not come, or the console closes
   */
  expect(pattern: RegExp, limitMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#fail(`no ${String(pattern)} within ${String(limitMs)} ms`);
      }, limitMs);
      this.#waiter = { pattern, resolve, reject, timer };
      this.#match();
    });
  }

  /**
   * Sends a line and waits for the prompt after it.
   *
   * @param line - command without its end
   * @param prompt - pattern of the prompt
   * @param limitMs - longest time to wait
   * @returns the output between the echoed command and the prompt, lines joined by `\n`
   */
  async command(line: string, prompt: RegExp, limitMs: number): Promise<string> {
    this.send(`${line}\r`);
    const text = await this.expect(prompt, limitMs);
    const lines = text.replaceAll('\x1b[6n', '').replaceAll('\r', '').split('\n');
    return lines.slice(1, -1).join('\n');
  }

  /**
   * Gives the line to a program that speaks a file transfer protocol on its standard streams, until it ends.
   *
   * @param command - program, as `sx`
   * @param args - its arguments
   * @param delayMs - how long what it says takes to the device; 0 is sooner than any wire could
   * @throws Error when it does not exit with 0
   */
  async lend(command: string, args: readonly string[], delayMs = 0): Promise<void> {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    const toChild = (chunk: Buffer): void => void child.stdin.write(chunk);
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => {
      if (delayMs === 0) this.#socket.write(chunk);
      else setTimeout(() => this.#socket.write(chunk), delayMs);
    });
    this.#socket.on('data', toChild);
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    this.#socket.off('data', toChild);
    if (code !== 0) throw new Error(`${command} ${args.join(' ')}: expected exit 0, got ${String(code)}`);
  }

  /** Closes the connection. */
  close(): void {
    this.#socket.destroy();
  }

  #match(): void {
    const waiter = this.#waiter;
    if (waiter === undefined) return;
    const match = waiter.pattern.exec(this.#log.slice(this.#position));
    if (match === null) return;
    const end = this.#position + match.index + match[0].length;
    const text = this.#log.slice(this.#position, end);
    this.#position = end;
    this.#waiter = undefined;
    clearTimeout(waiter.timer);
    waiter.resolve(text);
  }

  #fail(why: string): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter === undefined) return;
    clearTimeout(waiter.timer);
    waiter.reject(new Error(`${why}; last output: ${JSON.stringify(this.#log.slice(-400))}`));
  }
}

/** One attempt; undefined when refused. */
function tryConnect(host: string, port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true });
    socket.once('connect', () => {
      resolve(socket);
    });
    socket.once('error', () => {
      resolve(undefined);
    });
  });
}
