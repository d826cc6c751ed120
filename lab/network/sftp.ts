/** A device's own file server: OpenSSH's `sftp-server`, which others wrote. What is put there becomes a file of the device. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Session } from 'ssh2';
import type { SimulatedDevice } from '../device.js';

/** Where distributions put it. */
const PROGRAMS = ['/usr/lib/openssh/sftp-server', '/usr/libexec/openssh/sftp-server', '/usr/lib/ssh/sftp-server'];

/** Refuses the subsystem where the program is not there. */
export function serveFiles(session: Session, device: SimulatedDevice): void {
  const program = PROGRAMS.find((path) => existsSync(path));
  session.on('subsystem', (accept, reject, { name }) => {
    if (name !== 'sftp' || program === undefined) {
      reject();
      return;
    }
    const channel = accept();
    const server = spawn(program, ['-d', device.flash.incomingPath('')], { stdio: ['pipe', 'pipe', 'ignore'] });
    server.stdin.on('error', () => undefined);
    channel.pipe(server.stdin);
    server.stdout.pipe(channel);
    channel.on('close', () => server.kill());
    server.on('close', () => {
      device.flash.adoptLeftovers();
      channel.end();
    });
  });
}
