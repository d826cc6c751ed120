/** A small SSH server on loopback, on ssh2's own server side: its shell is what the test makes of it. */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2 from 'ssh2';
import type { AuthContext, Algorithms, Connection, ServerChannel } from 'ssh2';

export interface SshServer {
  readonly port: number;
  /** Logins that were tried, in order. */
  readonly tried: string[];
  readonly connections: Set<Connection>;
  stop(): Promise<void>;
}

export interface SshServerOptions {
  readonly hostKey?: string;
  readonly algorithms?: Algorithms;
  readonly port?: number;
  /** Whether this login is let in; else the ways that are offered; `asked`: it answers the attempt by itself. */
  readonly login: (attempt: AuthContext) => true | 'asked' | ('password' | 'publickey' | 'keyboard-interactive')[];
  readonly shell?: (shell: ServerChannel) => void;
}

/** A new host key, in PEM form. */
export function newHostKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
}

const HOST_KEY = newHostKey();

export async function startSshServer(options: SshServerOptions): Promise<SshServer> {
  const { hostKey = HOST_KEY, algorithms = {}, login, shell, port = 0 } = options;
  const tried: string[] = [];
  const connections = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [hostKey], algorithms }, (connection) => {
    connections.add(connection);
    connection.on('error', () => undefined);
    connection.on('close', () => connections.delete(connection));
    connection.on('authentication', (attempt) => {
      tried.push(attempt.method);
      const answer = login(attempt);
      if (answer === true) attempt.accept();
      else if (answer !== 'asked') attempt.reject(answer);
    });
    connection.on('session', (accept) => {
      const session = accept();
      session.on('pty', (acceptPty) => acceptPty());
      session.on('shell', (acceptShell) => shell?.(acceptShell()));
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    tried,
    connections,
    stop: async () => {
      for (const connection of connections) connection.end();
      server.close();
      await once(server, 'close');
    },
  };
}
