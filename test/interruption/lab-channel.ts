/** The cable between a console and a simulated device: it can be pulled, and a process that dies lets go of it. */
import type { ByteChannel, ChannelEvents } from '../../connectors/sessions/byte-channel.js';
import type { SimulatedDevice } from '../../lab/device.js';

export class LabChannel implements ByteChannel {
  readonly target = 'lab';
  readonly #device: SimulatedDevice;
  #events: ChannelEvents | undefined;
  #plugged = true;
  #dead = false;

  constructor(device: SimulatedDevice) {
    this.#device = device;
    device.connect(
      (bytes) => void Promise.resolve().then(() => this.#events?.onBytes(bytes)),
      () => this.#drop('hung up'),
    );
  }

  open(events: ChannelEvents): Promise<void> {
    if (this.#dead) return new Promise(() => undefined);
    if (!this.#plugged) return Promise.reject(new Error('no such device'));
    this.#events = events;
    return Promise.resolve();
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#dead) return new Promise(() => undefined);
    if (this.#events === undefined) return Promise.reject(new Error('not open'));
    this.#device.feed(bytes);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#drop('closed');
    return Promise.resolve();
  }

  pull(): void {
    this.#plugged = false;
    this.#drop('pulled');
  }

  plug(): void {
    this.#plugged = true;
  }

  /** The process that had it is gone: nothing is heard or typed any more. */
  die(): void {
    this.#dead = true;
    this.#events = undefined;
  }

  #drop(reason: string): void {
    const events = this.#events;
    this.#events = undefined;
    events?.onClosed(reason);
  }
}
