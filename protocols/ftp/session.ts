/**
 * One control connection of the server, without its sockets. Sources: RFC 959, RFC 1123 §4.1, RFC 2228 and 4217 (TLS),
 * RFC 2389 (FEAT), RFC 2428 (EPRT, EPSV), RFC 2577 (bounce, guessing), RFC 2640 (UTF-8), RFC 3659 (SIZE, MDTM, REST, MLST).
 * Not done: MODE B and C, STRU R and P, TYPE E, STOU, SMNT, SITE, HOST, LANG, CCC, renaming and removing.
 *
 * File bytes never pass through here: the machine says what is to be moved, and is told how it ended.
 */
import { ControlReader } from './control-reader.js';
import type { ControlItem } from './control-reader.js';
import { passiveReply } from './data-commands.js';
import { encodeReply } from './reply.js';
import type { Reply } from './reply.js';
import { isUrgent, runCommand } from './run-command.js';
import { FRESH_SESSION } from './session-data.js';
import type { CommandEvent, SessionData, SessionInput, SessionOutput, SessionTerms, Step } from './session-data.js';

type State =
  'user' | 'password' | 'checking' | 'denied' | 'ready' | 'listening' | 'opening' | 'moving' | 'securing' | 'ended';
type Event = CommandEvent | 'accepted' | 'refusedLogin' | 'punished' | 'listened' | 'connected' | 'over' | 'secured';

/** In every state but the last. */
const ALWAYS = { bye: 'ended' } as const;
/** Between commands. */
const BETWEEN = { ...ALWAYS, named: 'password', logout: 'user', secure: 'securing' } as const;

/** state × event → next state. A missing row: the event is late and changes nothing. */
const TRANSITIONS: Readonly<Record<State, Readonly<Partial<Record<Event, State>>>>> = {
  user: BETWEEN,
  password: { ...BETWEEN, ask: 'checking' },
  checking: { ...ALWAYS, accepted: 'ready', refusedLogin: 'denied' },
  denied: { ...ALWAYS, punished: 'user' },
  ready: { ...BETWEEN, listen: 'listening', begin: 'opening', abort: 'ready' },
  listening: { ...ALWAYS, listened: 'ready' },
  opening: { ...ALWAYS, connected: 'moving', over: 'ready', abort: 'ready' },
  moving: { ...ALWAYS, over: 'ready', abort: 'ready' },
  securing: { ...ALWAYS, secured: 'user' },
  ended: {},
};

/** Commands run in these; in the others they wait. */
const BETWEEN_COMMANDS: ReadonlySet<State> = new Set<State>(['user', 'password', 'ready']);
const WITHOUT_LOGIN: ReadonlySet<State> = new Set<State>(['user', 'password', 'checking', 'denied', 'securing']);

/** A login must be done this long after connecting, ms. */
const LOGIN_LIMIT_MS = 60_000;
/** RFC 959 says nothing; devices keep the connection while they write flash. */
const IDLE_LIMIT_MS = 600_000;
/** A data connection that was announced must be there by then, ms. */
const DATA_LIMIT_MS = 30_000;
/** A wrong login is answered this late, ms: RFC 2577 §5 asks for a delay against guessing. */
const DENIED_DELAY_MS = 1_000;
/** RFC 2577 §5: wrong logins before the connection is closed. */
const MAX_FAILED_LOGINS = 3;
/** Commands that wait while something else runs; no client sends as many ahead. */
const MAX_WAITING = 32;
/** Refused commands in one session, together: more is no client at work. */
const MAX_ERRORS = 64;

export class FtpSession {
  readonly #terms: SessionTerms;
  readonly #reader = new ControlReader();
  #state: State = 'user';
  #data: SessionData = FRESH_SESSION;
  #waiting: ControlItem[] = [];
  #outputs: SessionOutput[] = [];
  #errors = 0;
  #nowMs: number;
  #loginByMs: number;
  #deadlineMs = Infinity;
  /** When an announced data connection that nobody uses is given up. */
  #endpointByMs = Infinity;

  constructor(terms: SessionTerms, nowMs: number) {
    this.#terms = terms;
    this.#nowMs = nowMs;
    this.#loginByMs = nowMs + LOGIN_LIMIT_MS;
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  get loggedIn(): boolean {
    return this.#data.file !== undefined;
  }

  /** When `handle` wants a `timer`, ms on the caller's clock. */
  nextDeadlineMs(): number | undefined {
    if (this.ended) return undefined;
    const login = this.loggedIn ? Infinity : this.#loginByMs;
    const next = Math.min(login, this.#deadlineMs, this.#endpointByMs);
    return next === Infinity ? undefined : next;
  }

  /** The first reply; call it once, before anything else. */
  greet(): readonly SessionOutput[] {
    this.#outputs = [];
    this.#say({ code: 220, text: 'Portwright FTP server ready.' });
    return this.#outputs;
  }

  handle(input: SessionInput, nowMs: number): readonly SessionOutput[] {
    this.#outputs = [];
    this.#nowMs = nowMs;
    if (!this.ended) this.#take(input);
    return this.#outputs;
  }

  #take(input: SessionInput): void {
    switch (input.kind) {
      case 'control':
        for (const item of this.#reader.push(input.bytes)) this.#arrived(item);
        return;
      case 'account':
        if (this.#state === 'checking') this.#checked(input.file);
        break;
      case 'listening':
        if (this.#state === 'listening') this.#listened(passiveReply(this.#data, this.#terms, input.address.port));
        break;
      case 'listenFailed':
        if (this.#state === 'listening') this.#listened({ code: 425, text: `No data connection: ${input.reason}.` });
        break;
      case 'dataOpen':
        if (this.#state === 'opening') this.#connected();
        break;
      case 'dataFailed':
        if (this.#state === 'opening') this.#over({ code: 425, text: `No data connection: ${input.reason}.` });
        break;
      case 'moved':
        if (this.#state === 'moving') this.#over({ code: 226, text: 'Transfer complete.' });
        break;
      case 'moveFailed':
        if (this.#state === 'moving') this.#over(input.reply);
        break;
      case 'secured':
        this.#data = { ...this.#data, secure: true };
        this.#step('secured');
        break;
      case 'timer':
        this.#tick();
        break;
      case 'end':
        this.#end(input.reason);
    }
    this.#runWaiting();
  }

  #arrived(item: ControlItem): void {
    if (this.ended) return;
    // RFC 4217 §15.1: what was sent in the clear behind AUTH does not count.
    if (this.#state === 'securing') return;
    if (BETWEEN_COMMANDS.has(this.#state) && this.#waiting.length === 0) {
      this.#run(item);
      return;
    }
    if ((this.#state === 'opening' || this.#state === 'moving') && isUrgent(item)) {
      this.#run(item);
      this.#runWaiting();
      return;
    }
    if (this.#waiting.length >= MAX_WAITING) this.#end('too many commands at once');
    else this.#waiting.push(item);
  }

  #runWaiting(): void {
    while (BETWEEN_COMMANDS.has(this.#state)) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#run(next);
    }
  }

  #run(item: ControlItem): void {
    if (BETWEEN_COMMANDS.has(this.#state)) this.#deadlineMs = this.#nowMs + IDLE_LIMIT_MS;
    const { file } = this.#data;
    const step = runCommand(item, this.#data, this.#terms, this.#state === 'password');
    this.#data = { ...this.#data, ...step.set };
    if (file !== undefined && this.#data.file === undefined) this.#loginByMs = this.#nowMs + LOGIN_LIMIT_MS;
    if (step.event === 'abort' && this.#data.job !== undefined) {
      this.#data = { ...this.#data, job: undefined };
      this.#say({ code: 426, text: 'Transfer aborted.' });
    }
    this.#apply(step);
    if (this.#data.endpoint.kind === 'none') this.#endpointByMs = Infinity;
    if (step.event !== undefined) this.#step(step.event);
    if ((step.reply?.code ?? 0) >= 500) this.#countError();
  }

  /** What was there is let go of before the reply, what is new begins after it. */
  #apply({ reply, outputs = [] }: Step): void {
    this.#outputs.push(...outputs.filter(({ kind }) => kind === 'closeData'));
    if (reply !== undefined) this.#say(reply);
    this.#outputs.push(...outputs.filter(({ kind }) => kind !== 'closeData'));
  }

  #checked(file: SessionData['file']): void {
    if (file !== undefined) {
      this.#data = { ...this.#data, file };
      this.#deadlineMs = this.#nowMs + IDLE_LIMIT_MS;
      this.#say({ code: 230, text: 'Logged in.' });
      this.#step('accepted');
      return;
    }
    this.#data = { ...this.#data, failedLogins: this.#data.failedLogins + 1 };
    this.#deadlineMs = this.#nowMs + DENIED_DELAY_MS;
    this.#outputs.push({ kind: 'refused', reason: 'wrong user or password' });
    this.#step('refusedLogin');
  }

  #listened(reply: Reply): void {
    const announced = reply.code < 300;
    if (announced) this.#data = { ...this.#data, endpoint: { kind: 'passive' } };
    this.#endpointByMs = announced ? this.#nowMs + DATA_LIMIT_MS : Infinity;
    if (!announced) this.#outputs.push({ kind: 'closeData', reason: reply.text.toString() });
    this.#say(reply);
    this.#step('listened');
  }

  #connected(): void {
    const { job } = this.#data;
    if (job === undefined) return;
    this.#say({ code: 150, text: job.kind === 'text' ? 'Here comes the listing.' : `Moving ${job.path}.` });
    this.#outputs.push({ kind: 'move', job });
    this.#step('connected');
  }

  #over(reply: Reply): void {
    this.#data = { ...this.#data, job: undefined };
    this.#outputs.push({ kind: 'closeData', reason: 'the transfer is over' });
    this.#say(reply);
    this.#step('over');
  }

  #tick(): void {
    if (!this.loggedIn && this.#nowMs >= this.#loginByMs) {
      this.#end('no login in time');
      return;
    }
    if (this.#nowMs >= this.#endpointByMs) this.#dropEndpoint();
    if (this.#nowMs < this.#deadlineMs) return;
    if (this.#state === 'denied') this.#deny();
    else if (this.#state === 'opening') {
      this.#outputs.push({ kind: 'refused', reason: 'a data connection never came' });
      this.#over({ code: 425, text: 'No data connection in time.' });
    } else this.#end('nothing was asked for too long');
  }

  #dropEndpoint(): void {
    this.#endpointByMs = Infinity;
    this.#data = { ...this.#data, endpoint: { kind: 'none' } };
    this.#outputs.push({ kind: 'closeData', reason: 'not used in time' });
    this.#outputs.push({ kind: 'refused', reason: 'a data connection was announced and not used' });
  }

  #deny(): void {
    this.#say({ code: 530, text: 'Login incorrect.' });
    this.#step('punished');
    if (this.#data.failedLogins >= MAX_FAILED_LOGINS) this.#end('too many wrong logins');
  }

  #step(event: Event): void {
    const next = TRANSITIONS[this.#state][event];
    if (next === undefined) return;
    this.#state = next;
    switch (next) {
      case 'opening':
        this.#deadlineMs = this.#nowMs + DATA_LIMIT_MS;
        this.#endpointByMs = Infinity;
        return;
      case 'ready':
        this.#deadlineMs = this.#nowMs + IDLE_LIMIT_MS;
        return;
      case 'securing':
        this.#waiting = [];
        this.#reader.clear();
        this.#deadlineMs = this.#nowMs + DATA_LIMIT_MS;
        return;
      case 'user':
      case 'password':
      case 'checking':
      case 'listening':
      case 'moving':
        // The login's own limit, or whoever moves the bytes, watches over these.
        this.#deadlineMs = Infinity;
        return;
      case 'ended':
        this.#outputs.push({ kind: 'closeData', reason: 'the session has ended' }, { kind: 'close' });
        return;
      case 'denied':
    }
  }

  /** RFC 959 §5.4: 421 may answer any command, also none. */
  #end(reason: string): void {
    if (this.ended) return;
    if (this.#state === 'moving') this.#say({ code: 426, text: `Transfer aborted: ${reason}.` });
    if (WITHOUT_LOGIN.has(this.#state)) this.#outputs.push({ kind: 'refused', reason });
    if (this.#state !== 'securing') this.#say({ code: 421, text: `Closing: ${reason}.` });
    this.#waiting = [];
    this.#outputs.push({ kind: 'closeData', reason });
    this.#step('bye');
  }

  #countError(): void {
    this.#errors += 1;
    if (this.#errors >= MAX_ERRORS) this.#end('too many refused commands');
  }

  #say(reply: Reply): void {
    this.#outputs.push({ kind: 'send', bytes: encodeReply(reply) });
  }
}
