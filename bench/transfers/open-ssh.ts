/** OpenSSH beside ours: its server with a key of the bench's own, and its sftp client. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { newEd25519Key } from '../../connectors/transfers/ed25519-key.js';

const SSHD = '/usr/sbin/sshd';
const HOST = '127.0.0.1';

export interface OpenSsh {
  readonly port: number;
  /** Logs in there, and is in the file `user_key` of the folder for OpenSSH's client. */
  readonly user: { readonly private: string; readonly public: string };
  stop(): Promise<void>;
}

export async function startOpenSsh(folder: string): Promise<OpenSsh> {
  const [host, user] = [newEd25519Key(), newEd25519Key()];
  const port = await freePort();
  if (process.getuid?.() === 0 && !existsSync('/run/sshd')) await mkdir('/run/sshd');
  await writeFile(join(folder, 'host_key'), host.private, { mode: 0o600 });
  await writeFile(join(folder, 'user_key'), user.private, { mode: 0o600 });
  await writeFile(join(folder, 'user_key.pub'), `${user.public}\n`);
  const lines = [
    ...[`Port ${String(port)}`, `ListenAddress ${HOST}`, `HostKey ${join(folder, 'host_key')}`],
    ...[`AuthorizedKeysFile ${join(folder, 'user_key.pub')}`, 'StrictModes no', 'UsePAM no'],
    ...['Subsystem sftp internal-sftp', `PidFile ${join(folder, 'pid')}`, ''],
  ];
  await writeFile(join(folder, 'sshd_config'), lines.join('\n'));
  const child = spawn(SSHD, ['-D', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' });
  await answering(child, port);
  return {
    ...{ port, user },
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** Runs one line of OpenSSH's sftp; resolves when it has ended well. */
export async function sftp(folder: string, port: number, username: string, line: string): Promise<void> {
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
  const args = [
    ...options.flatMap((option) => ['-o', option]),
    ...['-i', join(folder, 'user_key'), '-P', String(port), '-b', '-', `${username}@${HOST}`],
  ];
  const child = spawn('sftp', args, { stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  child.stdin.end(`${line}\n`);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`sftp ended with ${String(code)}: ${said}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** sshd says nothing when it listens: its greeting does. */
async function answering(child: ChildProcess, port: number): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect(port, HOST);
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once('data', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('sshd ended before it listened');
}
