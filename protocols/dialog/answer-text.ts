/** The lines of one answer as they are collected, and what is read from them. */
import type { Exchange } from '../../core/dialog-table.js';
import { answerPattern } from './compiled-table.js';
import { ANSWER_CHARS_MAX } from './limits.js';

/** Lines above a question that may belong to it. */
const QUESTION_LINES = 6;

export class AnswerText {
  readonly #lines: string[] = [];
  #chars = 0;

  get empty(): boolean {
    return this.#chars === 0;
  }

  get chars(): number {
    return this.#chars;
  }

  get overflown(): boolean {
    return this.#chars > ANSWER_CHARS_MAX;
  }

  add(line: string): void {
    this.#lines.push(line);
    this.#chars += line.length;
  }

  /** The last lines, for questions that stretch over several. */
  get recent(): readonly string[] {
    return this.#lines.slice(-QUESTION_LINES);
  }

  /** Without the empty lines around it. */
  get text(): string {
    const isText = (line: string): boolean => line.trim() !== '';
    const first = this.#lines.findIndex(isText);
    return first < 0 ? '' : this.#lines.slice(first, this.#lines.findLastIndex(isText) + 1).join('\n');
  }
}

/** Named captures; a pattern that is not found leaves its name out. */
export function readCaptures(output: string, capture: Exchange['capture'] = {}): Record<string, string> {
  const captures: Record<string, string> = {};
  for (const [name, pattern] of Object.entries(capture)) {
    const match = answerPattern(pattern).exec(output);
    if (match !== null) captures[name] = match[1] ?? match[0];
  }
  return captures;
}

/** The device's last words, for an error. */
export function lastWords(output: string): string {
  return output.trim().split('\n').at(-1)?.trim() ?? '';
}
