/** What a vendor's file name tells about the image. */
import type { Driver } from '../core/driver.js';

export interface ImageIdentity {
  readonly platform?: string;
  readonly version?: string;
}

/** Platform and version by the first row of the driver that fits; empty where none does. */
export function identifyImage(driver: Driver, fileName: string): ImageIdentity {
  for (const row of driver.imageNames) {
    const match = new RegExp(row.pattern).exec(fileName);
    if (match === null) continue;
    const fill = (template: string): string =>
      template.replace(/\{(\d)\}/g, (_whole, n: string) => match[Number(n)] ?? '');
    return {
      ...(row.platform === undefined ? {} : { platform: fill(row.platform) }),
      ...(row.version === undefined ? {} : { version: fill(row.version) }),
    };
  }
  return {};
}

/** The bare file name of what a device calls its boot image: `flash:/c1700-y-mz.bin` → `c1700-y-mz.bin`. */
export function baseName(deviceFile: string): string {
  return deviceFile.replace(/^.*[:/]/, '');
}
