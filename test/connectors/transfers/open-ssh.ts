/** OpenSSH's programs for tests: its clients with a password, its server with a key of the test's own. */
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { newEd25519Key } from '../../../connectors/transfers/ed25519-key.js';

export interface Ran {
  readonly code: unknown;
  readonly text: string;
}

/** Exit code and all output of a program that runs to its end; it may ask for a password once. */
export async function runSsh(command: string, args: readonly string[], cwd: string, password = ''): Promise<Ran> {
  const ask = join(cwd, 'ask-password');
  await writeFile(ask, '#!/bin/sh\necho "$TEST_PASSWORD"\n');
  await chmod(ask, 0o700);
  const env = { ...process.env, LC_ALL: 'C', SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: 'force', TEST_PASSWORD: password };
  return new Promise((resolve) => {
    const child = execFile(command, args, { cwd, env, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, text: `${stdout}${stderr}` });
    });
    child.stdin?.end();
  });
}

/** What every OpenSSH client needs to talk to a server of a test. */
export function clientOptions(port: number): readonly string[] {
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'BatchMode=no'];
  return [...options.flatMap((option) => ['-o', option]), '-P', String(port)];
}

export interface Sshd {
  readonly port: number;
  readonly username: string;
  /** Logs in there. */
  readonly privateKey: string;
  /** SHA-256 of the host key, as `ssh-keygen -l` prints it. */
  readonly hostKey: string;
  stop(): Promise<void>;
}

const SSHD = '/usr/sbin/sshd';

/** OpenSSH's server for the user who runs the tests, in `folder`. `subsystem`: what serves SFTP there. */
export async function startSshd(folder: string, lines: readonly string[] = []): Promise<Sshd> {
  const host = newEd25519Key();
  const user = newEd25519Key();
  const port = await freePort();
  // sshd of Debian wants its empty folder, which its service unit makes.
  if (process.getuid?.() === 0 && !existsSync('/run/sshd')) await mkdir('/run/sshd');
  await writeFile(join(folder, 'host_key'), host.private, { mode: 0o600 });
  await writeFile(join(folder, 'authorized_keys'), `${user.public}\n`);
  const config = [
    `Port ${String(port)}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host_key')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'Subsystem sftp internal-sftp',
    `PidFile ${join(folder, 'sshd.pid')}`,
    ...lines,
  ];
  await writeFile(join(folder, 'sshd_config'), `${config.join('\n')}\n`);
  const child = spawn(SSHD, ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  await answering(child, port, () => said);
  return {
    port,
    username: userInfo().username,
    privateKey: user.private,
    hostKey: fingerprint(host.public),
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

function fingerprint(publicKey: string): string {
  const key = ssh2.utils.parseKey(publicKey);
  if (key instanceof Error) throw key;
  return fingerprintOf(key.getPublicSSH());
}

function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answering(child: ChildProcess, port: number, said: () => string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${said()}`);
    const socket = connect(port, '127.0.0.1');
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once('data', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isThere) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
