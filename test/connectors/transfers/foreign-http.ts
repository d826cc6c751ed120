/** Foreign HTTP servers that serve a folder, on a port of their own. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const HOST = '127.0.0.1';
const TRIES = 200;
const TRY_MS = 25;

export interface ForeignServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** nginx with sendfile and without logs, in one process; it takes files at `/put/`; its own go to `scratch`. */
export async function startNginx(folder: string, scratch: string): Promise<ForeignServer> {
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const config = `
    daemon off; master_process off; pid ${scratch}/nginx.pid; error_log ${scratch}/error.log;
    events { worker_connections 64; }
    http {
      access_log off; sendfile on; tcp_nopush on;
      ${temporary.map((name) => `${name}_temp_path ${scratch}/${name};`).join(' ')}
      server {
        listen ${HOST}:${port}; root ${folder};
        location /put/ { dav_methods PUT; create_full_put_path on; client_max_body_size 0; }
      }
    }`;
  const file = join(scratch, 'nginx.conf');
  await writeFile(file, config);
  return started('nginx', ['-e', join(scratch, 'error.log'), '-c', file], port);
}

/** Knows ranges. */
export async function startBusyboxHttpd(folder: string): Promise<ForeignServer> {
  const port = await freePort();
  return started('busybox', ['httpd', '-f', '-p', `${HOST}:${port}`, '-h', folder], port);
}

/** Answers every request with the whole file: it knows no ranges and no tags. */
export async function startPythonHttp(folder: string): Promise<ForeignServer> {
  const port = await freePort();
  return started('/usr/bin/python3', ['-m', 'http.server', '--bind', HOST, '--directory', folder, String(port)], port);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function started(command: string, args: readonly string[], port: number): Promise<ForeignServer> {
  const server = spawn(command, args, { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    if (server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };
  try {
    await listening(server, command, port);
    return { port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A server says nothing when it listens: it is asked. */
async function listening(server: ChildProcess, command: string, port: number): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (server.exitCode !== null) throw new Error(`${command} ended with ${String(server.exitCode)}`);
    if (await answers(port)) return;
    await new Promise((resolve) => setTimeout(resolve, TRY_MS));
  }
  throw new Error(`${command} does not listen`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
