/** Variables that actions set and conditions read: `system` belongs to the node, `monitor` to one port. They survive a restart. */
export type ValueScope = 'system' | 'monitor';

export type Value = string | number | boolean;

export interface ValuePlace {
  readonly scope: ValueScope;
  /** The port whose action it is; a `system` variable is the same for all ports. */
  readonly portId: string;
  readonly name: string;
}

/** `by` is the id of the job that changes a variable: the same change again, after a crash, changes nothing. */
export interface Values {
  /** What conditions see, as of now. Without a port there are no `monitor` variables. */
  seenFrom(portId: string | undefined): Readonly<Record<ValueScope, Readonly<Record<string, Value>>>>;
  set(place: ValuePlace, value: Value, by: string): Promise<void>;
  /** Adds to a number; a variable that is not there counts as 0. Errors: VALUE_NOT_A_NUMBER. */
  add(place: ValuePlace, amount: number, by: string): Promise<void>;
  clear(place: ValuePlace): Promise<void>;
}
