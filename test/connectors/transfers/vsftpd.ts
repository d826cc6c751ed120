/** A vsftpd of the test's own: its folder, its port, its account. */
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const HOST = '127.0.0.1';
/** Needed by vsftpd, empty and not writable (vsftpd.conf(5), `secure_chroot_dir`). */
const EMPTY = '/var/run/vsftpd/empty';

export interface VsftpdOptions {
  /** PEM files. */
  readonly tls?: { readonly certificateFile: string; readonly keyFile: string };
}

export class Vsftpd {
  port = 0;
  readonly #folder: string;
  readonly #options: VsftpdOptions;
  #child: ChildProcess | undefined;

  /** `folder` is what anonymous users see; files in `folder/in` may be written. Wants root. */
  constructor(folder: string, options: VsftpdOptions = {}) {
    this.#folder = folder;
    this.#options = options;
  }

  async start(): Promise<void> {
    this.port = await freePort();
    const root = join(this.#folder, 'ftp');
    await mkdir(join(root, 'in'), { recursive: true });
    await mkdir(EMPTY, { recursive: true });
    // Anonymous users are `ftp`; the root itself must not be theirs to write.
    await promisify(execFile)('chown', ['ftp', join(root, 'in')]);
    await promisify(execFile)('chmod', ['755', this.#folder, root, join(root, 'in')]);
    const file = join(this.#folder, 'vsftpd.conf');
    await writeFile(file, `${this.#settings(root).join('\n')}\n`);
    this.#child = spawn('/usr/sbin/vsftpd', [file], { stdio: 'ignore' });
    await this.#listening();
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await ended;
  }

  #settings(root: string): readonly string[] {
    const { tls } = this.#options;
    return [
      ...['background=NO', 'listen=YES', `listen_address=${HOST}`, `listen_port=${this.port}`, 'seccomp_sandbox=NO'],
      ...['anonymous_enable=YES', 'no_anon_password=YES', `anon_root=${root}`, 'write_enable=YES'],
      ...['anon_upload_enable=YES', 'anon_other_write_enable=YES', 'anon_umask=022', 'port_enable=YES'],
      ...['connect_from_port_20=NO', 'ascii_download_enable=NO', 'ftp_username=ftp'],
      ...(tls === undefined
        ? []
        : [
            ...['ssl_enable=YES', 'allow_anon_ssl=YES', 'force_anon_data_ssl=YES', 'require_ssl_reuse=YES'],
            ...[`rsa_cert_file=${tls.certificateFile}`, `rsa_private_key_file=${tls.keyFile}`],
          ]),
    ];
  }

  /** Until it answers: it says nothing when it is ready. */
  async #listening(): Promise<void> {
    for (;;) {
      if (this.#child?.exitCode != null) throw new Error('vsftpd ended at its start');
      const socket = connect({ host: HOST, port: this.port });
      const [event] = await Promise.race([
        once(socket, 'connect').then(() => ['connect']),
        once(socket, 'error').then(() => ['error']),
      ]).catch(() => ['error']);
      socket.destroy();
      if (event === 'connect') return;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
