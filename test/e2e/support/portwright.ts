/** The command `portwright` as a process of its own, as a user starts it. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = join(import.meta.dirname, '../../../bin/portwright.mjs');
/** A node listens in well under a second; a machine that runs QEMU beside it may be slow. */
const START_LIMIT_MS = 30_000;

/** How a command of the command line ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts a command; its standard streams are pipes. */
function start(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

/**
 * Runs a command to its end.
 *
 * @param args - words after `portwright`
 * @param env - variables besides those of this process
 */
export async function portwright(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const child = start(args, env);
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, out, err };
}

/** A running `portwright serve`. */
export class ServeProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly log: string[] = [];
  #address = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = once(child, 'exit');
  }

  /** Resolves when the node listens. Throws with its log when it ends instead. */
  static async start(siteFolder: string, env: Readonly<Record<string, string>>): Promise<ServeProcess> {
    const serve = new ServeProcess(start(['serve', siteFolder], env));
    await serve.#listening();
    return serve;
  }

  /** Where its API is. */
  get address(): string {
    return this.#address;
  }

  /** Cuts it off in the middle of whatever it does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Asks it to stop; resolves with its exit code. */
  async terminate(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    await this.#exited;
    return this.#child.exitCode;
  }

  #listening(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        this.#child.kill('SIGKILL');
        reject(new Error(`portwright serve ${why}:\n${this.log.join('\n')}`));
      };
      const timer = setTimeout(() => {
        fail('does not listen');
      }, START_LIMIT_MS);
      for (const stream of [this.#child.stdout, this.#child.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on('line', (line) => {
          this.log.push(line);
          const address = /^node \S+ listens on (\S+)$/.exec(line)?.[1];
          if (address === undefined) return;
          clearTimeout(timer);
          this.#address = address;
          resolve();
        });
      }
      this.#child.once('exit', () => {
        clearTimeout(timer);
        fail('ended');
      });
    });
  }
}
