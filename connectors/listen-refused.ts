/** Why a listener may not bind, in words that name the way out. */
import { fail } from '../core/errors/index.js';
import type { PortwrightError } from '../core/errors/index.js';

/** Linux gives ports below this to root and to CAP_NET_BIND_SERVICE alone (capabilities(7)). */
const FIRST_UNPRIVILEGED_PORT = 1024;

/**
 * LISTEN_REFUSED for an error of `bind` or `listen`. `setting` is the key in portwright.json (`servers.tftp.listen`),
 * `otherPort` the port to use instead.
 */
export function listenRefused(
  what: string,
  setting: string,
  address: { readonly host: string; readonly port: number },
  otherPort: number,
  cause: NodeJS.ErrnoException,
): PortwrightError {
  const context = {
    what,
    address: `${address.host}:${address.port}`,
    reason: cause.code ?? cause.message,
    hint: hintFor(cause.code, address.port, setting, `set ${setting} to "${address.host}:${otherPort}"`),
  };
  return fail('LISTEN_REFUSED', context, cause);
}

function hintFor(code: string | undefined, port: number, setting: string, instead: string): string {
  if (code === 'EACCES' || (code === 'EPERM' && port < FIRST_UNPRIVILEGED_PORT)) {
    return (
      `Give the node CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE; ` +
      `by hand: setcap cap_net_bind_service=+ep on the node binary), or ${instead}.`
    );
  }
  if (code === 'EADDRINUSE') return `Another program listens there: stop it, or ${instead}.`;
  if (code === 'EADDRNOTAVAIL') return `No interface of this machine has that address: correct ${setting}.`;
  return `Correct the address, or ${instead}.`;
}
