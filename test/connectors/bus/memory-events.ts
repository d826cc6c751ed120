/** An EventStore in memory, and events to put into it. */
import type { Decision } from '../../../core/decision.js';
import { makeEvent } from '../../../core/event.js';
import type { Event } from '../../../core/event.js';
import type { JsonObject } from '../../../core/json.js';
import type { EventStore, StoredEvent } from '../../../core/ports/event-store.js';

export class MemoryEvents implements EventStore {
  readonly stored: StoredEvent[] = [];

  append(event: Event): Promise<{ readonly seq: number; readonly isNew: boolean }> {
    const known = this.stored.find((entry) => entry.event.id === event.id);
    if (known !== undefined) return Promise.resolve({ seq: known.seq, isNew: false });
    const seq = this.stored.length + 1;
    this.stored.push({ seq, event });
    return Promise.resolve({ seq, isNew: true });
  }

  readAfter(seq: number, limit: number): Promise<readonly StoredEvent[]> {
    return Promise.resolve(this.stored.filter((entry) => entry.seq > seq).slice(0, limit));
  }

  list(): Promise<readonly StoredEvent[]> {
    return Promise.resolve(this.stored);
  }

  appendDecision(): Promise<void> {
    return Promise.resolve();
  }

  decisions(): Promise<readonly Decision[]> {
    return Promise.resolve([]);
  }
}

/** 2026-01-01T00:00:00Z. */
const START_MS = 1_767_225_600_000;

export function anEvent(id: string, type = 'console.line', data: JsonObject = {}): Event {
  const port = { name: '1/1', id: 'aus-1:1/1' };
  return makeEvent({ id, node: 'aus-1', port, type, timeMs: START_MS, authenticated: true, data });
}
