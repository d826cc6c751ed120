/** A dialogue table with its patterns compiled, and the questions that engines ask of a line or a tail. */
import { LineScreen } from './line-screen.js';
import type { DialogTable, FailureClass, FailureRow, Intent, PromptRow, QuestionRow } from '../../core/dialog-table.js';

export type PromptState = PromptRow['state'];

/** A prompt as it stands. */
export interface Prompt {
  readonly state: PromptState;
  readonly text: string;
}

export interface AskedQuestion {
  readonly row: QuestionRow;
  readonly text: string;
  /** Named groups of the pattern. */
  readonly groups: Readonly<Record<string, string>>;
}

export interface SeenFailure {
  readonly class: FailureClass;
  readonly final?: true;
  /** The device's own words. */
  readonly text: string;
}

/**
 * States are tried in this order (vendors §2); states that share a number keep the order of the table's rows.
 * A boot loader's prompt looks like many others, so it comes first.
 */
const STATE_ORDER: Readonly<Record<PromptState, number>> = {
  loader: 0,
  setup: 1,
  pressReturn: 2,
  login: 3,
  password: 3,
  user: 4,
  exec: 4,
  config: 4,
};

/** States in which a device takes commands of its operating system. */
export const READY_STATES: readonly PromptState[] = ['user', 'exec', 'config'];

interface Compiled<Row> {
  readonly row: Row;
  readonly pattern: RegExp;
}

const compile = <Row extends { readonly pattern: string }>(rows: readonly Row[]): Compiled<Row>[] =>
  rows.map((row) => ({ row, pattern: new RegExp(row.pattern) }));

const compileAll = (patterns: readonly string[]): RegExp[] => patterns.map((pattern) => new RegExp(pattern));

/** Lines of an answer: `^` and `$` are the ends of a line there. */
export const answerPattern = (pattern: string): RegExp => new RegExp(pattern, 'm');

export class CompiledTable {
  readonly lineEnding: string;
  readonly #prompts: readonly Compiled<PromptRow>[];
  readonly #pagers: readonly Compiled<DialogTable['pagers'][number]>[];
  readonly #questions: QuestionRows;
  readonly #failures: readonly Compiled<FailureRow>[];
  readonly #noise: readonly RegExp[];
  readonly #busy: readonly RegExp[];
  readonly #noiseWithin: readonly RegExp[];
  readonly #countdowns: readonly RegExp[];
  readonly #bootStarts: readonly RegExp[];
  /** Whether any row about whole lines may match. */
  readonly #screen: LineScreen;

  /** Throws the engine's SyntaxError where a pattern of the table is none: a fault of the table, not of a device. */
  constructor(table: DialogTable) {
    this.lineEnding = table.lineEnding;
    this.#prompts = compile(table.prompts).sort((a, b) => STATE_ORDER[a.row.state] - STATE_ORDER[b.row.state]);
    this.#pagers = compile(table.pagers);
    this.#questions = new QuestionRows(table.questions);
    this.#failures = compile(table.failures);
    this.#noise = compileAll(table.noise);
    this.#busy = (table.busy ?? []).map((pattern) => new RegExp(pattern));
    this.#noiseWithin = compileAll(table.noise.map((pattern) => pattern.replace(/^\^/, '')));
    this.#countdowns = compileAll(table.countdowns);
    this.#bootStarts = compileAll(table.bootStarts);
    this.#screen = new LineScreen([
      ...[...table.prompts, ...table.failures].map((row) => row.pattern),
      ...[...this.#noise, ...this.#noiseWithin, ...this.#countdowns, ...this.#bootStarts].map(({ source }) => source),
    ]);
  }

  prompt(tail: string): Prompt | undefined {
    if (this.#screen.clears(tail)) return undefined;
    const hit = this.#prompts.find(({ pattern }) => pattern.test(tail));
    return hit && { state: hit.row.state, text: tail };
  }

  /**
   * The prompt that stands: the tail's, or a `Press RETURN …` that was followed by nothing but empty lines and noise.
   * `lastSaid` is the last finished line that was neither.
   */
  standing(tail: string, lastSaid: string): Prompt | undefined {
    if (tail.trim() !== '') return this.prompt(tail);
    const prompt = lastSaid === '' ? undefined : this.prompt(lastSaid);
    return prompt?.state === 'pressReturn' ? prompt : undefined;
  }

  /** What answers the pager that stands, if one does. */
  pagerAnswer(tail: string): string | undefined {
    return this.#pagers.find(({ pattern }) => pattern.test(tail))?.row.answer;
  }

  /** A question at the end of the text; `before` are the lines above the tail, for questions of several lines. */
  question(tail: string, before: readonly string[] = []): AskedQuestion | undefined {
    return this.#questions.question(tail, before);
  }

  failure(line: string): SeenFailure | undefined {
    return this.#screen.clears(line) ? undefined : failureIn(this.#failures, line);
  }

  /** Unterminated text that stands while the device works. */
  isBusy(tail: string): boolean {
    return this.#busy.some((pattern) => pattern.test(tail));
  }

  /** A whole line that belongs to nobody's answer. */
  isNoise(line: string): boolean {
    return !this.#screen.clears(line) && this.#noise.some((pattern) => pattern.test(line));
  }

  /** Where a log message begins inside a line: what stands before it, and the message. */
  splitNoise(line: string): { readonly before: string; readonly noise: string } | undefined {
    if (this.#screen.clears(line)) return undefined;
    for (const pattern of this.#noiseWithin) {
      const at = pattern.exec(line)?.index ?? 0;
      if (at > 0) return { before: line.slice(0, at), noise: line.slice(at) };
    }
    return undefined;
  }

  /** After this text nothing may be typed: a boot loader counts down. */
  isCountdown(text: string): boolean {
    return !this.#screen.clears(text) && this.#countdowns.some((pattern) => pattern.test(text));
  }

  /** Text of a boot: its beginning, or its countdown. */
  isBoot(text: string): boolean {
    if (this.#screen.clears(text)) return false;
    return this.isCountdown(text) || this.#bootStarts.some((pattern) => pattern.test(text));
  }
}

/** Rows of questions: a table's, or those of one exchange. */
export class QuestionRows {
  readonly #rows: readonly Compiled<QuestionRow>[];

  constructor(rows: readonly QuestionRow[]) {
    this.#rows = compile(rows);
  }

  /**
   * The question that ends the text. `before` are the lines above the tail: a question may stretch over several, and a
   * device may break it at its own margin, between words or inside one.
   */
  question(tail: string, before: readonly string[] = []): AskedQuestion | undefined {
    if (this.#rows.length === 0 || tail.trim() === '') return undefined;
    const lines = [...before, tail];
    return (
      this.#in(tail) ??
      this.#in(lines.join('\n')) ??
      this.#in(lines.map((line) => line.trim()).join(' ')) ??
      this.#in(lines.join(''))
    );
  }

  #in(text: string): AskedQuestion | undefined {
    for (const { row, pattern } of this.#rows) {
      const match = pattern.exec(text);
      if (match !== null) return { row, text: text.trim(), groups: definedGroups(match.groups) };
    }
    return undefined;
  }
}

/** Failure rows of one exchange, looked for before the table's own. */
export class FailureRows {
  readonly #rows: readonly Compiled<FailureRow>[];

  constructor(rows: readonly FailureRow[]) {
    this.#rows = compile(rows);
  }

  failure(line: string): SeenFailure | undefined {
    return failureIn(this.#rows, line);
  }
}

function failureIn(rows: readonly Compiled<FailureRow>[], line: string): SeenFailure | undefined {
  const hit = rows.find(({ pattern }) => pattern.test(line));
  return hit && { class: hit.row.class, text: line.trim(), ...(hit.row.final === true ? { final: true } : {}) };
}

function definedGroups(groups: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(groups)) if (value !== undefined) defined[name] = value;
  return defined;
}

/** Whether a step with these intents may answer yes. */
export const mayAnswer = (row: QuestionRow, intents: readonly Intent[]): boolean =>
  row.intent === 'safe' || intents.includes(row.intent);
