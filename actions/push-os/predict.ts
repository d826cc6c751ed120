/** How long a transfer is said to take, before it begins. */
import type { StepContext } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import type { ImageRecord } from '../../core/image.js';
import { inBandSeconds } from '../../core/transfer-estimate.js';
import { isInBand } from './attempts.js';
import type { PlannedAttempt } from './attempts.js';

/**
 * In-band from the line's speed, over the network from the last transfer by this method to this port; undefined where neither is
 * known.
 */
export async function predictedSeconds(
  { port: { console, settings }, lastRate }: Pick<StepContext, 'port' | 'lastRate'>,
  driver: Driver,
  { sizeBytes }: Pick<ImageRecord, 'sizeBytes'>,
  { method, blockSize }: Pick<PlannedAttempt, 'method' | 'blockSize'>,
): Promise<number | undefined> {
  if (!isInBand(method)) {
    const rate = await lastRate(method);
    return rate === undefined || rate === 0 ? undefined : sizeBytes / rate;
  }
  const ownRate = console !== undefined && 'baudRate' in console ? console.baudRate : undefined;
  const baudRate = (driver.lineSpeed === undefined ? undefined : settings.xmodemBaudRate) ?? ownRate;
  if (baudRate === undefined || blockSize === undefined) return undefined;
  const procedure = driver.transfers[method];
  const turnaroundMs = procedure?.direction === 'inBand' ? procedure.turnaroundMs : undefined;
  return inBandSeconds(sizeBytes, blockSize, baudRate, turnaroundMs);
}
