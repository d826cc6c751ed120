/**
 * How the speed of a device's console is changed for an in-band transfer and brought back, as data (vendors §3.4).
 * Slots that its exchanges may use besides the action's own: `baudRate` (the speed that is asked for) and `baudCode`
 * (what the device calls it, from `codes`).
 */
import type { Exchange } from './dialog-table.js';

/** One way to change it. */
export interface SpeedChange {
  /** Said at the present speed before the command itself. */
  readonly lead: readonly Exchange[];
  /**
   * The command. It ends with its `ready` text, or falls silent because what comes next is said at the new speed. One
   * that ends at a prompt says that the device stayed as it was; that is looked after all the same.
   */
  readonly change: Exchange;
  /** Typed at the new speed until a prompt answers, and at others if none does: a RETURN, where it is no answer to anything. */
  readonly hail: string;
  /** The device resets to make the change: it is listened to, and hailed only where it stays silent. */
  readonly boots?: true;
  /** Said afterwards, whatever speed the device is at. */
  readonly trail: readonly Exchange[];
}

export interface LineSpeed {
  /** The prompt at which it works, as a pattern. Absent: at every prompt of its table. */
  readonly at?: string;
  /** What the device offers, bit/s. */
  readonly baudRates: readonly number[];
  /** Names that the device has for its rates, where a number is not enough. */
  readonly codes?: Readonly<Record<number, string>>;
  readonly raise: SpeedChange;
  /** Ways back, tried in this order until the old speed is proved. */
  readonly restore: readonly SpeedChange[];
  /** The device keeps a raised speed over a reset: it must never be left there. */
  readonly lasting: boolean;
}
