/**
 * The device's end of its console: echo, line editing, questions, single keys, the pager, log lines. A terminal lives
 * from power on to power off; `cut` ends it, and everything that waits for a key rejects.
 */
import type { LabTime } from './device-clock.js';
import { OutputPace } from './output-pace.js';
import type { Pace } from './output-pace.js';

const CR = 0x0d;
const LF = 0x0a;
const BACKSPACE = 0x08;
const DELETE = 0x7f;
const CTRL_C = 0x03;
const CTRL_U = 0x15;
const CTRL_Z = 0x1a;
/** What IOS says below a full page. */
const MORE = ' --More-- ';
/** Type-ahead that a device keeps; a UART's driver drops what is beyond. */
const MAX_TYPED_BYTES = 4096;

/** Where bytes for the console go. */
export type ConsoleWrite = (bytes: Uint8Array) => void;

/** The reason that ends what a session was asking for: it is logged out. */
export class LoggedOut extends Error {
  override readonly name = 'LoggedOut';
}

export class Terminal {
  /** Lines before `--More--`; 0 never stops. */
  pageLines = 24;
  /** Said below a full page. */
  pager = MORE;
  /** Told about every piece of output. */
  onOutput: ((text: string) => void) | undefined;
  /** Pauses between the bytes of the echo. */
  echoPace: Pace | undefined;
  readonly #out: OutputPace;
  readonly #typed: number[] = [];
  #waiting: { resolve: (byte: number) => void; reject: (reason: Error) => void } | undefined;
  #binary: ((bytes: Uint8Array) => void) | undefined;
  #deaf: ((text: string) => void) | undefined;
  readonly #heldLogs: string[] = [];
  #column = 0;
  #lastWasReturn = false;
  #cut: Error | undefined;
  #frozen = false;
  #loggedOut = false;

  constructor(write: ConsoleWrite, after?: LabTime['after']) {
    this.#out = new OutputPace((bytes) => {
      if (!this.#frozen) write(bytes);
    }, after);
  }

  /** Pauses in all output from now on. */
  set pace(pace: Pace | undefined) {
    this.#out.usual = pace;
  }

  /** Frozen, it hears nothing, and what is said is lost. */
  freeze(frozen: boolean): void {
    this.#frozen = frozen;
  }

  /** Whoever reads now, or reads next, gets `LoggedOut`. */
  logOut(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#loggedOut = waiting === undefined;
    this.#typed.splice(0);
    waiting?.reject(new LoggedOut());
  }

  /** Bytes from the console line. */
  feed(bytes: Uint8Array): void {
    if (this.#cut !== undefined || this.#frozen) return;
    if (this.#binary !== undefined) this.#binary(bytes);
    else if (this.#deaf !== undefined) this.#deaf(Buffer.from(bytes).toString('latin1'));
    else for (const byte of bytes) this.#type(byte);
  }

  /** While a device starts, nobody reads its keyboard: what comes is told and lost. */
  deafen(onTyped: ((text: string) => void) | undefined): void {
    this.#deaf = onTyped;
  }

  /** Hands the line to a file transfer; log lines wait until it is given back. */
  takeOver(onBytes: (bytes: Uint8Array) => void): () => void {
    this.#binary = onBytes;
    return () => {
      this.#binary = undefined;
      this.#column = 0;
      for (const line of this.#heldLogs.splice(0)) this.log(line);
    };
  }

  writeBytes(bytes: Uint8Array): void {
    if (this.#cut === undefined) this.#out.write(bytes);
  }

  /** Prints text; `\n` becomes CR LF. */
  print(text: string, pace?: Pace): void {
    if (this.#cut !== undefined || text === '') return;
    const lastLine = text.slice(text.lastIndexOf('\n') + 1);
    this.#column = text.includes('\n') ? lastLine.length : this.#column + text.length;
    this.#out.write(Buffer.from(text.replace(/\n/g, '\r\n'), 'latin1'), pace);
    this.onOutput?.(text);
  }

  /** Ends a line that was begun. */
  freshLine(): void {
    if (this.#column > 0) this.print('\n');
  }

  /** A message that nobody asked for: on a line of its own, and the prompt is not said again. */
  log(line: string): void {
    if (this.#binary !== undefined) {
      this.#heldLogs.push(line);
      return;
    }
    this.freshLine();
    this.print(`${line}\n`);
  }

  /** Prints lines through the pager. */
  async page(lines: readonly string[]): Promise<void> {
    // What a device says while it starts stops for nobody.
    let left = this.pageLines === 0 || this.#deaf !== undefined ? Infinity : this.pageLines - 1;
    for (const line of lines) {
      if (left === 0) {
        left = await this.#more();
        if (left === 0) return;
      }
      this.print(`${line}\n`);
      left -= 1;
    }
  }

  /** One key, as `[confirm]` reads it. */
  async readKey(): Promise<string> {
    return String.fromCharCode(await this.#next());
  }

  /** One line; Ctrl-Z ends it as the single character 0x1A, Ctrl-C empties it. */
  async readLine(echo = true): Promise<string> {
    let line = '';
    for (;;) {
      const byte = await this.#next();
      if (byte === CR || byte === LF) {
        this.print('\n');
        return line;
      }
      if (byte === CTRL_Z || byte === CTRL_C) {
        this.print(byte === CTRL_Z ? '^Z\n' : '^C\n');
        return byte === CTRL_Z ? String.fromCharCode(CTRL_Z) : '';
      }
      line = this.#edit(line, byte, echo);
    }
  }

  /** Nothing is heard or said any more. */
  cut(reason: Error): void {
    this.#cut = reason;
    this.#out.stop();
    this.#binary = undefined;
    this.#waiting?.reject(reason);
    this.#waiting = undefined;
  }

  #type(byte: number): void {
    const isSecondHalf = byte === LF && this.#lastWasReturn;
    this.#lastWasReturn = byte === CR;
    if (isSecondHalf) return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) waiting.resolve(byte);
    else if (this.#typed.length < MAX_TYPED_BYTES) this.#typed.push(byte);
  }

  #next(): Promise<number> {
    if (this.#cut !== undefined) return Promise.reject(this.#cut);
    if (this.#loggedOut) {
      this.#loggedOut = false;
      return Promise.reject(new LoggedOut());
    }
    const typed = this.#typed.shift();
    if (typed !== undefined) return Promise.resolve(typed);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #edit(line: string, byte: number, echo: boolean): string {
    if (byte === BACKSPACE || byte === DELETE) {
      if (line !== '' && echo) this.print('\b \b');
      return line.slice(0, -1);
    }
    if (byte === CTRL_U) {
      if (echo) this.print('\b \b'.repeat(line.length));
      return '';
    }
    if (byte < 0x20) return line;
    const character = String.fromCharCode(byte);
    if (echo) this.print(character, this.echoPace);
    return line + character;
  }

  /** Lines to print next; 0 ends the output. */
  async #more(): Promise<number> {
    this.print(this.pager);
    const key = await this.readKey();
    const { length } = this.pager;
    this.print('\b'.repeat(length) + ' '.repeat(length) + '\b'.repeat(length));
    if (key === ' ') return this.pageLines - 1;
    return key === '\r' ? 1 : 0;
  }
}
