/** How a device proves what it stored. */
import type { Exchange } from './dialog-table.js';

/** Proof by the device's own hash, compared with the store's. */
export interface HashProcedure {
  readonly algorithm: 'sha256' | 'md5' | 'crc32';
  /** Captures `hash`. */
  readonly exchange: Exchange;
}

/** A device without a hash command, which checks images itself: its answer must show the `success` of the exchange. */
export interface ShownProcedure {
  readonly algorithm: 'shown';
  readonly exchange: Exchange & { readonly success: string };
  /** Where units show it one by one: `unit` finds their names (group 1), `shown` must match for each, with the slot `unit`. */
  readonly eachUnit?: { readonly unit: string; readonly shown: string };
}

/** How the staged file is proved on the device. */
export type VerifyProcedure = HashProcedure | ShownProcedure;
