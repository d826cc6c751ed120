/**
 * The system's `ping` (iputils): Node has no raw sockets, and a node should not need the
 * rights for them.
 */
import { spawn } from 'node:child_process';
import { fail } from '../../core/errors/index.js';
import type { Pinged, Pinger } from '../../core/ports/pinger.js';

/** Longest wait for one answer, s; pause between two, s. */
const WAIT_S = 2;
const PAUSE_S = 1;
/** A host is an address or a name: never an option, never more than one word. */
const HOST = /^[A-Za-z0-9][A-Za-z0-9.:_-]{0,252}$/;
const COUNTS = /(\d+) packets transmitted, (\d+) (?:packets )?received/;
/** `rtt min/avg/max/mdev = 0.026/0.042/0.051/0.011 ms`, `round-trip min/avg/max = 0.1/0.2/0.3 ms`. */
const MEAN = /min\/avg\/max[^=]*= [\d.]+\/([\d.]+)\//;

export class SystemPinger implements Pinger {
  readonly #program: string;

  constructor(program = 'ping') {
    this.#program = program;
  }

  async ping(
    host: string,
    { count, signal }: { readonly count: number; readonly signal: AbortSignal },
  ): Promise<Pinged> {
    if (!HOST.test(host)) throw fail('PING_FAILED', { host, reason: 'no host name and no address' });
    const args = ['-n', '-q', '-c', String(count), '-i', String(PAUSE_S), '-W', String(WAIT_S), host];
    const said = await this.#run(args, signal);
    const [, sent, received] = COUNTS.exec(said) ?? [];
    if (sent === undefined) throw fail('PING_FAILED', { host, reason: said.trim().split('\n')[0] ?? 'no answer' });
    const mean = MEAN.exec(said)?.[1];
    return { sent: Number(sent), received: Number(received), ...(mean === undefined ? {} : { rttMs: Number(mean) }) };
  }

  #run(args: readonly string[], signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.#program, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, LC_ALL: 'C' },
      });
      let said = '';
      const hear = (chunk: Buffer): void => void (said += chunk.toString());
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      const stop = (): void => {
        child.kill();
      };
      signal.addEventListener('abort', stop, { once: true });
      child.once('error', (error) => {
        reject(fail('PING_FAILED', { host: args.at(-1) ?? '', reason: error.message }, error));
      });
      child.once('close', () => {
        signal.removeEventListener('abort', stop);
        if (signal.aborted) reject(signal.reason as Error);
        else resolve(said);
      });
    });
  }
}
