/** What else than OS files a port's store keeps: configurations and diagnostics, each pull that differed (vendors §1.2). */
import { MAX_ARCHIVES } from './image.js';

export const CONFIG_TYPES = ['running-config', 'startup-config', 'tech'] as const;
export type ConfigType = (typeof CONFIG_TYPES)[number];

/** From new to old. */
export const CONFIG_VERSIONS: readonly string[] = [
  'current',
  'previous',
  ...Array.from({ length: MAX_ARCHIVES }, (_, index) => `archive ${String(index + 1)}`),
];

export interface ConfigRecord {
  readonly portId: string;
  readonly type: ConfigType;
  /** One of CONFIG_VERSIONS. */
  readonly version: string;
  readonly sizeBytes: number;
  /** Of the text as UTF-8, lower-case hex. */
  readonly sha256: string;
  readonly storedAtMs: number;
}
