/** The demonstration's children: lab and node run beside it and write to logs of their own. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `dist/lab`, and the package two folders up. */
const LAB_FOLDER = fileURLToPath(new URL('..', import.meta.url));
const PORTWRIGHT = fileURLToPath(new URL('../../../bin/portwright.mjs', import.meta.url));
/** A node drains its jobs before it ends; after this long it is ended, ms. */
const STOP_WITHIN_MS = 5000;
const POLL_MS = 25;
/** Longest wait for a process to stand, ms: a cold disk. */
const READY_WITHIN_MS = 20_000;

export interface Started {
  readonly name: string;
  readonly child: ChildProcess;
  readonly log: string;
}

export class Processes {
  readonly #folder: string;
  readonly #started: Started[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  startLab(labFile: string): Started {
    return this.#start('lab', [join(LAB_FOLDER, 'main.js'), 'start', labFile, '--json']);
  }

  startNode(site: string): Started {
    return this.#start('node', [PORTWRIGHT, 'serve', site]);
  }

  /** Runs one command of the CLI against the node. Errors: the command's own words. */
  async portwright(args: readonly string[], url: string, token: string): Promise<string> {
    const env = { ...process.env, PORTWRIGHT_URL: url, PORTWRIGHT_TOKEN: token };
    const child = spawn(process.execPath, [PORTWRIGHT, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes: Buffer) => {
        output += bytes.toString();
      });
    }
    const [exitCode] = (await once(child, 'close')) as [number | null];
    if (exitCode !== 0) throw new Error(`portwright ${args.join(' ')}: exit ${String(exitCode)}\n${output}`);
    return output;
  }

  /** Resolves once `test` holds. Errors: the process's log where it ended or does not stand in time. */
  async ready(started: Started, test: () => Promise<boolean>): Promise<void> {
    const deadlineMs = performance.now() + READY_WITHIN_MS;
    while (!(await test())) {
      const ended = started.child.exitCode !== null || started.child.signalCode !== null;
      if (ended || performance.now() > deadlineMs) {
        throw new Error(`${started.name} does not stand:\n${readFileSync(started.log, 'utf8').slice(-4000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** The children go on when this process ends. Returns their process ids, newest first. */
  release(): readonly number[] {
    for (const { child } of this.#started) child.unref();
    return this.#started.flatMap(({ child }) => child.pid ?? []).reverse();
  }

  /** Newest first: the node lets go of the console before the lab takes it away. */
  async stop(): Promise<void> {
    for (const { child } of this.#started.splice(0).reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(kill);
    }
  }

  #start(name: string, args: readonly string[]): Started {
    const log = join(this.#folder, `${name}.log`);
    const file = openSync(log, 'a');
    // A group of its own: Ctrl-C reaches us alone, and we end the children in their order.
    const child = spawn(process.execPath, args, { stdio: ['ignore', file, file], detached: true });
    const started = { name, child, log };
    this.#started.push(started);
    return started;
  }
}
