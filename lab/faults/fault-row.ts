/** A row of the catalogue. */
import type { DeviceGroup } from './device-groups.js';

/**
 * Where a fault wakes: a typed line, a byte of a transfer, a text of the device, or a state of its file. Lines and states
 * are regular expressions; `bootstrap` and `start` are states too.
 */
export type FaultPoint =
  { readonly command: string } | { readonly bytes: number } | { readonly output: string } | { readonly state: string };

export interface FaultRow {
  /** Devices that it can happen to. */
  readonly on: DeviceGroup;
  /** What happens: the sentence of docs/lab.md. */
  readonly what: string;
  /** A condition that stays until it is cleared; `times` does not count. */
  readonly lasts?: true;
  /** Where it strikes when nothing else is said; absent: at once, or when the device comes to what it spoils. */
  readonly at?: FaultPoint;
}
