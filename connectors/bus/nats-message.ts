/** An event as a NATS message: CloudEvents 1.0 structured mode, JSON (CloudEvents NATS protocol binding 1.0.2 §3.2). */
import type { StoredEvent } from '../../core/ports/event-store.js';
import type { Event } from '../../core/event.js';

export interface NatsMessage {
  readonly subject: string;
  /** JetStream's `Nats-Msg-Id`. CloudEvents makes source and id together the identity of an event. */
  readonly msgId: string;
  /** Place in the node's own history, kept in a header: tells after a break what a stream already has. */
  readonly seq: number;
  readonly node: string;
  readonly body: Uint8Array;
}

/** What the newest message of a subject says of itself. */
export interface StoredMark {
  readonly msgId: string;
  readonly seq: number;
  readonly node: string;
}

/** Longest subject that is sent: the server's default limit for a whole protocol line is 4096 bytes. */
const MAX_SUBJECT_BYTES = 2048;

/** Part of `max_payload` left to headers, which count towards it. */
const HEADER_BYTES = 4096;

export function messageId(event: Event): string {
  return `${event.source} ${event.id}`;
}

/**
 * The message of an event. An event too large for the server is sent without its data, which says how large it was;
 * undefined where even its name is too long to be sent.
 */
export function messageOf(
  { seq, event }: StoredEvent,
  subject: string,
  node: string,
  maxPayloadBytes: number,
): NatsMessage | undefined {
  const limit = maxPayloadBytes - HEADER_BYTES;
  const whole = bytesOf(event);
  const body = whole.length <= limit ? whole : bytesOf({ ...event, data: { omittedBytes: whole.length } });
  if (subject.length > MAX_SUBJECT_BYTES || body.length > limit) return undefined;
  return { subject, msgId: messageId(event), seq, node, body };
}

function bytesOf(event: Event): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(event));
}
