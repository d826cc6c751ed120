/** EventStore over the store's thread. */
import type { Decision } from '../../core/decision.js';
import type { Event } from '../../core/event.js';
import type { Clock } from '../../core/ports/clock.js';
import type { EventFilter, EventStore, StoredEvent } from '../../core/ports/event-store.js';
import type { StoreClient } from '../worker/store-client.js';
import type { DecisionFilter } from './event-segment.js';

export interface SegmentEventStoreParts {
  readonly client: StoreClient;
  readonly clock: Clock;
  /** Told of every append, with about the bytes that it takes on disk; it waits for the promise, if there is one. */
  onWritten(bytes: number): Promise<void> | undefined;
}

/** Row, indexes and page overhead beside the JSON of an event or decision, bytes; measured on 200-byte console lines. */
const ROW_OVERHEAD_BYTES = 300;

/** Errors of every method: STORE_FAILED, STORE_CLOSED. */
export class SegmentEventStore implements EventStore {
  readonly #parts: SegmentEventStoreParts;

  constructor(parts: SegmentEventStoreParts) {
    this.#parts = parts;
  }

  async append(event: Event): Promise<{ readonly seq: number; readonly isNew: boolean }> {
    const { id, type, time, portid } = event;
    const json = JSON.stringify(event);
    await this.#parts.onWritten(json.length + ROW_OVERHEAD_BYTES);
    const row = { id, type, time, arrivedMs: this.#parts.clock.nowMs(), json };
    return this.#parts.client.call('events', 'append', portid === undefined ? row : { ...row, portId: portid });
  }

  async appendDecision(decision: Decision): Promise<void> {
    await this.#parts.onWritten(ROW_OVERHEAD_BYTES * 2);
    return this.#parts.client.call('events', 'appendDecision', decision);
  }

  readAfter(seq: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.#parts.client.call('events', 'readAfter', seq, limit);
  }

  list(filter: EventFilter): Promise<readonly StoredEvent[]> {
    return this.#parts.client.call('events', 'list', filter);
  }

  decisions(filter: DecisionFilter): Promise<readonly Decision[]> {
    return this.#parts.client.call('events', 'decisions', filter);
  }
}
