/** Fan-out of events. In-process always; NATS JetStream besides when configured. */
import type { Event } from '../event.js';

export interface Bus {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Tells local subscribers at once. Carriers read the event store themselves, from their cursor. */
  publish(seq: number, event: Event): void;
  subscribe(listener: (seq: number, event: Event) => void): () => void;
}
