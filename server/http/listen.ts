/** Opens the API's listener; a refusal says what to do about it. */
import { fail } from '../../core/errors/index.js';
import { listenText } from '../site/listen-address.js';
import type { ListenAddress } from '../site/site.js';
import type { Api } from './api.js';

/** Ports below need a right of their own (Linux: net.ipv4.ip_unprivileged_port_start). */
const FIRST_FREE_PORT = 1024;

/** The address that it got; port 0 is resolved. Errors: LISTEN_REFUSED. */
export async function listenApi(app: Api, listen: ListenAddress): Promise<ListenAddress> {
  try {
    await app.listen({ host: listen.host, port: listen.port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const context = { what: 'the HTTP API', address: listenText(listen), reason: code, hint: listenHint(code, listen) };
    throw fail('LISTEN_REFUSED', context, error);
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? { host: listen.host, port: address.port } : listen;
}

/** Names the capability and the systemd line, or another port. */
export function listenHint(code: string, { port }: ListenAddress): string {
  switch (code) {
    case 'EACCES':
      return port < FIRST_FREE_PORT
        ? `Ports below ${String(FIRST_FREE_PORT)} need CAP_NET_BIND_SERVICE: AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit, or another port such as ${String(port + 8000)}.`
        : 'Check what the system lets this user bind.';
    case 'EADDRINUSE':
      return `Another program has port ${String(port)}: stop it, or set another port (0 takes a free one).`;
    case 'EADDRNOTAVAIL':
      return 'The address is none of this machine: use one that it has, or 0.0.0.0.';
    default:
      return 'Correct the listen address in portwright.json.';
  }
}
