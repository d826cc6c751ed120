/**
 * Between sources that anybody may flood and the history: a bounded queue, written in batches. Where it is full, what is
 * not critical goes first; every drop is counted by its source and told once a second.
 */
import type { Event } from '../../core/event.js';
import type { Clock } from '../../core/ports/clock.js';

export interface IntakeDeps {
  /** Takes one event in; resolves after the commit. */
  readonly accept: (event: Event) => Promise<unknown>;
  readonly clock: Clock;
  /** Told once a second while events are dropped: how many since the last time, by source. */
  readonly onDropped: (dropped: Readonly<Record<string, number>>) => void;
  /** An event that could not be written. */
  readonly onFailed: (event: Event, error: unknown) => void;
}

/** Events that wait at most. Some 20 MB; at 10,000 a second two seconds of a storm. */
export const QUEUE_MAX = 20_000;
/** A source with back-pressure stops reading here, and leaves the rest of the queue to those without. */
const CROWDED = QUEUE_MAX / 2;
/** Events given to the store at once: what one group commit takes. */
const IN_FLIGHT_MAX = 256;
const TELL_EVERY_MS = 1000;

interface Waiting {
  readonly source: string;
  readonly event: Event;
}

/** First in, first out; taking is cheap because the front only moves. */
class Line {
  #items: (Waiting | undefined)[] = [];
  #front = 0;

  get length(): number {
    return this.#items.length - this.#front;
  }

  push(item: Waiting): void {
    this.#items.push(item);
  }

  shift(): Waiting | undefined {
    const item = this.#items[this.#front];
    this.#items[this.#front] = undefined;
    this.#front += 1;
    if (this.#front > 1024 && this.#front * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#front);
      this.#front = 0;
    }
    return item;
  }
}

export class Intake {
  readonly #deps: IntakeDeps;
  readonly #critical = new Line();
  readonly #others = new Line();
  #dropped: Record<string, number> = {};
  #inFlight = 0;
  #cancelTell: (() => void) | undefined;
  readonly #roomier: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
  }

  /** Takes an event, or counts it as dropped. Critical ones push others out. */
  offer(source: string, event: Event, critical: boolean): void {
    if (this.#waiting < QUEUE_MAX) {
      (critical ? this.#critical : this.#others).push({ source, event });
    } else if (critical && this.#others.length > 0) {
      this.#drop(this.#others.shift()?.source ?? source);
      this.#critical.push({ source, event });
    } else {
      this.#drop(source);
    }
    this.#feed();
  }

  /** Resolves at once, or, where the queue is crowded, when it no longer is. */
  async room(): Promise<void> {
    while (this.#waiting >= CROWDED) await new Promise<void>((resolve) => this.#roomier.push(resolve));
  }

  /** Resolves when everything that was taken is written; drops that were not told are told. */
  async settled(): Promise<void> {
    while (this.#waiting + this.#inFlight > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#cancelTell?.();
    this.#tell();
  }

  get #waiting(): number {
    return this.#critical.length + this.#others.length;
  }

  #feed(): void {
    while (this.#inFlight < IN_FLIGHT_MAX) {
      const next = this.#critical.length > 0 ? this.#critical.shift() : this.#others.shift();
      if (next === undefined) break;
      this.#inFlight += 1;
      void this.#write(next.event);
    }
    if (this.#waiting < CROWDED) for (const wake of this.#roomier.splice(0)) wake();
  }

  async #write(event: Event): Promise<void> {
    try {
      await this.#deps.accept(event);
    } catch (error) {
      this.#deps.onFailed(event, error);
    }
    this.#inFlight -= 1;
    this.#feed();
    if (this.#waiting + this.#inFlight === 0) for (const wake of this.#idle.splice(0)) wake();
  }

  #drop(source: string): void {
    this.#dropped[source] = (this.#dropped[source] ?? 0) + 1;
    this.#cancelTell ??= this.#deps.clock.after(TELL_EVERY_MS, () => this.#tell());
  }

  #tell(): void {
    this.#cancelTell = undefined;
    if (Object.keys(this.#dropped).length === 0) return;
    this.#deps.onDropped(this.#dropped);
    this.#dropped = {};
  }
}
