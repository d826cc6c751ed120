/** What every request must bring: a Host that is this node, no foreign Origin, and the token (ARCHITECTURE 14). */
import { hostname } from 'node:os';
import { isIP } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fail } from '../../core/errors/index.js';
import { carriesToken } from './token.js';

export interface GuardOptions {
  readonly token: string;
  /** Host that the listener is bound to. */
  readonly host: string;
}

const LOOPBACK: readonly string[] = ['127.0.0.1', '::1', 'localhost'];
const EVERY_INTERFACE: readonly string[] = ['0.0.0.0', '::'];

/**
 * A hook for every request, also those that lead nowhere.
 *
 * Names are compared, ports are not: a tunnel may end at another port, and what is to be kept out is a foreign name
 * that resolves to this node (DNS rebinding). An address says nothing about a name, so on a wildcard listener every
 * address is right.
 */
export function guard(options: GuardOptions): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return (request, reply) => {
    const { host, origin, authorization } = request.headers;
    if (host === undefined || !isOurName(nameOf(host), options.host)) {
      throw fail('HTTP_ORIGIN_REFUSED', { header: 'Host', value: host ?? '(none)' });
    }
    if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
      throw fail('HTTP_ORIGIN_REFUSED', { header: 'Origin', value: origin });
    }
    if (request.routeOptions.config.open !== true && !carriesToken(authorization, options.token)) {
      void reply.header('www-authenticate', 'Bearer');
      throw fail('HTTP_UNAUTHORIZED');
    }
    return Promise.resolve();
  };
}

/** `[::1]:7373` → `::1`. */
function nameOf(host: string): string {
  return (/^\[([^\]]*)\]/.exec(host)?.[1] ?? host.replace(/:\d*$/, '')).toLowerCase();
}

function isOurName(name: string, listenHost: string): boolean {
  if (EVERY_INTERFACE.includes(listenHost)) {
    return isIP(name) !== 0 || name === 'localhost' || name === hostname().toLowerCase();
  }
  return name === listenHost.toLowerCase() || (LOOPBACK.includes(listenHost) && LOOPBACK.includes(name));
}
