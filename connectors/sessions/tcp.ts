/** A console behind a raw TCP port, as ser2net, terminal servers in raw mode and QEMU give it. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { ByteChannel, ChannelEvents } from './byte-channel.js';

export interface TcpChannelOptions {
  readonly host: string;
  readonly port: number;
}

/** A console server in the same network answers in ms; behind a satellite link in seconds. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Finds a dead console server although a console may say nothing for days. */
const KEEPALIVE_MS = 30_000;

export class TcpChannel implements ByteChannel {
  readonly #options: TcpChannelOptions;
  #socket: Socket | undefined;

  constructor(options: TcpChannelOptions) {
    this.#options = options;
  }

  get target(): string {
    return `${this.#options.host}:${this.#options.port}`;
  }

  open(events: ChannelEvents): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#options);
      this.#socket = socket;
      let reason = 'closed by the far end';
      let opened = false;
      socket.setTimeout(CONNECT_TIMEOUT_MS, () => {
        socket.destroy(new Error(`no connection within ${CONNECT_TIMEOUT_MS / 1000} s`));
      });
      socket.on('connect', () => {
        opened = true;
        socket.setTimeout(0);
        // A key must not wait for the next one.
        socket.setNoDelay(true);
        socket.setKeepAlive(true, KEEPALIVE_MS);
        resolve();
      });
      socket.on('data', (bytes: Uint8Array) => {
        events.onBytes(bytes);
      });
      socket.on('error', (error) => {
        reason = error.message;
        if (!opened) reject(error);
      });
      socket.on('close', () => {
        if (this.#socket === socket) this.#socket = undefined;
        if (opened) events.onClosed(reason);
        else reject(new Error(reason));
      });
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = this.#socket;
      if (socket === undefined) {
        reject(new Error('not open'));
        return;
      }
      socket.write(bytes, (error) => {
        if (error == null) resolve();
        else reject(error);
      });
    });
  }

  close(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      socket.once('close', () => {
        resolve();
      });
      socket.destroy();
    });
  }
}
