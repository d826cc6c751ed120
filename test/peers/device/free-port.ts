import { createServer } from 'node:net';

/**
 * Ports for consoles that come and go. They lie below the range from which the kernel takes source ports (32768 on
 * Linux, ip_local_port_range): a client that keeps trying a closed loopback port inside that range may in the end
 * connect to itself, and would then hold the port against the device.
 */
const FIRST_PORT = 20_000;
const PORTS = 12_000;

/** Where this process looks next; processes start at different places. */
let candidate = (process.pid * 16) % PORTS;

/**
 * Finds a TCP port of 127.0.0.1 that is free now.
 *
 * @returns a port number from 20000 to 31999
 * @throws Error when all of them are taken
 */
export async function freeConsolePort(): Promise<number> {
  for (let tried = 0; tried < PORTS; tried += 1) {
    candidate = (candidate + 1) % PORTS;
    const port = FIRST_PORT + candidate;
    if (await isFree(port)) return port;
  }
  throw new Error(`no free TCP port from ${String(FIRST_PORT)} to ${String(FIRST_PORT + PORTS - 1)}`);
}

/** Listens once to see whether the port is free. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
