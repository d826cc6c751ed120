/** A console on a serial line of this machine: a tty, or a pty that stands for one. 8N1, no flow control (vendors §2). */
import type { SerialPort } from 'serialport';
import type { ByteChannel, ChannelEvents } from './byte-channel.js';
import { seeHangUp } from './serial-read.js';

export interface SerialChannelOptions {
  readonly path: string;
  readonly baudRate: number;
}

export class SerialChannel implements ByteChannel {
  readonly #options: SerialChannelOptions;
  #port: SerialPort | undefined;

  constructor(options: SerialChannelOptions) {
    this.#options = options;
  }

  get target(): string {
    return `${this.#options.path} at ${this.#options.baudRate}`;
  }

  /** serialport is loaded with the first line: a native module with many parts, which a node's start need not wait for. */
  async open(events: ChannelEvents): Promise<void> {
    const { SerialPort } = await import('serialport');
    const port = new SerialPort({
      ...this.#options,
      dataBits: 8,
      parity: 'none',
      stopBits: 1,
      // XON and XOFF occur in XMODEM blocks; RTS/CTS is wired on few console cables.
      rtscts: false,
      xon: false,
      xoff: false,
      // A second program on the line would steal half of the answers.
      lock: true,
      // Dropping DTR on close logs out, or resets, some devices.
      hupcl: false,
      autoOpen: false,
    });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => {
        if (error !== null) {
          reject(error);
          return;
        }
        this.#port = port;
        if (port.port !== undefined) seeHangUp(port.port);
        this.#listen(port, events);
        resolve();
      });
    });
  }

  #listen(port: SerialPort, events: ChannelEvents): void {
    let reason = 'closed';
    port.on('data', (bytes: Uint8Array) => {
      events.onBytes(bytes);
    });
    port.on('error', (error) => {
      reason = error.message;
    });
    // The stream gives the error of a lost device with `close`.
    port.on('close', (error: Error | null) => {
      if (this.#port === port) this.#port = undefined;
      events.onClosed(error?.message ?? reason);
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const port = this.#port;
      if (port === undefined) {
        reject(new Error('not open'));
        return;
      }
      port.write(bytes, (error) => {
        if (error == null) resolve();
        else reject(error);
      });
    });
  }

  close(): Promise<void> {
    const port = this.#port;
    if (port?.isOpen !== true) return Promise.resolve();
    return new Promise((resolve) => {
      port.close(() => {
        resolve();
      });
    });
  }
}
