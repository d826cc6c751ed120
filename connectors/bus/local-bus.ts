/** Fan-out of events inside the process: to the event stream of the API, and as the bell for carriers. */
import type { Event } from '../../core/event.js';
import type { Bus } from '../../core/ports/bus.js';
import type { Log } from '../../core/ports/log.js';

type Listener = (seq: number, event: Event) => void;

/** Listeners are told at once, in the order they came. One that throws is logged and stops no other. */
export class LocalBus implements Bus {
  readonly #log: Log;
  readonly #listeners = new Set<{ readonly listener: Listener }>();

  constructor({ log }: { readonly log: Log }) {
    this.#log = log;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#listeners.clear();
    return Promise.resolve();
  }

  publish(seq: number, event: Event): void {
    for (const { listener } of [...this.#listeners]) {
      try {
        listener(seq, event);
      } catch (error) {
        this.#log.error('a listener of the bus failed', { event: event.id, reason: String(error) });
      }
    }
  }

  subscribe(listener: Listener): () => void {
    const entry = { listener };
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }
}
