/** The drivers there are, and the one a port has. */
import type { Driver } from '../core/driver.js';
import { fail } from '../core/errors/index.js';
import type { DeviceFacts } from '../core/facts.js';
import type { ManagedPort } from '../core/managed-port.js';
import { ciscoIos } from './cisco-ios/driver.js';
import { ciscoIosXe } from './cisco-iosxe/driver.js';
import { extremeExos } from './extreme-exos/driver.js';
import { linux } from './linux/driver.js';
import { native } from './native/driver.js';
import { factsOfOutput } from './recorded-output.js';
import { uBoot } from './u-boot/driver.js';

export { baseName, identifyImage } from './image-name.js';
export { readDrivers } from './site/read-drivers.js';
export { DRIVER_FILE_SCHEMA } from './site/schema.js';
export { readFacts } from './read-facts.js';
export { variantOf } from './variant.js';

export const DRIVERS: readonly Driver[] = [ciscoIos, ciscoIosXe, extremeExos, linux, uBoot, native];

/** The driver of a port, as its properties make it. `own`: the site's. Errors: DRIVER_UNKNOWN, DRIVER_PROPERTY. */
export function driverFor(
  port: Pick<ManagedPort, 'id' | 'driver' | 'properties'>,
  own: readonly Driver[] = [],
): Driver {
  const driver = driverNamed(port.driver, own);
  return driver.hooks?.specialise?.(driver, port) ?? driver;
}

/** Errors: DRIVER_UNKNOWN. */
export function driverNamed(id: string, own: readonly Driver[] = []): Driver {
  const driver = [...DRIVERS, ...own].find((candidate) => candidate.id === id);
  if (driver === undefined) throw fail('DRIVER_UNKNOWN', { driver: id });
  return driver;
}

/** The facts that a driver reads from one command's recorded output. Errors: DRIVER_UNKNOWN. */
export function parseFacts(driverId: string, command: string, text: string, own: readonly Driver[] = []): DeviceFacts {
  return factsOfOutput(driverNamed(driverId, own), command, text);
}
