/** From a login, `Press RETURN`, setup or user prompt to the op prompt. Every credential is typed once: no retry storm. */
import type { LoginTable } from '../../core/dialog-table.js';
import type { DeviceState } from '../../core/ports/dialog.js';
import type { Credentials } from '../../core/ports/secrets.js';
import type { CompiledTable, Prompt } from './compiled-table.js';
import * as limits from './limits.js';
import { Deadlines } from './machine.js';
import type { DialogInput, DialogMachine, DialogOutput } from './machine.js';
import { questionStandsMs } from './question-shape.js';
import type { TextReader } from './text-reader.js';

export interface LoginSetup {
  readonly table: CompiledTable;
  readonly reader: TextReader;
  readonly login: LoginTable;
  readonly credentials: Credentials;
  /** The prompt that stands, as classification found it. */
  readonly prompt: Prompt;
}

export type LoginResult =
  | { readonly kind: 'in'; readonly prompt: Prompt }
  /** The device's own words. */
  | { readonly kind: 'failed'; readonly text: string }
  | { readonly kind: 'unexpected'; readonly found: DeviceState }
  | { readonly kind: 'silent'; readonly afterMs: number };

/** `Press RETURN` and setup dialogues are answered this often in one login. */
const PREAMBLES_MAX = 3;
/** Characters of the device's words in an error. */
const WORDS_CHARS_MAX = 200;

export class LoginMachine implements DialogMachine<LoginResult> {
  readonly #setup: LoginSetup;
  readonly #failures: readonly RegExp[];
  readonly #deadlines = new Deadlines();
  #outputs: DialogOutput<LoginResult>[] = [];
  #heardMs = 0;
  #preambles = 0;
  #userTyped = false;
  #passwordTyped = false;
  #enabling = false;
  #enableTyped = false;
  #leaving = false;
  /** A prompt came at which a RETURN is harmless, and a log message behind it. */
  #hidden = false;
  #words: string[] = [];
  #lastSaid = '';
  #done = false;

  constructor(setup: LoginSetup) {
    this.#setup = setup;
    this.#failures = setup.login.failures.map((pattern) => new RegExp(pattern));
  }

  nextDeadlineMs(): number | undefined {
    return this.#done ? undefined : this.#deadlines.nextMs;
  }

  handle(input: DialogInput, nowMs: number): readonly DialogOutput<LoginResult>[] {
    if (this.#done) return [];
    this.#outputs = [];
    if (input.kind !== 'time') this.#heardMs = nowMs;
    this.#drain();
    if (input.kind === 'start') this.#begin(nowMs);
    this.#evaluate(nowMs);
    return this.#outputs;
  }

  /**
   * A password that is asked for before a user name may be somebody else's: the RETURN that woke the device was taken for
   * an empty name. An empty password ends that login; a device that asks for a password alone asks again.
   */
  #begin(nowMs: number): void {
    const { prompt, credentials, table } = this.#setup;
    const { username, password } = credentials;
    const isOthers = prompt.state === 'password' && username !== undefined && password !== undefined;
    if (isOthers) this.#preamble(table.lineEnding, prompt, nowMs);
    else this.#answerPrompt(prompt, nowMs);
  }

  #drain(): void {
    const { reader, table } = this.#setup;
    for (;;) {
      const line = this.#done ? undefined : reader.nextLine();
      if (line === undefined) return;
      const before = table.splitNoise(line)?.before;
      const state = before === undefined ? undefined : table.prompt(before)?.state;
      this.#hidden ||= state === 'user' || state === 'exec' || state === 'login';
      if (line.trim() !== '' && !table.isNoise(line)) this.#said(line);
    }
  }

  #said(line: string): void {
    this.#lastSaid = line;
    this.#words.push(line.trim());
    const typed = this.#userTyped || this.#passwordTyped || this.#enabling;
    if (this.#setup.table.isBoot(line)) {
      this.#finish({ kind: 'unexpected', found: { state: 'booting', text: line } });
    } else if (typed && this.#failures.some((pattern) => pattern.test(line))) {
      this.#finish({ kind: 'failed', text: line.trim() });
    }
  }

  #evaluate(nowMs: number): void {
    if (this.#done) return;
    const { reader, table } = this.#setup;
    const due = this.#deadlines;
    due.begin(nowMs);
    const { tail } = reader;
    if (due.passed(this.#heardMs, limits.QUIET_MS) && this.#judge(tail, nowMs)) {
      this.#evaluate(nowMs);
      return;
    }
    if (this.#hidden && tail.trim() === '' && due.passed(this.#heardMs, limits.PROBE_AFTER_MS)) {
      this.#type(table.lineEnding, nowMs);
      this.#evaluate(nowMs);
      return;
    }
    const standsMs = table.prompt(tail) === undefined ? questionStandsMs(tail) : undefined;
    if (standsMs !== undefined && due.passed(this.#heardMs, standsMs)) {
      this.#finish({ kind: 'unexpected', found: { state: 'question', text: tail } });
    } else if (due.passed(this.#heardMs, limits.LOGIN_SILENCE_MS)) {
      this.#finish({ kind: 'silent', afterMs: limits.LOGIN_SILENCE_MS });
    }
  }

  /** A prompt, a pager in a long message of the day, or a question that is safe to answer. */
  #judge(tail: string, nowMs: number): boolean {
    const { table } = this.#setup;
    const prompt = table.standing(tail, this.#lastSaid);
    const page = table.pagerAnswer(tail);
    const question = table.question(tail);
    if (prompt !== undefined) this.#answerPrompt(prompt, nowMs);
    else if (page !== undefined) this.#type(page, nowMs);
    else if (question?.row.intent === 'safe' && !question.row.answer.includes('{{')) {
      const { key, answer } = question.row;
      this.#preamble(key ? answer : answer + table.lineEnding, { state: 'question', text: question.text }, nowMs);
    } else return false;
    return true;
  }

  #answerPrompt(prompt: Prompt, nowMs: number): void {
    const { login, table } = this.#setup;
    switch (prompt.state) {
      case 'pressReturn':
        this.#preamble(table.lineEnding, prompt, nowMs);
        return;
      case 'setup':
        this.#preamble(`no${table.lineEnding}`, prompt, nowMs);
        return;
      case 'login':
        this.#typeUser(nowMs);
        return;
      case 'password':
        this.#typePassword(nowMs);
        return;
      case 'user':
        if (login.op === 'user') this.#finish({ kind: 'in', prompt });
        else this.#enable(prompt, nowMs);
        return;
      case 'exec':
        this.#finish({ kind: 'in', prompt });
        return;
      case 'config':
        this.#leaveConfig(prompt, nowMs);
        return;
      case 'loader':
        this.#finish({ kind: 'unexpected', found: prompt });
    }
  }

  #preamble(text: string, found: DeviceState, nowMs: number): void {
    if (this.#preambles++ < PREAMBLES_MAX) this.#type(text, nowMs);
    else this.#finish({ kind: 'unexpected', found });
  }

  #typeUser(nowMs: number): void {
    const { username } = this.#setup.credentials;
    if (this.#userTyped || this.#passwordTyped) this.#refused();
    else if (username === undefined) this.#finish({ kind: 'failed', text: 'it asks for a user name; none is given' });
    else {
      this.#userTyped = true;
      this.#typeLine(username, false, nowMs);
    }
  }

  #typePassword(nowMs: number): void {
    const { password, enable } = this.#setup.credentials;
    const secret = this.#enabling ? (enable ?? password) : password;
    if (this.#enabling ? this.#enableTyped : this.#passwordTyped) this.#refused();
    else if (secret === undefined) this.#finish({ kind: 'failed', text: 'it asks for a password; none is given' });
    else {
      if (this.#enabling) this.#enableTyped = true;
      else this.#passwordTyped = true;
      this.#typeLine(secret, true, nowMs);
    }
  }

  #enable(prompt: Prompt, nowMs: number): void {
    const { enable } = this.#setup.login;
    if (this.#enabling) this.#refused();
    else if (enable === undefined) this.#finish({ kind: 'unexpected', found: prompt });
    else {
      this.#enabling = true;
      this.#typeLine(enable, false, nowMs);
    }
  }

  /** Somebody left the console there: a job that was broken off, or a person who went. */
  #leaveConfig(prompt: Prompt, nowMs: number): void {
    const { leaveConfig } = this.#setup.login;
    if (leaveConfig === undefined || this.#leaving) this.#finish({ kind: 'unexpected', found: prompt });
    else {
      this.#leaving = true;
      this.#typeLine(leaveConfig, false, nowMs);
    }
  }

  /** Asked a second time: the first was not taken. */
  #refused(): void {
    const words = this.#words.join(' ').slice(-WORDS_CHARS_MAX);
    this.#finish({ kind: 'failed', text: words === '' ? 'it asked again' : words });
  }

  #typeLine(text: string, secret: boolean, nowMs: number): void {
    this.#type(text + this.#setup.table.lineEnding, nowMs, secret);
  }

  #type(text: string, nowMs: number, secret = false): void {
    this.#heardMs = nowMs;
    this.#hidden = false;
    this.#words = [];
    this.#lastSaid = '';
    this.#setup.reader.cut();
    this.#outputs.push({ kind: 'write', text, secret });
  }

  #finish(result: LoginResult): void {
    this.#done = true;
    this.#outputs.push({ kind: 'done', result });
  }
}
