/**
 * Steering a running lab from another process: JSON lines over a Unix socket that only its owner may open.
 *
 *   {"id":1,"device":"r1","do":"power","on":false}   {"id":1,"ok":true}
 *   {"id":2,"device":"r1","do":"log","text":"%SYS-3-CPUHOG: …","times":3,"everyMs":500}
 *   {"id":3,"device":"r1","do":"fault","fault":{"id":"bit-flip"}}   {"id":4,"device":"r1","do":"clearFaults"}
 *   {"id":5,"do":"list"}                             {"id":5,"ok":true,"devices":[…]}
 *   {"id":6,"do":"stop"}                             ends the lab
 */
import { chmod, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fail } from '../core/errors/index.js';
import type { WrittenFault } from './faults/fault.js';
import type { Lab, LabPortInfo } from './lab.js';

export type ControlRequest = { readonly id?: number } & (
  | { readonly do: 'power'; readonly device: string; readonly on: boolean }
  /** `everyMs`: wall-clock ms between the lines; the answer comes after the last. */
  | {
      readonly do: 'log';
      readonly device: string;
      readonly text: string;
      readonly times?: number;
      readonly everyMs?: number;
    }
  | { readonly do: 'fault'; readonly device: string; readonly fault: WrittenFault }
  | { readonly do: 'clearFaults'; readonly device: string }
  | { readonly do: 'list' }
  | { readonly do: 'stop' }
);

export interface ControlAnswer {
  readonly id?: number;
  readonly ok: boolean;
  readonly error?: string;
  readonly devices?: readonly LabPortInfo[];
}

export interface ControlServerOptions {
  readonly lab: Lab;
  readonly socketPath: string;
  onStop(): void;
}

export class ControlServer {
  readonly #options: ControlServerOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(options: ControlServerOptions) {
    this.#options = options;
  }

  /** Errors: LAB_CONTROL_FAILED. */
  async start(): Promise<void> {
    const { socketPath } = this.#options;
    const server = createServer((socket) => this.#serve(socket));
    try {
      await rm(socketPath, { force: true });
      server.listen(socketPath);
      await once(server, 'listening');
      await chmod(socketPath, 0o600);
    } catch (error) {
      throw fail('LAB_CONTROL_FAILED', { socket: socketPath, reason: (error as Error).message }, error);
    }
    this.#server = server;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server === undefined) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    createInterface({ input: socket }).on('line', (line) => {
      void this.#answer(line).then((answer) => socket.write(`${JSON.stringify(answer)}\n`));
    });
  }

  async #answer(line: string): Promise<ControlAnswer> {
    let id: number | undefined;
    try {
      const request = JSON.parse(line) as ControlRequest;
      id = request.id;
      return { ...(id === undefined ? {} : { id }), ok: true, ...(await this.#act(request)) };
    } catch (error) {
      return { ...(id === undefined ? {} : { id }), ok: false, error: (error as Error).message };
    }
  }

  async #act(request: ControlRequest): Promise<Pick<ControlAnswer, 'devices'>> {
    const { lab } = this.#options;
    switch (request.do) {
      case 'power':
        if (request.on) lab.device(request.device).powerOn();
        else await lab.device(request.device).powerOff();
        return {};
      case 'log':
        await emitLog(lab, request);
        return {};
      case 'fault':
        lab.device(request.device).arm(request.fault);
        return {};
      case 'clearFaults':
        lab.device(request.device).clearFaults();
        return {};
      case 'list':
        return { devices: lab.list() };
      case 'stop':
        setImmediate(() => this.#options.onStop());
        return {};
    }
  }
}

async function emitLog(lab: Lab, request: Extract<ControlRequest, { readonly do: 'log' }>): Promise<void> {
  const { times = 1, everyMs = 0 } = request;
  for (let sent = 0; sent < times; sent += 1) {
    if (sent > 0) await new Promise((resolve) => setTimeout(resolve, everyMs));
    lab.device(request.device).log(request.text);
  }
}
