/**
 * The login of a console server that asks in the stream, before it lets its line through; without I/O.
 *
 *   waiting ──user name──► named ──password──► judging ──► in | refused
 *      └────────────password─────────────────►┘
 *
 * A server that asks for nothing lets in at once. After the password, words of refusal or the first question once more
 * mean that the login was refused; anything else, and silence, that the line is through: what is said then is the device's.
 */
import type { Credentials } from '../../core/ports/secrets.js';
import { printable } from '../../core/template.js';

export type LoginStep =
  | { readonly kind: 'wait' }
  | { readonly kind: 'type'; readonly text: string }
  | { readonly kind: 'in' }
  | { readonly kind: 'refused'; readonly reason: string };

/** A server asks when it has looked up the caller's name. ms */
const ASKS_WITHIN_MS = 5_000;
/** Between two questions a server may ask its RADIUS server. ms */
const ANSWERS_WITHIN_MS = 15_000;
/** After the password: a silent device says nothing for ever. ms */
const JUDGES_WITHIN_MS = 3_000;
const TEXT_CHARS_MAX = 4_096;

const NAME_PROMPT = /(?:^|[\r\n])[^\r\n]{0,80}?(?:login|user ?name|user)[ \t]*:[ \t]*$/i;
const PASSWORD_PROMPT = /(?:^|[\r\n])[^\r\n]{0,80}?pass(?:word|code|phrase)[^\r\n]{0,40}:[ \t]*$/i;
const REFUSAL = /incorrect|invalid|denied|fail(?:ed|ure)|refused|not authori[sz]ed|bad (?:password|login)/i;

export class ServerLogin {
  readonly #credentials: Credentials;
  #state: 'waiting' | 'named' | 'judging' = 'waiting';
  #text = '';
  #firstPrompt = '';
  #dueMs: number;

  constructor(credentials: Credentials, nowMs: number) {
    this.#credentials = credentials;
    this.#dueMs = nowMs + ASKS_WITHIN_MS;
  }

  nextDeadlineMs(): number {
    return this.#dueMs;
  }

  /** More text from the server. */
  heard(text: string, nowMs: number): LoginStep {
    this.#text = (this.#text + text).slice(-TEXT_CHARS_MAX);
    if (this.#state === 'judging') return this.#judge(nowMs);
    if (this.#state === 'named' && REFUSAL.test(this.#text)) return refused(this.#text);
    if (PASSWORD_PROMPT.test(this.#text)) return this.#answer('password', nowMs);
    if (this.#state === 'waiting' && NAME_PROMPT.test(this.#text)) return this.#answer('username', nowMs);
    return { kind: 'wait' };
  }

  /** Call at the deadline. */
  late(): LoginStep {
    if (this.#state !== 'named') return { kind: 'in' };
    return { kind: 'refused', reason: 'it asked for a user name and then for no password' };
  }

  #answer(what: 'username' | 'password', nowMs: number): LoginStep {
    const value = this.#credentials[what];
    if (value === undefined) return { kind: 'refused', reason: `it asks for a ${what} and the secret has none` };
    if (this.#firstPrompt === '') this.#firstPrompt = lastLine(this.#text);
    this.#state = what === 'username' ? 'named' : 'judging';
    this.#dueMs = nowMs + (what === 'username' ? ANSWERS_WITHIN_MS : JUDGES_WITHIN_MS);
    this.#text = '';
    return { kind: 'type', text: `${value}\r` };
  }

  #judge(nowMs: number): LoginStep {
    if (REFUSAL.test(this.#text) || lastLine(this.#text) === this.#firstPrompt) return refused(this.#text);
    // A line may still turn out to be a refusal: it is judged when it is finished, or when nothing follows.
    this.#dueMs = Math.min(this.#dueMs, nowMs + JUDGES_WITHIN_MS);
    return { kind: 'wait' };
  }
}

function refused(text: string): LoginStep {
  return { kind: 'refused', reason: printable(text.trim().split(/[\r\n]+/)[0] ?? '') };
}

function lastLine(text: string): string {
  return (text.split(/[\r\n]+/).at(-1) ?? '').trim();
}
