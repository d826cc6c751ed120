/** The faults that wait in a device. One that has a point sleeps until the device comes there. */
import { FAULTS } from './catalogue.js';
import type { FaultId } from './catalogue.js';
import type { Fault } from './fault.js';
import type { FaultPoint } from './fault-row.js';

/** Where the device is: what a `FaultPoint` is held against. */
export type Reached =
  | { readonly kind: 'command'; readonly line: string }
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'output'; readonly recent: string }
  | { readonly kind: 'state'; readonly state: string };

interface Armed {
  readonly fault: Fault;
  left: number;
  awake: boolean;
  told: boolean;
}

export class Faults {
  #armed: Armed[] = [];
  readonly #onStrike: (fault: Fault) => void;

  /** `onStrike` is told of each one that does its harm; of a lasting one once. */
  constructor(onStrike: (fault: Fault) => void) {
    this.#onStrike = onStrike;
  }

  arm(fault: Fault): void {
    this.#armed.push({ fault, left: fault.times ?? 1, awake: fault.at === undefined, told: false });
  }

  clear(): void {
    this.#armed = [];
  }

  /** Wakes what sleeps until here; returns those. */
  reach(reached: Reached): readonly Fault[] {
    const woken = this.#armed.filter((entry) => !entry.awake && entry.left > 0 && fits(entry.fault.at, reached));
    for (const entry of woken) entry.awake = true;
    return woken.map((entry) => entry.fault);
  }

  /** Uses a fault up once; a lasting condition stays. */
  take(id: FaultId): Fault | undefined {
    const found = this.#armed.find((entry) => entry.fault.id === id && entry.awake && entry.left > 0);
    if (found === undefined) return undefined;
    const { fault } = found;
    const lasts = FAULTS[id].lasts === true;
    if (!lasts) {
      found.left -= 1;
      // The next time it has to come to its point again.
      if (fault.at !== undefined) found.awake = false;
    }
    if (!lasts || !found.told) this.#onStrike(fault);
    found.told = true;
    return fault;
  }

  /** As `take`, for those who only want to know. */
  strikes(id: FaultId): boolean {
    return this.take(id) !== undefined;
  }
}

function fits(at: FaultPoint | undefined, reached: Reached): boolean {
  if (at === undefined) return false;
  switch (reached.kind) {
    case 'command':
      return 'command' in at && new RegExp(at.command).test(reached.line);
    case 'bytes':
      return 'bytes' in at && reached.bytes >= at.bytes;
    case 'output':
      return 'output' in at && reached.recent.includes(at.output);
    case 'state':
      return 'state' in at && new RegExp(`^(?:${at.state})$`).test(reached.state);
  }
}
