/**
 * Ids as NATS subject tokens, and the subjects of CONTRACT "NATS".
 *
 * A subject is tokens between dots; a token may not be empty and may not hold blanks, `.`, `*`, `>` or control
 * characters (docs.nats.io, "Subject-based messaging"), and a key of a KV bucket is letters, digits and `- / _ = .`.
 * So that one encoding serves both:
 *
 * - letters, digits, `-`, `_` and `/` stand for themselves;
 * - every other character is its UTF-8 bytes, each as `=` and two upper-case hex digits: `aus-1:1/1` → `aus-1=3A1/1`;
 * - the empty text is `=` alone. Events that are about no port have it in the place of the port's id.
 *
 * Every text of Unicode characters has one encoding, and every encoding one text.
 */
import type { Event } from '../../core/event.js';

const PLAIN = /[A-Za-z0-9/_-]/;
const EMPTY = '=';

/** Subjects of the two streams. */
export const EVENT_SUBJECTS = 'pw.events.>';
export const JOB_SUBJECTS = 'pw.jobs.>';

export function encodeToken(text: string): string {
  if (text === '') return EMPTY;
  return Array.from(text, (character) => (PLAIN.test(character) ? character : escaped(character))).join('');
}

/** The text of a token, or undefined where it is no encoding of ours. */
export function decodeToken(token: string): string | undefined {
  if (token === EMPTY) return '';
  if (!/^(?:[A-Za-z0-9/_-]|=[0-9A-F]{2})+$/.test(token)) return undefined;
  const bytes = token.match(/=[0-9A-F]{2}|[^=]/g) ?? [];
  const decoded = bytes.map((part) => (part.length === 3 ? Number.parseInt(part.slice(1), 16) : part.charCodeAt(0)));
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(decoded));
    return encodeToken(text) === token ? text : undefined;
  } catch {
    return undefined;
  }
}

/** `pw.events.<node>.<port id>.<type>`; the type keeps its dots, so that `pw.events.*.*.console.>` is a family. */
export function eventSubject(node: string, event: Event): string {
  const type = event.type.split('.').map(encodeToken).join('.');
  return `pw.events.${encodeToken(node)}.${encodeToken(event.portid ?? '')}.${type}`;
}

/** All events of one node. */
export function nodeEventSubjects(node: string): string {
  return `pw.events.${encodeToken(node)}.>`;
}

/** `pw.jobs.<job id>`. */
export function jobSubject(jobId: string): string {
  return `pw.jobs.${encodeToken(jobId)}`;
}

function escaped(character: string): string {
  const bytes = new TextEncoder().encode(character);
  return [...bytes].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
