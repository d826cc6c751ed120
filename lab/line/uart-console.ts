/**
 * A pseudo terminal as a real serial console: the device's UART has a speed of its own, and the program at the other side
 * has set one for its terminal. Where they differ both read what a UART makes of it.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ConsolePort } from '../consoles/console-port.js';
import type { PtyPort } from '../consoles/pty.js';
import { misread } from './uart.js';

/** The device's side. */
export interface UartDevice {
  /** Speed of its UART now. */
  readonly baudRate: number;
  feed(bytes: Uint8Array): void;
}

/**
 * The terminal's speed is asked for again after a pause of this, ms, shorter than anybody waits after a change; and while
 * bytes cross without a pause after the longer time. Asking starts a program.
 */
const PAUSE_MS = 100;
const ASK_AGAIN_MS = 2_000;

export class UartConsole implements ConsolePort {
  readonly #device: UartDevice;
  #port: PtyPort | undefined;
  /** Bytes of both directions cross in the order in which they came. */
  #crossing: Promise<void> = Promise.resolve();
  #speed = 0;
  #askedAtMs = -Infinity;
  #crossedAtMs = -Infinity;

  constructor(device: UartDevice) {
    this.#device = device;
  }

  /** The terminal that this console is. */
  attach(port: PtyPort): this {
    this.#port = port;
    return this;
  }

  get address(): string {
    return this.#port?.address ?? '';
  }

  /** From the device, at the speed that it has at this moment. */
  write(bytes: Uint8Array): void {
    const sentAt = this.#device.baudRate;
    this.#cross((terminalSpeed) => this.#port?.write(misread(bytes, sentAt, terminalSpeed)));
  }

  /** From the program at the terminal. */
  received(bytes: Uint8Array): void {
    this.#cross((terminalSpeed) => this.#device.feed(misread(bytes, terminalSpeed, this.#device.baudRate)));
  }

  hangUp(): void {
    this.#port?.hangUp();
  }

  async close(): Promise<void> {
    await this.#port?.close();
  }

  #cross(act: (terminalSpeed: number) => void): void {
    this.#crossing = this.#crossing.then(async () => act(await this.#terminalSpeed())).catch(() => undefined);
  }

  async #terminalSpeed(): Promise<number> {
    const port = this.#port;
    const nowMs = performance.now();
    const known = nowMs - this.#crossedAtMs < PAUSE_MS && nowMs - this.#askedAtMs < ASK_AGAIN_MS;
    this.#crossedAtMs = nowMs;
    if (port === undefined || known) return this.#speed;
    const flag = process.platform === 'linux' ? '-F' : '-f';
    const { stdout } = await promisify(execFile)('stty', [flag, port.terminal, 'speed']);
    this.#speed = Number(stdout);
    this.#askedAtMs = nowMs;
    return this.#speed;
  }
}
