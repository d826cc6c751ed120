/**
 * Where a device stands. Wakes a quiet line with RETURN, but never during a boot or a countdown, and never where
 * a RETURN would be an answer: at a question, a password, a boot loader (which may repeat its last command).
 * A prompt counts when it comes after a RETURN of our own, or stands where none may be typed.
 */
import type { DeviceStateName } from '../../core/dialog-table.js';
import type { DeviceState } from '../../core/ports/dialog.js';
import type { CompiledTable, Prompt, PromptState } from './compiled-table.js';
import * as limits from './limits.js';
import { Deadlines } from './machine.js';
import type { DialogInput, DialogMachine, DialogOutput } from './machine.js';
import { questionStandsMs } from './question-shape.js';
import type { TextReader } from './text-reader.js';

export interface ClassifySetup {
  readonly table: CompiledTable;
  readonly reader: TextReader;
  readonly silenceMs: number;
}

/** Prompts at which a RETURN does no more than bring the prompt again. */
const RETURN_IS_SAFE: readonly PromptState[] = ['login', 'user', 'exec', 'config'];
/** A loader prompt after a countdown must outlast any countdown's step (ARCHITECTURE 5). */
const LOADER_STANDS_MS = 10_000;
/** A prompt or question fits; of endless noise the end will do. */
const TEXT_CHARS_MAX = 256;
/** `Hit any key …:  3` and then backspaces and ever smaller numbers: all that a late listener sees of a countdown. */
const LONE_NUMBER = /^\s*\d{1,3}\s*$/;

export class ClassifyMachine implements DialogMachine<DeviceState> {
  readonly #setup: ClassifySetup;
  readonly #deadlines = new Deadlines();
  #outputs: DialogOutput<DeviceState>[] = [];
  #startedMs = 0;
  #heardMs = 0;
  #wokenMs = 0;
  #wakes = 0;
  /** The prompt at which the first RETURN was typed. */
  #stoodBefore: string | undefined;
  /** Heard since our own RETURN. */
  #answered = false;
  #boot: { readonly sinceMs: number; readonly lines: string[] } | undefined;
  #lastSaid = '';
  #pages = 0;
  #done = false;

  constructor(setup: ClassifySetup) {
    this.#setup = setup;
  }

  nextDeadlineMs(): number | undefined {
    return this.#done ? undefined : this.#deadlines.nextMs;
  }

  handle(input: DialogInput, nowMs: number): readonly DialogOutput<DeviceState>[] {
    if (this.#done) return [];
    this.#outputs = [];
    if (input.kind === 'start') {
      this.#startedMs = nowMs;
      this.#heardMs = nowMs;
    }
    if (input.kind === 'received') {
      this.#heardMs = nowMs;
      this.#answered ||= this.#wakes > 0;
    }
    this.#drain(nowMs);
    this.#evaluate(nowMs);
    return this.#outputs;
  }

  #drain(nowMs: number): void {
    const { reader, table } = this.#setup;
    for (let line = reader.nextLine(); line !== undefined; line = reader.nextLine()) {
      if (table.isBoot(line)) this.#boot ??= { sinceMs: nowMs, lines: [] };
      this.#boot?.lines.push(line);
      if (line.trim() !== '' && !table.isNoise(line)) this.#lastSaid = line;
    }
  }

  #evaluate(nowMs: number): void {
    const { reader, table, silenceMs } = this.#setup;
    const due = this.#deadlines;
    due.begin(nowMs);
    const { tail } = reader;
    const listenMs = reader.broke ? limits.LISTEN_BACK_MS : limits.LISTEN_FIRST_MS;
    const prompt = table.standing(tail, this.#lastSaid);
    const quietMs = reader.heard ? this.#quietMs(prompt) : listenMs;
    if (due.passed(this.#heardMs, quietMs) && this.#judge(tail, prompt, nowMs)) {
      if (!this.#done) this.#evaluate(nowMs);
      return;
    }
    if (this.#boot !== undefined && prompt === undefined && due.passed(this.#boot.sinceMs, limits.BOOT_SETTLE_MS)) {
      this.#finish('booting', tail);
      return;
    }
    if (due.passed(this.#heardMs, silenceMs)) this.#finishSilent(tail);
    else if (due.passed(this.#startedMs, limits.CLASSIFY_SILENCES * silenceMs)) this.#finish(this.#unclear(), tail);
  }

  /** The very prompt that stood before our RETURN, and stands again after it, needs less proof. */
  #quietMs(prompt: Prompt | undefined): number {
    const isSame = this.#answered && prompt !== undefined && prompt.text === this.#stoodBefore;
    return isSame ? limits.QUIET_KNOWN_PROMPT_MS : limits.QUIET_MS;
  }

  #judge(tail: string, prompt: Prompt | undefined, nowMs: number): boolean {
    const { table, reader } = this.#setup;
    if (prompt !== undefined) return this.#judgePrompt(prompt, nowMs);
    if (table.isBoot(tail) || LONE_NUMBER.test(tail)) this.#boot ??= { sinceMs: nowMs, lines: [] };
    if (this.#boot !== undefined) return false;
    const page = table.pagerAnswer(tail);
    if (page !== undefined && this.#pages++ < limits.PAGES_MAX) {
      reader.cut();
      this.#type(page, nowMs);
      return true;
    }
    const standsMs =
      table.question(tail) === undefined ? questionStandsMs(tail) : Math.min(limits.QUESTION_STANDS_MS, this.#halfMs());
    if (standsMs === undefined) return this.#wake(nowMs);
    if (!this.#deadlines.passed(this.#heardMs, standsMs)) return false;
    this.#finish('question', tail);
    return true;
  }

  #judgePrompt(prompt: Prompt, nowMs: number): boolean {
    const mayType = RETURN_IS_SAFE.includes(prompt.state) && this.#boot === undefined;
    if (mayType && !this.#answered && this.#wakes === 0) {
      this.#stoodBefore = prompt.text;
      return this.#wake(nowMs);
    }
    const long = prompt.state === 'loader' && this.#boot !== undefined;
    const standsMs = long ? LOADER_STANDS_MS : limits.PROMPT_STANDS_MS;
    const proved = mayType && this.#answered;
    if (!proved && !this.#deadlines.passed(this.#heardMs, standsMs)) return false;
    this.#boot = undefined;
    this.#finish(prompt.state, prompt.text);
    return true;
  }

  /** Once at first; again where the first RETURN was swallowed, or its prompt came on one line with another. */
  #wake(nowMs: number): boolean {
    if (this.#wakes >= limits.WAKES_MAX) return false;
    if (this.#wakes > 0 && !this.#deadlines.passed(this.#wokenMs, this.#halfMs())) return false;
    this.#wakes++;
    this.#wokenMs = nowMs;
    this.#setup.reader.cut();
    this.#lastSaid = '';
    this.#outputs.push({ kind: 'write', text: this.#setup.table.lineEnding, secret: false });
    return true;
  }

  #halfMs(): number {
    return this.#setup.silenceMs / 2;
  }

  #type(text: string, nowMs: number): void {
    this.#heardMs = nowMs;
    this.#outputs.push({ kind: 'write', text, secret: false });
  }

  #finishSilent(tail: string): void {
    if (this.#boot === undefined && !this.#answered) this.#finish('silent', '');
    else this.#finish(this.#unclear(), tail);
  }

  #unclear(): DeviceStateName {
    return this.#boot === undefined ? 'unknown' : 'booting';
  }

  #finish(state: DeviceStateName, text: string): void {
    this.#done = true;
    // What was said since the boot began belongs to whoever watches it.
    if (this.#boot !== undefined) this.#setup.reader.unread(this.#boot.lines);
    this.#outputs.push({ kind: 'done', result: { state, text: text.slice(-TEXT_CHARS_MAX) } });
  }
}
