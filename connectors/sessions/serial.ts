/**
 * A console on a serial line of this machine: a tty, or a pty that stands for one. 8N1 without flow control unless told
 * otherwise (vendors §2). A path that goes away (an unplugged USB adapter) closes the channel and its descriptor, so that
 * the adapter gets the same path when it is back; whoever opens again finds the line as it was configured.
 */
import type { SerialPort, SerialPortOpenOptions } from 'serialport';
import type { SerialForm } from '../../core/serial-line.js';
import type { ByteChannel, ChannelEvents, ModemLines } from './byte-channel.js';
import { seeHangUp } from './serial-read.js';

export interface SerialChannelOptions extends SerialForm {
  readonly path: string;
  readonly baudRate: number;
}

/** The part of serialport that is used; its own mock has the same. */
export type PortClass = new (options: PortOptions) => SerialPort;
type PortOptions = SerialPortOpenOptions<NonNullable<SerialPort['settings']['binding']>>;

/**
 * serialport is loaded with the first line: a native module with many parts, which a node's start need not wait for.
 */
const loadPort = async (): Promise<PortClass> => (await import('serialport')).SerialPort;

export class SerialChannel implements ByteChannel {
  readonly #options: SerialChannelOptions;
  readonly #load: () => Promise<PortClass>;
  #port: SerialPort | undefined;
  #baudRate: number;
  #lines: Required<ModemLines>;

  constructor(options: SerialChannelOptions, load: () => Promise<PortClass> = loadPort) {
    this.#options = options;
    this.#load = load;
    this.#baudRate = options.baudRate;
    this.#lines = configuredLines(options);
  }

  get target(): string {
    return `${this.#options.path} at ${this.#options.baudRate}`;
  }

  get baudRate(): number {
    return this.#baudRate;
  }

  async open(events: ChannelEvents): Promise<void> {
    const Port = await this.#load();
    const port = new Port(portOptions(this.#options));
    await settled((done) => port.open(done));
    this.#port = port;
    this.#baudRate = this.#options.baudRate;
    this.#lines = configuredLines(this.#options);
    await this.#raiseConfiguredLines();
    if (port.port !== undefined) seeHangUp(port.port);
    this.#listen(port, events);
  }

  /** Only where the site names them: a pty has none and refuses. */
  async #raiseConfiguredLines(): Promise<void> {
    const { dtr, rts } = this.#options;
    if (dtr === undefined && rts === undefined) return;
    try {
      await this.setModemLines({});
    } catch (error) {
      await this.close();
      this.#port = undefined;
      throw error;
    }
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
    return this.#onPort((port, done) => port.write(bytes, done));
  }

  /** Waits until the last bit of what was written is on the wire (tcdrain), then changes the rate (tcsetattr). */
  async setBaudRate(baudRate: number): Promise<void> {
    await this.#onPort((port, done) => port.drain(done));
    await this.#onPort((port, done) => port.update({ baudRate }, done));
    this.#baudRate = baudRate;
  }

  async setModemLines(lines: ModemLines): Promise<void> {
    this.#lines = { ...this.#lines, ...lines };
    await this.#onPort((port, done) => port.set({ ...this.#lines, brk: false }, done));
  }

  async sendBreak(durationMs: number): Promise<void> {
    await this.#onPort((port, done) => port.drain(done));
    await this.#onPort((port, done) => port.set({ ...this.#lines, brk: true }, done));
    await new Promise((resolve) => setTimeout(resolve, durationMs));
    await this.#onPort((port, done) => port.set({ ...this.#lines, brk: false }, done));
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

  #onPort(act: (port: SerialPort, done: Done) => unknown): Promise<void> {
    const port = this.#port;
    if (port === undefined) return Promise.reject(new Error('not open'));
    return settled((done) => act(port, done));
  }
}

type Done = (error: Error | null | undefined) => void;

function settled(act: (done: Done) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    act((error) => {
      if (error == null) resolve();
      else reject(error);
    });
  });
}

/** Both are up on an open tty unless somebody lets them down. */
function configuredLines({ dtr = true, rts = true }: SerialForm): Required<ModemLines> {
  return { dtr, rts };
}

function portOptions({ path, baudRate, ...form }: SerialChannelOptions): PortOptions {
  const { dataBits = 8, parity = 'none', stopBits = 1, flowControl = 'none' } = form;
  return {
    ...{ path, baudRate, dataBits, parity, stopBits },
    // RTS/CTS is wired on few console cables; XON and XOFF occur in XMODEM blocks.
    rtscts: flowControl === 'rtscts',
    xon: flowControl === 'xonxoff',
    xoff: flowControl === 'xonxoff',
    // A second program on the line would steal half of the answers.
    lock: true,
    // Dropping DTR on close logs out, or resets, some devices.
    hupcl: false,
    autoOpen: false,
  };
}
