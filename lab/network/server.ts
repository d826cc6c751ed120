/** A server of a simulated device on a loopback address. */
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { fail } from '../../core/errors/index.js';

export interface NetworkServer {
  /** `127.0.0.1:40123` */
  readonly address: string;
  close(): Promise<void>;
}

/** Port 0 takes a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Begins to listen; `hangUp` ends whoever is connected when it closes. Errors: LAB_CONSOLE_FAILED. */
export async function listening(
  server: Server,
  device: string,
  { host, port }: ListenAddress,
  hangUp: () => void,
): Promise<NetworkServer> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw fail('LAB_CONSOLE_FAILED', { device, reason: (error as Error).message }, error);
  }
  const bound = server.address() as AddressInfo;
  return {
    address: `${bound.address}:${String(bound.port)}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      hangUp();
      await closed;
    },
  };
}
