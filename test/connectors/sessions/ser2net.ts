/** A real ser2net with one Telnet port onto a serial line: a pty that socat made, whose other end the test holds, or one that is there. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface ConsoleServer {
  readonly port: number;
  stop(): Promise<void>;
}

export interface Ser2net extends ConsoleServer {
  /** The device's end of the serial line. */
  readonly device: FileHandle;
  /** ser2net's end: its settings can be read there. */
  readonly line: string;
}

/** `accepter`: as ser2net's configuration has it, `telnet(rfc2217)`. */
export async function startSer2net(accepter: string): Promise<Ser2net> {
  const folder = await mkdtemp(join(tmpdir(), 'ser2net-line-'));
  const [line, far] = [join(folder, 'line'), join(folder, 'far')];
  const ends = [`pty,raw,echo=0,link=${line}`, `pty,raw,echo=0,link=${far}`];
  const socat = spawn('socat', ['-d', '-d', ...ends], { stdio: ['ignore', 'ignore', 'pipe'] });
  for await (const said of createInterface({ input: socat.stderr })) if (said.includes('starting data')) break;
  const server = await serveLine(accepter, line);
  const device = await open(far, 'r+');
  return {
    port: server.port,
    device,
    line,
    stop: async () => {
      await server.stop();
      await ended(socat);
      await device.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** ser2net in front of a line that is there. */
export async function serveLine(accepter: string, line: string): Promise<ConsoleServer> {
  const folder = await mkdtemp(join(tmpdir(), 'ser2net-'));
  const port = await freePort();
  const config = join(folder, 'ser2net.yaml');
  await writeFile(
    config,
    `connection: &one\n  accepter: ${accepter},tcp,127.0.0.1,${String(port)}\n  connector: serialdev,${line},9600n81,local\n`,
  );
  const ser2net = spawn('ser2net', ['-n', '-d', '-c', config], { stdio: 'ignore', env: withServers() });
  await listening(port, ser2net);
  return {
    port,
    stop: async () => {
      await ended(ser2net);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const withServers = (): NodeJS.ProcessEnv => ({ ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` });

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when the program takes connections; rejects when it ended instead. */
export async function listening(port: number, program: ChildProcess): Promise<void> {
  for (;;) {
    if (program.exitCode !== null) throw new Error(`ended with ${String(program.exitCode)}`);
    const socket = connect(port, '127.0.0.1');
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (connected) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function ended(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const exit = once(program, 'exit');
  program.kill();
  await exit;
}
