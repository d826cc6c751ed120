/** A monitor: something that is read from a port's device at an interval, and told as an event each time. */
import type { StepContext } from './action.js';
import type { JsonObject } from './json.js';
import type { PortFilter } from './port-filter.js';
import type { Pinger } from './ports/pinger.js';
import type { Value } from './ports/values.js';

/** What is read. */
export type Poll =
  /** The device's facts, by its driver. */
  | { readonly kind: 'facts' }
  /** One command that changes nothing; the named groups of the patterns are the values. RE2 syntax. */
  | { readonly kind: 'command'; readonly send: string; readonly patterns: readonly string[] }
  /** One interface of the device: what it was told to be, and its link. */
  | { readonly kind: 'interface'; readonly name: string }
  /** Whether its address answers; `host` is the port's `management.address` where the monitor names none. */
  | { readonly kind: 'ping'; readonly host?: string; readonly count: number };

export interface Monitor {
  readonly name: string;
  readonly everyMs: number;
  readonly ports: PortFilter;
  readonly poll: Poll;
}

export type Readings = Readonly<Record<string, Value>>;

/** What a port's monitor last found. Kept, so that the next one can say what has changed. */
export interface Reading extends JsonObject {
  readonly monitor: string;
  readonly kind: Poll['kind'];
  readonly atMs: number;
  readonly values: Record<string, Value>;
  /** Polls in a row that failed since; 0 where the last one succeeded. */
  readonly failures: number;
  /** Why the last one failed; empty where it did not. */
  readonly code: string;
}

/** What a poll may use. */
export interface PollContext extends Pick<
  StepContext,
  'port' | 'driver' | 'clock' | 'signal' | 'dialog' | 'credentials' | 'rememberFacts'
> {
  readonly pinger: Pinger;
}
