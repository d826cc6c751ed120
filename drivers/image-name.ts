/** What a vendor's file name tells about the image. */
import type { Driver } from '../core/driver.js';
import { fillGroups } from './read-facts.js';

export interface ImageIdentity {
  readonly platform?: string;
  readonly version?: string;
}

/** Platform and version by the first row of the driver that fits; empty where none does. */
export function identifyImage(driver: Driver, fileName: string): ImageIdentity {
  for (const row of driver.imageNames) {
    const match = new RegExp(row.pattern).exec(fileName);
    if (match === null) continue;
    return {
      ...(row.platform === undefined ? {} : { platform: fillGroups(row.platform, match) }),
      ...(row.version === undefined ? {} : { version: fillGroups(row.version, match) }),
    };
  }
  return {};
}

/** The bare file name of what a device calls its boot image: `flash:/c1700-y-mz.bin` → `c1700-y-mz.bin`. */
export function baseName(deviceFile: string): string {
  return deviceFile.replace(/^.*[:/]/, '');
}
