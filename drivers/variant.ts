/** The variant of a driver that a device's facts ask for. Pure. */
import type { Driver } from '../core/driver.js';
import type { DeviceFacts } from '../core/facts.js';

/** The driver with the parts of the first variant that applies; the driver itself where none does. */
export function variantOf(driver: Driver, facts: DeviceFacts): Driver {
  const found = driver.variants?.find(({ when }) =>
    when.every(({ fact, pattern }) => new RegExp(pattern).test(facts[fact] ?? '')),
  );
  if (found === undefined) return driver;
  return { ...driver, ...found, id: driver.id };
}
