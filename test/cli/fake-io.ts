/** The command line's surroundings in memory, and a node to talk to. */
import { once, EventEmitter } from 'node:events';
import type { ExitCode } from '../../cli/exit-code.js';
import type { Io } from '../../cli/io.js';
import { run } from '../../cli/run.js';
import { buildApi } from '../../server/http/api.js';
import { listenApi } from '../../server/http/listen.js';
import { fakeServices } from '../support/fake-services.js';
import type { FakeServices } from '../support/fake-services.js';
import { silentLog } from '../support/silent-log.js';

export const TOKEN = 'c'.repeat(64);

export class FakeIo implements Io {
  readonly env: Record<string, string | undefined>;
  readonly cwd: string;
  readonly home = undefined;
  stdout = '';
  stderr = '';
  readonly bars: (readonly [number, number])[] = [];
  readonly signals = new EventEmitter();
  /** Emit `keys` with bytes, or `end`. */
  readonly keyboard = new EventEmitter();
  /** Emits `out` and `sleep`, so that a test can await what a command did. */
  readonly happened = new EventEmitter();

  constructor(env: Record<string, string | undefined> = {}, cwd = '/nowhere') {
    this.env = env;
    this.cwd = cwd;
  }

  readonly progress = {
    update: (bytes: number, totalBytes: number) => void this.bars.push([bytes, totalBytes]),
    clear: () => undefined,
  };

  out(text: string): void {
    this.stdout += text;
    this.happened.emit('out', text);
  }

  err(text: string): void {
    this.stderr += text;
    this.happened.emit('err');
  }

  /** Resolves when standard error holds this text. */
  async saidOnErr(text: string): Promise<void> {
    while (!this.stderr.includes(text)) await once(this.happened, 'err');
  }

  outBytes(bytes: Uint8Array): void {
    this.out(new TextDecoder().decode(bytes));
  }

  keys(onKeys: (bytes: Uint8Array) => void, onEnd: () => void): () => void {
    this.keyboard.on('keys', onKeys);
    this.keyboard.on('end', onEnd);
    this.happened.emit('keyboard');
    return () => this.keyboard.removeAllListeners();
  }

  nowMs(): number {
    return Date.UTC(2026, 0, 1);
  }

  async sleep(): Promise<void> {
    this.happened.emit('sleep');
    await new Promise((resolve) => setImmediate(resolve));
  }

  onSignal(signal: string, act: () => void): () => void {
    this.signals.on(signal, act);
    return () => this.signals.off(signal, act);
  }

  /** Resolves when standard output holds this text. */
  async until(text: string): Promise<void> {
    while (!this.stdout.includes(text)) await once(this.happened, 'out');
  }
}

export interface TestNode {
  readonly services: FakeServices;
  readonly url: string;
  /** Runs a command against the node. */
  run(...words: string[]): Promise<{ readonly code: ExitCode; readonly io: FakeIo }>;
  /** Starts a command that goes on; `io` is there at once. */
  begin(...words: string[]): { readonly io: FakeIo; readonly code: Promise<ExitCode> };
  /** Ends the listener as a restart would, and opens it again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestNode(): Promise<TestNode> {
  const services = fakeServices();
  const open = () => buildApi(services, { token: TOKEN, host: '127.0.0.1', log: silentLog, version: '0.1.0' });
  let api = await open();
  const { port } = await listenApi(api, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${String(port)}`;
  const begin = (...words: string[]) => {
    const io = new FakeIo({ PORTWRIGHT_URL: url, PORTWRIGHT_TOKEN: TOKEN });
    return { io, code: run(words, io) };
  };
  return {
    services,
    url,
    begin,
    run: async (...words) => {
      const { io, code } = begin(...words);
      return { code: await code, io };
    },
    restart: async () => {
      await api.close();
      api = await open();
      await listenApi(api, { host: '127.0.0.1', port });
    },
    stop: () => api.close(),
  };
}
