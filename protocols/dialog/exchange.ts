/**
 * One thing said to a device and its answer: command, echo, lines, pagers, questions, until a prompt stands.
 *
 * Text is judged in two ways, and neither depends on how it was cut into chunks: finished lines at once, the
 * unterminated tail after a quiet gap. Nothing is typed once boot text was seen; if a prompt stands soon after it,
 * the text was only shown (an old log), else the device has restarted and its lines go back to the reader.
 */
import type { Exchange, Intent } from '../../core/dialog-table.js';
import type { AnsweredQuestion } from '../../core/ports/dialog.js';
import { AnswerReader } from './answer-reader.js';
import { lastWords } from './answer-text.js';
import { answerPattern, mayAnswer, QuestionRows, READY_STATES } from './compiled-table.js';
import type { AskedQuestion, CompiledTable, Prompt, PromptState, SeenFailure } from './compiled-table.js';
import type { Answer, ExchangeResult } from './exchange-result.js';
import { KeyReply } from './key-reply.js';
import * as limits from './limits.js';
import { Deadlines } from './machine.js';
import type { DialogInput, DialogMachine, DialogOutput } from './machine.js';
import { isSamePrompt, questionStandsMs } from './question-shape.js';
import type { TextReader } from './text-reader.js';

export interface ExchangeSetup {
  readonly exchange: Exchange;
  /** `exchange.send` with its slots filled; absent: only listen. */
  readonly command?: string;
  readonly table: CompiledTable;
  readonly reader: TextReader;
  readonly intents: readonly Intent[];
  /** Fills the template of an answer; may throw. */
  readonly fill: (template: string, groups: Readonly<Record<string, string>>) => string;
  /** The prompt that stands now, where it is known. */
  readonly prompt?: Prompt;
  /** The device is known not to echo. */
  readonly echoless?: boolean;
}

interface BootSign {
  readonly sinceMs: number;
  readonly text: string;
  /** Everything from the boot text on: it belongs to whoever watches the boot. */
  readonly lines: string[];
}

export class ExchangeMachine implements DialogMachine<ExchangeResult> {
  readonly #setup: ExchangeSetup;
  readonly #until: readonly PromptState[];
  readonly #ready: RegExp | undefined;
  readonly #deadlines = new Deadlines();
  readonly #answer: AnswerReader;
  readonly #ownQuestions: QuestionRows;
  readonly #keyReply = new KeyReply();
  readonly #questions: AnsweredQuestion[] = [];
  #outputs: DialogOutput<ExchangeResult>[] = [];
  #startedMs = 0;
  #heardMs = 0;
  #boot: BootSign | undefined;
  /** A warning that was not accepted: the reason, whatever the device says after it. */
  #declined: SeenFailure | undefined;
  #probed = false;
  #pages = 0;
  #done = false;

  constructor(setup: ExchangeSetup) {
    this.#setup = setup;
    const { exchange, table, reader } = setup;
    const begunAt = setup.prompt?.state ?? table.prompt(reader.tail)?.state;
    this.#until = exchange.until ?? (begunAt === 'loader' ? [...READY_STATES, 'loader'] : READY_STATES);
    this.#ready = exchange.ready === undefined ? undefined : answerPattern(exchange.ready);
    this.#ownQuestions = new QuestionRows(exchange.questions ?? []);
    this.#answer = new AnswerReader({ table, exchange, wanted: (text) => this.#wanted(text) });
  }

  nextDeadlineMs(): number | undefined {
    return this.#done ? undefined : this.#deadlines.nextMs;
  }

  handle(input: DialogInput, nowMs: number): readonly DialogOutput<ExchangeResult>[] {
    if (this.#done) return [];
    this.#outputs = [];
    if (input.kind === 'start') this.#start(nowMs);
    if (input.kind === 'received') this.#heardMs = nowMs;
    this.#drain(nowMs);
    this.#evaluate(nowMs);
    return this.#outputs;
  }

  #start(nowMs: number): void {
    this.#startedMs = nowMs;
    this.#heardMs = nowMs;
    const { command, table, reader } = this.#setup;
    if (command === undefined || this.#refusesToStart()) return;
    const prompt = this.#setup.prompt?.text ?? reader.tail;
    reader.discard();
    this.#answer.commandTyped(command, prompt);
    this.#write(command + table.lineEnding, nowMs);
  }

  /** A command typed at a question would answer it; typed into a boot it would stop the countdown. */
  #refusesToStart(): boolean {
    const { table, reader } = this.#setup;
    const { tail } = reader;
    if (table.prompt(tail) !== undefined) return false;
    const lines = reader.takeLines();
    const boot = lines.findIndex((line) => table.isBoot(line));
    if (boot >= 0 || table.isBoot(tail)) {
      reader.unread(lines.slice(Math.max(0, boot)));
      this.#finish({ kind: 'bootStarted', text: lines[boot] ?? tail });
    } else if (table.question(tail) !== undefined || questionStandsMs(tail) === limits.QUESTION_STANDS_MS) {
      this.#finish({ kind: 'unknownQuestion', text: tail });
    }
    return this.#done;
  }

  #drain(nowMs: number): void {
    for (;;) {
      const line = this.#done ? undefined : this.#setup.reader.nextLine();
      if (line === undefined) return;
      this.#boot?.lines.push(line);
      this.#line(line, nowMs);
    }
  }

  #line(line: string, nowMs: number): void {
    this.#keyReply.taken();
    const sign = this.#answer.take(line);
    if (this.#answer.text.overflown) this.#finish({ kind: 'tooLong', chars: this.#answer.text.chars });
    if (sign === undefined || this.#done) return;
    this.#noteBoot(sign, nowMs, [line]);
    if (this.#ready?.test(sign) === true) this.#finishReady(sign);
  }

  #noteBoot(text: string, nowMs: number, lines: string[]): void {
    if (this.#setup.table.isBoot(text)) this.#boot ??= { sinceMs: nowMs, text, lines };
  }

  #evaluate(nowMs: number): void {
    if (this.#done) return;
    const { exchange, reader, prompt } = this.#setup;
    const due = this.#deadlines;
    due.begin(nowMs);
    const { tail } = reader;
    const quietMs = isSamePrompt(tail, prompt?.text) ? limits.QUIET_KNOWN_PROMPT_MS : limits.QUIET_MS;
    if (due.passed(this.#heardMs, quietMs) && this.#judge(tail, nowMs)) {
      this.#evaluate(nowMs);
      return;
    }
    if (this.#boot !== undefined && due.passed(this.#boot.sinceMs, limits.BOOT_CONFIRM_MS)) {
      this.#finishBoot(this.#boot);
      return;
    }
    if (due.passed(this.#heardMs, exchange.silenceMs)) {
      this.#finishSilent(tail);
      return;
    }
    const totalMs = exchange.totalMs ?? limits.TOTAL_SILENCES * exchange.silenceMs;
    if (due.passed(this.#startedMs, totalMs)) {
      this.#finish(this.#failed() ?? { kind: 'timeout', afterMs: totalMs });
    }
  }

  /** Judges the tail that stands. True where it typed something or ended. */
  #judge(tail: string, nowMs: number): boolean {
    const { table } = this.#setup;
    if (this.#keyReply.returnDue(tail, this.#deadlines)) {
      this.#write(table.lineEnding, nowMs);
      return true;
    }
    if (this.#answer.echoBegins(tail)) return false;
    this.#noteBoot(tail, nowMs, []);
    if (tail !== '' && this.#ready?.test(tail) === true) {
      this.#finishReady(tail);
      return true;
    }
    const own = this.#boot === undefined ? this.#ownQuestions.question(tail, this.#answer.text.recent) : undefined;
    if (own !== undefined) {
      this.#reply(own, nowMs);
      return true;
    }
    const prompt = table.standing(tail, this.#answer.lastSaid);
    if (prompt !== undefined) return this.#judgePrompt(prompt);
    if (this.#boot !== undefined) return false;
    return tail.trim() === '' ? this.#probe(nowMs) : this.#judgeQuestion(tail, nowMs);
  }

  #judgeQuestion(tail: string, nowMs: number): boolean {
    const { table, reader } = this.#setup;
    const page = table.pagerAnswer(tail);
    if (page !== undefined && this.#pages++ < limits.PAGES_MAX) {
      reader.cut();
      this.#write(page, nowMs);
      return true;
    }
    const question = table.question(tail, this.#answer.text.recent);
    if (question !== undefined) {
      this.#reply(question, nowMs);
      return true;
    }
    const standsMs = this.#setup.table.isBusy(tail) ? undefined : questionStandsMs(tail);
    if (standsMs === undefined || !this.#deadlines.passed(this.#heardMs, standsMs)) return false;
    this.#finish({ kind: 'unknownQuestion', text: tail });
    return true;
  }

  #judgePrompt(prompt: Prompt): boolean {
    const due = this.#deadlines;
    if (this.#until.includes(prompt.state)) {
      const early = this.#answer.awaitsEcho && this.#setup.echoless !== true;
      if (early && !due.passed(this.#heardMs, limits.ECHO_PATIENCE_MS)) return false;
      this.#finishAnswer(prompt);
      return true;
    }
    if (!due.passed(this.#heardMs, limits.UNEXPECTED_STANDS_MS)) return false;
    const takesCommands = prompt.state === 'loader' || READY_STATES.includes(prompt.state);
    const kind = takesCommands ? 'unexpected' : 'loggedOut';
    if (this.#boot !== undefined) this.#finishBoot(this.#boot);
    else this.#finish((takesCommands ? this.#failed() : undefined) ?? { kind, prompt });
    return true;
  }

  #wanted(text: string): Prompt | undefined {
    const prompt = this.#setup.table.prompt(text);
    return prompt !== undefined && prompt.state !== 'pressReturn' && this.#until.includes(prompt.state)
      ? prompt
      : undefined;
  }

  /** The prompt came and was covered by log messages: one RETURN brings it again. */
  #probe(nowMs: number): boolean {
    if (!this.#answer.covered || this.#probed) return false;
    if (!this.#deadlines.passed(this.#heardMs, limits.PROBE_AFTER_MS)) return false;
    this.#probed = true;
    this.#write(this.#setup.table.lineEnding, nowMs);
    return true;
  }

  #reply(question: AskedQuestion, nowMs: number): void {
    const { table, reader, intents, fill } = this.#setup;
    const { row, text, groups } = question;
    const asked = this.#questions.filter(({ id }) => id === row.id).length;
    if (asked >= limits.SAME_QUESTION_MAX) {
      this.#finish({ kind: 'unknownQuestion', text });
      return;
    }
    const template = mayAnswer(row, intents) ? (asked > 0 && row.answerAgain) || row.answer : row.otherwise;
    if (template === undefined) {
      this.#finish({ kind: 'questionWithoutIntent', id: row.id, text, intent: row.intent });
      return;
    }
    let answer: string;
    try {
      answer = fill(template, groups);
    } catch (error) {
      this.#finish({ kind: 'answerRefused', error });
      return;
    }
    this.#questions.push({ id: row.id, text, answer });
    if (row.declines === true) this.#declined = { class: 'refused', final: true, text };
    this.#answer.questionAnswered(reader.cut(), answer);
    if (row.key === 'thenReturn') this.#keyReply.typed(answer, nowMs);
    this.#write(row.key === false ? answer + table.lineEnding : answer, nowMs);
  }

  #finishReady(text: string): void {
    if (this.#answer.lastSaid !== text) this.#answer.text.add(text);
    const boot = this.#boot;
    if (boot !== undefined) this.#setup.reader.unread(boot.lines);
    this.#finish({ kind: 'answered', answer: this.#read({ state: boot === undefined ? 'unknown' : 'booting', text }) });
  }

  #finishAnswer(prompt: Prompt): void {
    const answer = this.#read(prompt);
    const { success } = this.#setup.exchange;
    const missing = success !== undefined && !answerPattern(success).test(answer.output);
    const seen: SeenFailure | undefined =
      this.#answer.failure ?? (missing ? { class: 'refused', text: lastWords(answer.output) } : undefined);
    const failure = seen && (this.#declined ?? seen);
    this.#finish(failure === undefined ? { kind: 'answered', answer } : { kind: 'failed', failure, answer });
  }

  #finishSilent(tail: string): void {
    const { command, exchange } = this.#setup;
    const asked = command !== undefined && questionStandsMs(tail) !== undefined;
    const silent: ExchangeResult = { kind: 'silent', afterMs: exchange.silenceMs };
    if (this.#boot !== undefined) this.#finishBoot(this.#boot);
    else this.#finish(this.#failed() ?? (asked ? { kind: 'unknownQuestion', text: tail } : silent));
  }

  #finishBoot(boot: BootSign): void {
    this.#setup.reader.unread(boot.lines);
    this.#finish({ kind: 'bootStarted', text: boot.text });
  }

  #failed(): ExchangeResult | undefined {
    const { failure } = this.#answer;
    if (failure === undefined) return undefined;
    return { kind: 'failed', failure, answer: this.#read({ state: 'unknown', text: '' }) };
  }

  #read(state: Answer['state']): Answer {
    return this.#answer.answer(state, this.#questions);
  }

  #write(text: string, nowMs: number): void {
    this.#heardMs = nowMs;
    this.#outputs.push({ kind: 'write', text, secret: false });
  }

  #finish(result: ExchangeResult): void {
    this.#done = true;
    this.#outputs.push({ kind: 'done', result });
  }
}
