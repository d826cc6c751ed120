/** Reads the finished lines of one answer: echo and log messages out, failures noted, what stands covered remembered. */
import type { Exchange } from '../../core/dialog-table.js';
import { AnswerText, readCaptures } from './answer-text.js';
import { FailureRows } from './compiled-table.js';
import type { CompiledTable, Prompt, SeenFailure } from './compiled-table.js';
import type { Answer } from './exchange-result.js';
import { EchoFilter } from './echo-filter.js';

export interface AnswerReaderSetup {
  readonly table: CompiledTable;
  readonly exchange: Exchange;
  /** The prompt that this text is, if it would end the exchange. */
  readonly wanted: (text: string) => Prompt | undefined;
}

export class AnswerReader {
  readonly #setup: AnswerReaderSetup;
  readonly #ownFailures: FailureRows;
  readonly text = new AnswerText();
  #commandEcho: EchoFilter | undefined;
  #echo: EchoFilter | undefined;
  #failure: SeenFailure | undefined;
  #covered: string | undefined;
  #lastSaid = '';

  constructor(setup: AnswerReaderSetup) {
    this.#setup = setup;
    this.#ownFailures = new FailureRows(setup.exchange.failures ?? []);
  }

  /** The first failure that was seen. */
  get failure(): SeenFailure | undefined {
    return this.#failure;
  }

  /** The last line that was neither empty nor noise nor echo. */
  get lastSaid(): string {
    return this.#lastSaid;
  }

  /** A wanted prompt came, log messages followed on it, and nothing else. */
  get covered(): boolean {
    return this.#covered !== undefined;
  }

  /** Whether the command was echoed; undefined where none was typed. */
  get echoed(): boolean | undefined {
    return this.#commandEcho?.seen;
  }

  /** Nothing but (a part of) the echo may have come yet. */
  get awaitsEcho(): boolean {
    return this.#echo?.awaited === true && this.text.empty;
  }

  /** The unterminated text is the beginning of the echo. */
  echoBegins(tail: string): boolean {
    return this.#echo?.begins(tail) === true;
  }

  commandTyped(command: string, prompt: string): void {
    this.#commandEcho = new EchoFilter(this.#setup.table, command, prompt);
    this.#echo = this.#commandEcho;
  }

  /** A question was answered; its text becomes part of the answer. */
  questionAnswered(question: string, answer: string): void {
    this.text.add(question);
    this.#echo = new EchoFilter(this.#setup.table, answer, '');
  }

  /** The answer as it was read, with where the device stands after it. */
  answer(state: Answer['state'], questions: Answer['questions']): Answer {
    const output = this.text.text;
    const { echoed } = this;
    const captures = readCaptures(output, this.#setup.exchange.capture);
    return { output, state, captures, questions, ...(echoed === undefined ? {} : { echoed }) };
  }

  /** Takes a line; returns the part that may say more than the answer does (`ready`, boot text); undefined for echo. */
  take(line: string): string | undefined {
    if (this.#setup.table.isNoise(line)) return line;
    const noise = this.#cutByNoise(line);
    if (noise !== undefined) return noise;
    if (this.#echo?.take(line) === true) return undefined;
    if (line.trim() === '') this.text.add(line);
    else this.#said(line);
    return line;
  }

  /** A log message right behind a prompt, or in the middle of the echo: the message. */
  #cutByNoise(line: string): string | undefined {
    const split = this.#setup.table.splitNoise(line);
    if (split === undefined) return undefined;
    if (this.#setup.wanted(split.before) !== undefined) this.#covered = split.before;
    else if (this.#echo?.take(split.before, true) !== true) return undefined;
    return split.noise;
  }

  #said(line: string): void {
    if (this.#covered !== undefined) this.text.add(this.#covered);
    this.#covered = undefined;
    this.#lastSaid = line;
    if (this.#setup.wanted(line) !== undefined && this.#echo?.awaited !== true) {
      this.#covered = line;
      return;
    }
    this.#failure ??= this.#ownFailures.failure(line) ?? this.#tableFailure(line);
    this.text.add(line);
  }

  #tableFailure(line: string): SeenFailure | undefined {
    return this.#setup.exchange.ignoreFailures === true ? undefined : this.#setup.table.failure(line);
  }
}
