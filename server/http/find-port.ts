/** PORT as users write it: a fleet-wide id, or a name where it is one port's alone (CONTRACT "ports.json"). */
import { fail } from '../../core/errors/index.js';
import type { ManagedPort } from '../../core/managed-port.js';
import type { Site } from '../site/site.js';

/** Errors: PORT_UNKNOWN, PORT_AMBIGUOUS (names the candidates). */
export function findPort(site: Pick<Site, 'ports'>, port: string): ManagedPort {
  const found = site.ports.filter(({ id, name }) => id === port || name === port);
  const [first] = found;
  if (first === undefined) throw fail('PORT_UNKNOWN', { port });
  if (found.length > 1) throw fail('PORT_AMBIGUOUS', { port, candidates: found.map(({ id }) => id).join(', ') });
  return first;
}
