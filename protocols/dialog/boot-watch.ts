/**
 * Watching a boot without typing (ARCHITECTURE 5): till the device is up, stays at its loader, falls silent, or time is up.
 * The only writes are the reply that `Press RETURN` declares, and one wake-up after the silence limit if no countdown
 * was seen since the last banner.
 */
import type { BootTable } from '../../core/dialog-table.js';
import type { BootResult } from '../../core/ports/dialog.js';
import { BootStory } from './boot-story.js';
import type { CompiledTable, Prompt } from './compiled-table.js';
import * as limits from './limits.js';
import { Deadlines } from './machine.js';
import type { DialogInput, DialogMachine, DialogOutput } from './machine.js';
import { questionStandsMs } from './question-shape.js';
import type { TextReader } from './text-reader.js';

export interface BootWatchSetup {
  readonly boot: BootTable;
  readonly table: CompiledTable;
  /** The boot loader's own table. */
  readonly loader?: CompiledTable;
  readonly reader: TextReader;
  readonly silenceMs: number;
  readonly capMs: number;
}

export class BootWatchMachine implements DialogMachine<BootResult> {
  readonly #setup: BootWatchSetup;
  readonly #tables: readonly CompiledTable[];
  readonly #story: BootStory;
  readonly #deadlines = new Deadlines();
  #outputs: DialogOutput<BootResult>[] = [];
  #startedMs = 0;
  #heardMs = 0;
  #begun = false;
  /** A countdown was seen since the last banner. */
  #countdown = false;
  #woken = false;
  #presses = 0;
  #lastSaid = '';
  /** A prompt that ends the boot, with log messages behind it and nothing else. */
  #covered: Prompt | undefined;
  #done = false;

  constructor(setup: BootWatchSetup) {
    this.#setup = setup;
    this.#tables = setup.loader === undefined ? [setup.table] : [setup.table, setup.loader];
    this.#story = new BootStory(setup.boot);
  }

  nextDeadlineMs(): number | undefined {
    return this.#done ? undefined : this.#deadlines.nextMs;
  }

  handle(input: DialogInput, nowMs: number): readonly DialogOutput<BootResult>[] {
    if (this.#done) return [];
    this.#outputs = [];
    if (input.kind === 'start') this.#startedMs = nowMs;
    if (input.kind !== 'time') this.#heardMs = nowMs;
    this.#drain();
    this.#evaluate(nowMs);
    return this.#outputs;
  }

  #drain(): void {
    for (;;) {
      const line = this.#done ? undefined : this.#setup.reader.nextLine();
      if (line === undefined) return;
      this.#line(line);
    }
  }

  #line(line: string): void {
    if (this.#story.banner(line)) {
      this.#countdown = false;
      this.#covered = undefined;
    }
    this.#note(line);
    this.#tell(this.#story.line(line));
    if (this.#story.boots > this.#setup.boot.expectedBoots) {
      this.#finish({ kind: 'loop', boots: this.#story.boots, text: this.#story.text });
      return;
    }
    const { table } = this.#setup;
    if (line.trim() === '' || table.isNoise(line)) return;
    this.#lastSaid = line;
    const prompt = table.prompt(table.splitNoise(line)?.before ?? line);
    this.#covered = prompt !== undefined && this.#isDone(prompt) ? prompt : undefined;
  }

  /** Remembers boot text and countdowns, in finished lines and in the tail. */
  #note(text: string): void {
    this.#begun ||= this.#tables.some((table) => table.isBoot(text));
    this.#countdown ||= this.#tables.some((table) => table.isCountdown(text));
  }

  #evaluate(nowMs: number): void {
    if (this.#done) return;
    const { reader, silenceMs, capMs } = this.#setup;
    const due = this.#deadlines;
    due.begin(nowMs);
    const { tail } = reader;
    if (due.passed(this.#heardMs, limits.QUIET_MS) && this.#judge(tail, nowMs)) {
      this.#evaluate(nowMs);
      return;
    }
    if (due.passed(this.#heardMs, silenceMs)) {
      this.#silent(tail, nowMs);
      this.#evaluate(nowMs);
      return;
    }
    if (due.passed(this.#startedMs, capMs)) this.#finish({ kind: 'cap', ...this.#seen() });
  }

  #judge(tail: string, nowMs: number): boolean {
    this.#note(tail);
    this.#tell(this.#story.tail(tail));
    const { table, loader } = this.#setup;
    const prompt = table.standing(tail, this.#lastSaid) ?? loader?.prompt(tail);
    if (prompt !== undefined) return this.#judgePrompt(prompt, nowMs);
    if (tail.trim() !== '') return false;
    const covered = this.#covered;
    if (covered !== undefined && this.#deadlines.passed(this.#heardMs, limits.UP_STANDS_LONG_MS)) {
      this.#finish({ kind: 'up', state: covered, ...this.#seen() });
      return true;
    }
    const unanswered = this.#presses > 0 && this.#presses < limits.PRESSES_MAX && this.#lastSaid === '';
    if (!unanswered || !this.#deadlines.passed(this.#heardMs, limits.PRESS_AGAIN_MS)) return false;
    this.#press(nowMs);
    return true;
  }

  #judgePrompt(prompt: Prompt, nowMs: number): boolean {
    if (prompt.state === 'pressReturn' && !this.#isDone(prompt)) {
      if (this.#presses >= limits.PRESSES_MAX) return false;
      this.#press(nowMs);
      return true;
    }
    if (!this.#deadlines.passed(this.#heardMs, this.#standsMs(prompt))) return false;
    const kind = prompt.state === 'loader' ? 'loader' : 'up';
    this.#finish({ kind, state: prompt, ...this.#seen() });
    return true;
  }

  /** How long this prompt must stand before it tells where the device is. */
  #standsMs(prompt: Prompt): number {
    if (prompt.state === 'loader') return this.#setup.boot.loaderStandsMs;
    if (!this.#begun && !this.#story.begun) return limits.UP_UNSEEN_STANDS_MS;
    return this.#isDone(prompt) ? limits.UP_STANDS_MS : limits.UP_STANDS_LONG_MS;
  }

  #isDone(prompt: Prompt): boolean {
    return this.#setup.boot.done.includes(prompt.state);
  }

  #press(nowMs: number): void {
    this.#presses++;
    this.#type(nowMs);
  }

  #silent(tail: string, nowMs: number): void {
    const { table } = this.#setup;
    const asks = table.question(tail) !== undefined || questionStandsMs(tail) !== undefined;
    if (this.#woken || this.#countdown || asks) this.#finish({ kind: 'silent', ...this.#seen() });
    else {
      this.#woken = true;
      this.#type(nowMs);
    }
  }

  #type(nowMs: number): void {
    this.#heardMs = nowMs;
    this.#lastSaid = '';
    const tail = this.#setup.reader.cut();
    if (tail !== '') this.#tell(this.#story.line(tail));
    this.#outputs.push({ kind: 'write', text: this.#setup.table.lineEnding, secret: false });
  }

  #seen(): { readonly boots: number; readonly text: string } {
    const { tail } = this.#setup.reader;
    const { boots, text } = this.#story;
    return { boots, text: tail === '' ? text : `${text}\n${tail}` };
  }

  #tell(stories: readonly string[]): void {
    for (const story of stories) this.#outputs.push({ kind: 'story', story });
  }

  #finish(result: BootResult): void {
    this.#done = true;
    this.#outputs.push({ kind: 'done', result });
  }
}
