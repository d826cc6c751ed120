/** How a driver switches an interface of a device and clears its counters. The slot of its exchanges is `interface`. */
import type { Exchange } from './dialog-table.js';

export interface InterfaceProcedure {
  /** Whole names of one interface: a list, a range or `all` is none. */
  readonly names: string;
  readonly on: readonly Exchange[];
  readonly off: readonly Exchange[];
  /** Gets out of where a refused command leaves the line: configuration mode. */
  readonly leave: readonly Exchange[];
  /** What it was told to be, and what has become of its link. */
  readonly state: InterfaceReading;
  /** Absent: the OS has no such command. */
  readonly counters?: CounterProcedure;
}

/** Patterns over the whole answer, in which `{{interface}}` stands for its literal text. */
export interface InterfaceReading {
  readonly exchange: Exchange;
  readonly on: string;
  readonly off: string;
  /** It has a link, too. */
  readonly linkUp: string;
  /** First group: the device's own full name of it. Absent: it takes no short ones. */
  readonly fullName?: string;
}

/** Without a value for `interface` all are meant: what depends on it stands in `[[…]]`. */
export interface CounterProcedure {
  readonly clear: readonly Exchange[];
  readonly read: Exchange;
  /** A repeated line with what `proof` is about. */
  readonly line: string;
  /** `told`: each such line must have this form after clearing. `less`: the numbers in these lines, summed, are less than before, or 0. */
  readonly proof: { readonly kind: 'told'; readonly pattern: string } | { readonly kind: 'less' };
}
