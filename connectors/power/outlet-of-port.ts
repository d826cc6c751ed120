/** The outlet that the site names for a port. */
import type { ManagedPort } from '../../core/managed-port.js';
import type { PowerOutlet } from '../../core/ports/power.js';
import { PowermanOutlet } from './powerman.js';

export function outletOfPort({ power }: Pick<ManagedPort, 'power'>): PowerOutlet | undefined {
  return power === undefined ? undefined : new PowermanOutlet(power);
}
