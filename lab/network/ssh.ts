/** A device's SSH server: shells and single commands, as its operating system would give them. */
import { createServer } from 'node:net';
import ssh2 from 'ssh2';
import type { AuthContext, Connection, ServerChannel, Session } from 'ssh2';
import { fail } from '../../core/errors/index.js';
import type { SimulatedDevice } from '../device.js';
import type { DeviceLogin } from '../machine.js';
import { hostKey } from './host-key.js';
import { listening } from './server.js';
import type { ListenAddress, NetworkServer } from './server.js';
import { serveFiles } from './sftp.js';

const PASSWORD_PROMPT = 'Password: ';

export interface SshServerOptions {
  readonly device: SimulatedDevice;
  readonly login: DeviceLogin;
  readonly listen: ListenAddress;
  /** It has a file server too: OpenSSH's, which keeps nobody in a folder, so that only tests have it. */
  readonly files: boolean;
}

/** Errors: LAB_CONSOLE_FAILED. */
export async function openSshServer({ device, login, listen, files }: SshServerOptions): Promise<NetworkServer> {
  const network = device.network;
  if (network === undefined) throw fail('LAB_CONSOLE_FAILED', { device: device.name, reason: 'it has no network' });
  const connections = new Set<Connection>();
  const ident = network.sshSoftware;
  const accept = (connection: Connection): void => {
    connections.add(connection);
    connection.on('error', () => undefined);
    connection.on('close', () => connections.delete(connection));
    connection.on('authentication', (context) => authenticate(context, login, device));
    connection.on('session', (session) => {
      const opened = session();
      serve(opened, device, network.exitStatus, connection);
      if (files) serveFiles(opened, device);
    });
  };
  // A key is made once and may be another after a boot, so each connection is served with the one of its moment.
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    new ssh2.Server({ hostKeys: [hostKey(device.folder)], ident }, accept).injectSocket(socket);
  });
  return listening(server, device.name, listen, () => {
    for (const connection of connections) connection.end();
  });
}

/** A device without a login takes everybody, as it does at its console. */
function authenticate(context: AuthContext, { username, password = '' }: DeviceLogin, device: SimulatedDevice): void {
  if (context.method !== 'none' && device.refusesLogin()) return decide(context, false);
  const isUser = username === undefined || context.username === username;
  if (username === undefined && password === '') context.accept();
  else if (context.method === 'password') decide(context, isUser && context.password === password);
  else if (context.method === 'keyboard-interactive') {
    context.prompt([{ prompt: PASSWORD_PROMPT, echo: false }], (answers) => {
      decide(context, isUser && answers[0] === password);
    });
  } else context.reject(['password', 'keyboard-interactive']);
}

function decide(context: AuthContext, isGood: boolean): void {
  if (isGood) context.accept();
  else context.reject(['password', 'keyboard-interactive']);
}

function serve(session: Session, device: SimulatedDevice, exitStatus: number, connection: Connection): void {
  session.on('pty', (accept) => accept());
  // Few clients want an answer to it; ssh2 gives none to those that do not.
  session.on('window-change', (accept: (() => void) | undefined) => accept?.());
  session.on('shell', (accept) => {
    void talk(accept(), device, undefined, connection);
  });
  session.on('exec', (accept, _reject, { command }) => {
    void talk(accept(), device, { command, exitStatus }, connection);
  });
}

/** The whole life of one channel. A device that nobody answers at hangs up. */
async function talk(
  channel: ServerChannel,
  device: SimulatedDevice,
  once: { readonly command: string; readonly exitStatus: number } | undefined,
  connection: Connection,
): Promise<void> {
  const session = device.openSession(
    (bytes) => {
      channel.write(bytes);
    },
    () => connection.end(),
  );
  if (session === undefined) {
    connection.end();
    return;
  }
  channel.on('data', (bytes: Buffer) => session.feed(bytes));
  channel.on('close', () => session.closed());
  const end = once === undefined ? await session.talk(false) : await session.runOnce(once.command);
  if (once !== undefined) channel.exit(once.exitStatus);
  channel.end();
  if (once === undefined || end?.kind === 'restart') connection.end();
  await device.closeSession(session, end);
}
