/** Events and decisions in dated segments: the history, and the outbox of the bus. */
import type { Decision } from '../decision.js';
import type { Event } from '../event.js';

export interface StoredEvent {
  /** Rises by order of arrival on this node, across segments. */
  readonly seq: number;
  readonly event: Event;
}

export interface EventFilter {
  readonly id?: string;
  readonly type?: string;
  readonly portId?: string;
  readonly sinceMs?: number;
  readonly limit: number;
}

export interface EventStore {
  /** Resolves after the commit. The same id again gives the old seq and `isNew: false`. */
  append(event: Event): Promise<{ readonly seq: number; readonly isNew: boolean }>;
  appendDecision(decision: Decision): Promise<void>;
  /** In order of seq, after `seq`. */
  readAfter(seq: number, limit: number): Promise<readonly StoredEvent[]>;
  /** Newest first. */
  list(filter: EventFilter): Promise<readonly StoredEvent[]>;
  decisions(filter: {
    readonly rule?: string;
    readonly eventId?: string;
    readonly limit: number;
  }): Promise<readonly Decision[]>;
}
