/**
 * A real OpenSSH server on loopback with keys and a configuration of its own. Where the test runs as root, it has a mount
 * namespace in which root has a password that only it knows, so that password logins can be tried too.
 */
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ended, freePort, listening } from './ser2net.js';

const run = promisify(execFile);

export const PASSWORD = 'correct horse';
export const PASSPHRASE = 'open sesame';

export interface SshdOptions {
  /** Lines of its configuration beside those that every one has. */
  readonly config?: readonly string[];
  readonly port?: number;
}

export interface Sshd {
  readonly port: number;
  stop(): Promise<void>;
}

export class SshdFolder {
  readonly folder: string;
  readonly username = userInfo().username;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes a user's key, with a passphrase, that every server here lets in. */
  static async make(): Promise<SshdFolder> {
    const made = new SshdFolder(await mkdtemp(join(tmpdir(), 'sshd-')));
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', PASSPHRASE, '-f', join(made.folder, 'user')]);
    await made.#password();
    // sshd wants it, also where it needs it not.
    if (made.isRoot) await mkdir('/run/sshd', { recursive: true });
    return made;
  }

  get isRoot(): boolean {
    return process.getuid?.() === 0;
  }

  privateKey(): Promise<string> {
    return readFile(join(this.folder, 'user'), 'utf8');
  }

  async newHostKey(): Promise<void> {
    const file = join(this.folder, 'host');
    await rm(file, { force: true });
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  }

  async start({ config = [], port }: SshdOptions = {}): Promise<Sshd> {
    const at = port ?? (await freePort());
    const file = join(this.folder, `sshd-${String(at)}`);
    await writeFile(file, [...this.#config(at), ...config, ''].join('\n'));
    const sshd = this.#spawn(['-D', '-e', '-f', file]);
    await listening(at, sshd);
    return { port: at, stop: () => ended(sshd) };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  #config(port: number): readonly string[] {
    return [
      `Port ${String(port)}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${join(this.folder, 'host')}`,
      `AuthorizedKeysFile ${join(this.folder, 'user.pub')}`,
      `PidFile ${join(this.folder, 'pid')}`,
      'StrictModes no',
      'PermitRootLogin yes',
      'PrintMotd no',
      'PrintLastLog no',
    ];
  }

  #spawn(args: readonly string[]): ChildProcess {
    const sshd = '/usr/sbin/sshd';
    if (!this.isRoot) return spawn(sshd, args, { stdio: 'ignore' });
    const mounts = ['shadow', 'pam'].map((name) => `mount --bind ${join(this.folder, name)} ${PLACES[name] ?? ''}`);
    const script = `${mounts.join(' && ')} && exec "$0" "$@"`;
    return spawn('unshare', ['-m', 'sh', '-c', script, sshd, ...args], { stdio: 'ignore' });
  }

  async #password(): Promise<void> {
    const { stdout } = await run('openssl', ['passwd', '-6', PASSWORD]);
    const shadow = [`${this.username}:${stdout.trim()}:19000:0:99999:7:::`, 'sshd:!:19000::::::', ''];
    await writeFile(join(this.folder, 'shadow'), shadow.join('\n'), { mode: 0o600 });
    const pam = ['auth required pam_unix.so', 'account required pam_permit.so', 'session required pam_permit.so', ''];
    await writeFile(join(this.folder, 'pam'), pam.join('\n'));
  }
}

/** Where the namespace has them. */
const PLACES: Readonly<Record<string, string>> = { shadow: '/etc/shadow', pam: '/etc/pam.d/sshd' };
