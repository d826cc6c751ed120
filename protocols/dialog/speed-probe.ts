/**
 * Finds the speed at which a device can be read, after its console was told to change it, or when nobody knows (vendors §2:
 * after a change 1–3 garbage bytes; wait, send RETURN, require a clean prompt twice).
 *
 *   phase      ends when                                          goes on to
 *   changing   our end is at the rate                             quieting
 *              our end refuses, CHANGES_MAX times                 the next rate
 *   quieting   nothing was heard for the quiet time               hailing
 *              it was not quiet for NOISE_MS                      the next rate; listening, and it is text: hailing
 *              listening: a clean prompt stands                   done: prompt
 *              listening: what is heard is no text                the next rate
 *   hailing    a clean prompt, twice                              done: prompt
 *              HAILS_MAX hails brought none                       the next rate
 *   any        a line of boot text can be read                    done: booting
 *   (after the last rate of the last round)                       done: none
 *
 * Wrong rates bring bytes that no console says. They are counted, because a reader of text drops most of them.
 */
import type { SpeedFound, SpeedProbe } from '../../core/ports/dialog.js';
import type { CompiledTable, Prompt } from './compiled-table.js';
import { Legibility } from './legibility.js';
import { PROMPT_STANDS_MS, QUIET_MS } from './limits.js';
import { Deadlines } from './machine.js';
import { TextReader } from './text-reader.js';

export type SpeedInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'time' }
  /** Our end is at the rate that was asked for. */
  | { readonly kind: 'speedSet' }
  | { readonly kind: 'speedRefused'; readonly reason: string };

export type SpeedOutput =
  | { readonly kind: 'setSpeed'; readonly baudRate: number }
  | { readonly kind: 'write'; readonly text: string }
  /** The last output. */
  | { readonly kind: 'done'; readonly result: SpeedFound };

/** After a change: garbage of the change itself is over (vendors §2: at least 100 ms). */
const SETTLE_MS = 150;
/** A line that is not quiet for so long is at another rate, or nobody can be heard on it. */
const NOISE_MS = 4_000;
/** While listening, garbage of this age ends the rate: a boot never stops talking, and its rate must be found meanwhile. */
const GARBAGE_MS = 1_000;
/** A hail without an answer is repeated after this. Three fill the 3 s after which U-Boot's other end gives up (vendors §3.4). */
const HAIL_AGAIN_MS = 1_000;
const HAILS_MAX = 3;
/**
 * The same where nobody knows what the device does. U-Boot's receiver (common/xyzModem.c) asks with a `C`, hears a
 * cancellation for two seconds after it, and then throws away what it hears until two more were silent: what is hailed
 * right after it spoke is heard, and what comes sooner than its silence keeps it deaf.
 */
const HAIL_AGAIN_BLIND_MS = 3_500;
const HAIL_AFTER_WORDS_MS = 500;
const HAILS_BLIND_MAX = 2;
/** Hails at one rate in all: each clean prompt, and each answer with garbage in it, asks for another. */
const HAILS_AT_ONE_RATE_MAX = 6;
/** Clean prompts in a row that prove a rate. */
const PROOFS = 2;
const CHANGES_MAX = 3;
/** What was written before cannot get out: the far end holds the line back. */
const CHANGE_MAX_MS = 10_000;
const CHANGE_AGAIN_MS = 500;
/** A device that was talking, or our end that was busy, gets a second chance. */
const ROUNDS = 2;

type Phase = 'changing' | 'waiting' | 'quieting' | 'hailing' | 'done';

export class SpeedProbeMachine {
  readonly #probe: SpeedProbe;
  readonly #table: CompiledTable;
  readonly #deadlines = new Deadlines();
  #outputs: SpeedOutput[] = [];
  #phase: Phase = 'changing';
  #turn = 0;
  #changes = 0;
  #reader = new TextReader();
  #legible = new Legibility();
  #lastSaid = '';
  #bootLines: string[] = [];
  #atRateMs = 0;
  #heardMs = 0;
  #hailedMs = 0;
  #hails = 0;
  #unanswered = 0;
  #proofs = 0;
  #garbage = false;
  #refused: string | undefined;

  constructor(probe: SpeedProbe, table: CompiledTable) {
    this.#probe = probe;
    this.#table = table;
  }

  nextDeadlineMs(): number | undefined {
    return this.#phase === 'done' ? undefined : this.#deadlines.nextMs;
  }

  handle(input: SpeedInput, nowMs: number): readonly SpeedOutput[] {
    this.#outputs = [];
    if (this.#phase === 'done') return [];
    switch (input.kind) {
      case 'start':
        this.#setSpeed(nowMs);
        break;
      case 'speedSet':
        this.#arrive(nowMs);
        break;
      case 'speedRefused':
        this.#refuse(input.reason, nowMs);
        break;
      case 'bytes':
        this.#hear(input.bytes, nowMs);
        break;
      case 'time':
        break;
    }
    this.#evaluate(nowMs);
    return this.#outputs;
  }

  get #baudRate(): number {
    const { baudRates } = this.#probe;
    return baudRates[this.#turn % baudRates.length] ?? 0;
  }

  #setSpeed(nowMs: number): void {
    this.#phase = 'changing';
    this.#atRateMs = nowMs;
    this.#deadlines.begin(nowMs);
    this.#deadlines.passed(nowMs, CHANGE_MAX_MS);
    this.#outputs.push({ kind: 'setSpeed', baudRate: this.#baudRate });
  }

  #arrive(nowMs: number): void {
    if (this.#phase !== 'changing') return;
    this.#phase = 'quieting';
    this.#changes = 0;
    this.#atRateMs = nowMs;
    this.#heardMs = nowMs;
    this.#hails = 0;
    this.#unanswered = 0;
    this.#proofs = 0;
    this.#forget();
  }

  #refuse(reason: string, nowMs: number): void {
    if (this.#phase !== 'changing') return;
    this.#refused = reason;
    this.#atRateMs = nowMs;
    if (++this.#changes < CHANGES_MAX) this.#phase = 'waiting';
    else this.#next(nowMs);
  }

  /** What was heard before says nothing about what comes now. */
  #forget(): void {
    this.#reader = new TextReader();
    this.#legible = new Legibility();
    this.#lastSaid = '';
    this.#bootLines = [];
  }

  #hear(bytes: Uint8Array, nowMs: number): void {
    if (this.#phase !== 'quieting' && this.#phase !== 'hailing') return;
    this.#heardMs = nowMs;
    this.#unanswered = 0;
    this.#legible.add(bytes);
    this.#reader.push(bytes);
    for (let line = this.#reader.nextLine(); line !== undefined; line = this.#reader.nextLine()) this.#line(line);
  }

  #line(line: string): void {
    if (this.#bootLines.length > 0 || this.#table.isBoot(line)) this.#bootLines.push(line);
    if (line.trim() !== '' && !this.#table.isNoise(line)) this.#lastSaid = line;
  }

  #evaluate(nowMs: number): void {
    this.#deadlines.begin(nowMs);
    switch (this.#phase) {
      case 'changing':
        if (this.#deadlines.passed(this.#atRateMs, CHANGE_MAX_MS)) this.#stuck();
        return;
      case 'waiting':
        if (this.#deadlines.passed(this.#atRateMs, CHANGE_AGAIN_MS)) this.#setSpeed(nowMs);
        return;
      case 'quieting':
        if (this.#boots()) this.#finishBooting();
        else this.#evaluateQuiet(nowMs);
        return;
      case 'hailing':
        if (this.#boots()) this.#finishBooting();
        else this.#evaluateHail(nowMs);
        return;
      case 'done':
    }
  }

  #boots(): boolean {
    return this.#bootLines.length > 0 || this.#table.isBoot(this.#reader.tail);
  }

  #evaluateQuiet(nowMs: number): void {
    const { hail, listenMs } = this.#probe;
    const due = this.#deadlines;
    if (listenMs !== undefined && this.#judgeUnasked(nowMs)) return;
    const quiet = due.passed(this.#heardMs, Math.max(SETTLE_MS, listenMs ?? 0));
    if (!quiet && !due.passed(this.#atRateMs, NOISE_MS + (listenMs ?? 0))) return;
    // What never falls quiet and is no garbage can be read here: a receiver that asks for its first block, a log.
    if (quiet || (listenMs !== undefined && !this.#legible.isGarbage)) this.#hail(hail, nowMs);
    else this.#next(nowMs);
  }

  /** What is said unasked: a prompt that comes at the end of a boot, or no text, from a device that may be booting at another rate. */
  #judgeUnasked(nowMs: number): boolean {
    const due = this.#deadlines;
    const { isClean, isGarbage, bytes } = this.#legible;
    const prompt = isClean && bytes > 0 ? this.#table.standing(this.#reader.tail, this.#lastSaid) : undefined;
    if (prompt !== undefined && due.passed(this.#heardMs, PROMPT_STANDS_MS)) this.#finishPrompt(prompt);
    else if (isGarbage && due.passed(this.#atRateMs, GARBAGE_MS)) this.#next(nowMs);
    else return false;
    return true;
  }

  #evaluateHail(nowMs: number): void {
    const due = this.#deadlines;
    const answered = this.#legible.bytes > 0 && due.passed(this.#heardMs, QUIET_MS);
    if (answered && this.#judgeAnswer(nowMs)) return;
    const blind = this.#probe.listenMs !== undefined;
    const blindMs = this.#legible.bytes > 0 ? HAIL_AFTER_WORDS_MS : HAIL_AGAIN_BLIND_MS;
    const againMs = blind ? blindMs : HAIL_AGAIN_MS;
    if (!due.passed(Math.max(this.#hailedMs, this.#heardMs), againMs)) return;
    if (this.#unanswered >= (blind ? HAILS_BLIND_MAX : HAILS_MAX)) this.#next(nowMs);
    else this.#hail(this.#probe.hail, nowMs);
  }

  /** True where the answer decided something. */
  #judgeAnswer(nowMs: number): boolean {
    const prompt = this.#table.standing(this.#reader.tail, this.#lastSaid);
    if (prompt === undefined) return false;
    this.#proofs = this.#legible.isClean ? this.#proofs + 1 : 0;
    if (this.#proofs >= PROOFS) this.#finishPrompt(prompt);
    else this.#hail(this.#probe.hail, nowMs);
    return true;
  }

  #hail(text: string, nowMs: number): void {
    this.#noteGarbage();
    if (++this.#hails > HAILS_AT_ONE_RATE_MAX) {
      this.#next(nowMs);
      return;
    }
    this.#unanswered++;
    this.#phase = 'hailing';
    this.#hailedMs = nowMs;
    this.#heardMs = nowMs;
    this.#forget();
    this.#outputs.push({ kind: 'write', text });
    this.#deadlines.begin(nowMs);
    this.#deadlines.passed(nowMs, HAIL_AGAIN_MS);
  }

  #next(nowMs: number): void {
    this.#noteGarbage();
    this.#changes = 0;
    if (++this.#turn < ROUNDS * this.#probe.baudRates.length) {
      this.#setSpeed(nowMs);
      return;
    }
    const heard = this.#garbage ? 'garbage' : 'nothing';
    const refused = this.#refused === undefined ? {} : { refused: this.#refused };
    this.#finish({ kind: 'none', heard, ...refused });
  }

  #stuck(): void {
    this.#finish({ kind: 'none', heard: 'nothing', refused: 'our end did not change its speed in time' });
  }

  #noteGarbage(): void {
    this.#garbage ||= this.#legible.bytes > 0 && !this.#legible.isClean;
  }

  #finishPrompt({ state, text }: Prompt): void {
    this.#finish({ kind: 'prompt', baudRate: this.#baudRate, state: { state, text } });
  }

  #finishBooting(): void {
    const text = [...this.#bootLines, this.#reader.tail].join('\n');
    this.#finish({ kind: 'booting', baudRate: this.#baudRate, text });
  }

  #finish(result: SpeedFound): void {
    this.#phase = 'done';
    this.#outputs.push({ kind: 'done', result });
  }
}
