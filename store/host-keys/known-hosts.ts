/**
 * `dataDir/known_hosts`, in OpenSSH's form (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"), so that its tools work on it:
 * `ssh-keygen -R '[10.0.0.5]:2022' -f data/known_hosts` forgets a key, `ssh-keyscan` can fill it beforehand.
 * Read at each use: a change needs no restart. Not done: hashed names, patterns, markers; such lines are passed over.
 */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail, reasonOf } from '../../core/errors/index.js';
import type { HostKeys } from '../../core/ports/host-keys.js';

const SSH_PORT = 22;

export class KnownHosts implements HostKeys {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  async of(host: string, port: number): Promise<readonly string[]> {
    const name = nameOf(host, port);
    const lines = (await this.#read()).split(/\r?\n/);
    return lines.flatMap((line) => {
      const [names = '', type, key] = line.trim().split(/[ \t]+/);
      if (type === undefined || key === undefined || !names.split(',').includes(name)) return [];
      return [`${type} ${key}`];
    });
  }

  async pin(host: string, port: number, key: string): Promise<void> {
    try {
      const before = await this.#read();
      await mkdir(dirname(this.#file), { recursive: true });
      const separator = before === '' || before.endsWith('\n') ? '' : '\n';
      await appendFile(this.#file, `${separator}${nameOf(host, port)} ${key}\n`, { mode: 0o600 });
    } catch (error) {
      throw fail('STORE_FAILED', { reason: reasonOf(error) }, error);
    }
  }

  /** A file that is there and cannot be read must not look like one without keys. Errors: STORE_FAILED. */
  async #read(): Promise<string> {
    try {
      return await readFile(this.#file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw fail('STORE_FAILED', { reason: reasonOf(error) }, error);
    }
  }
}

function nameOf(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === SSH_PORT ? name : `[${name}]:${String(port)}`;
}
