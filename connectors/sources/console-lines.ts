/**
 * Events from a console: each finished line, each change of where the device stands, and the connection itself.
 * Text is cleaned as the dialogue cleans it, bounded, made printable and masked; in binary mode nothing is made.
 */
import type { DialogTable } from '../../core/dialog-table.js';
import type { EventInput } from '../../core/event.js';
import type { JsonObject } from '../../core/json.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Console, ConsoleHappening } from '../../core/ports/console.js';
import type { Random } from '../../core/ports/random.js';
import { printable } from '../../core/template.js';
import { CompiledTable, QUIET_MS, secretMask, TextReader } from '../../protocols/dialog/index.js';
import type { Prompt } from '../../protocols/dialog/index.js';
import { FloodGate } from './flood-gate.js';
import { lineShape } from './line-shape.js';

export interface ConsoleSourceDeps {
  readonly console: Console;
  readonly node: string;
  readonly port: { readonly name: string; readonly id: string };
  /** The driver's table, and its boot loader's. */
  readonly table: DialogTable;
  readonly loader?: DialogTable;
  readonly clock: Clock;
  readonly random: Random;
  /** Replaces secrets. */
  readonly mask: (text: string) => string;
  readonly emit: (event: EventInput) => void;
}

/** Rules look at the beginning of a line; what is cut off is in the console log. */
const EVENT_CHARS_MAX = 1_024;
/** Hex digits that tell one run of the node from another: event ids must not repeat after a restart. */
const RUN_DIGITS = 8;
/** What a flood kept back is told this often. */
const DROP_REPORT_MS = 1_000;

export class ConsoleSource {
  readonly #deps: ConsoleSourceDeps;
  readonly #tables: readonly CompiledTable[];
  readonly #ownSecrets: (text: string) => string;
  readonly #gate = new FloodGate();
  #reader = new TextReader();
  #run = '';
  #count = 0;
  #lastSaid = '';
  #stands: string | undefined;
  #cancelQuiet: (() => void) | undefined;
  #cancelReport: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(deps: ConsoleSourceDeps) {
    this.#deps = deps;
    this.#tables = [deps.table, ...(deps.loader === undefined ? [] : [deps.loader])].map(
      (table) => new CompiledTable(table),
    );
    this.#ownSecrets = secretMask(deps.table.secrets);
  }

  start(): void {
    if (this.#unsubscribe !== undefined) return;
    this.#run = this.#deps.random.hex(RUN_DIGITS);
    this.#unsubscribe = this.#deps.console.subscribe((happening) => {
      this.#happened(happening);
    });
    if (this.#deps.console.open) this.#emit('port.opened', {});
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#cancelQuiet?.();
    this.#cancelReport?.();
    this.#reportDropped();
  }

  #happened(happening: ConsoleHappening): void {
    switch (happening.kind) {
      case 'received':
        if (happening.mode !== 'binary') this.#received(happening.bytes);
        return;
      case 'opened':
        this.#forget();
        this.#emit('port.opened', {});
        return;
      case 'lost':
        this.#forget();
        this.#emit('port.lost', { reason: this.#shown(happening.reason), code: happening.code });
        return;
      case 'mode':
        // Half a line from before a transfer must not be joined with what comes after it.
        if (happening.mode === 'binary') this.#forget();
        return;
      case 'sent':
      case 'holder':
      case 'asked':
        return;
    }
  }

  #received(bytes: Uint8Array): void {
    this.#reader.push(bytes);
    for (let line = this.#reader.nextLine(); line !== undefined; line = this.#reader.nextLine()) this.#line(line);
    this.#cancelQuiet?.();
    this.#cancelQuiet = this.#deps.clock.after(QUIET_MS, () => {
      this.#quiet();
    });
  }

  #line(line: string): void {
    if (line.trim() === '') return;
    if (!this.#tables.some((table) => table.isNoise(line))) this.#lastSaid = line;
    if (!this.#gate.admits(this.#deps.clock.monotonicMs())) {
      this.#cancelReport ??= this.#deps.clock.after(DROP_REPORT_MS, () => {
        this.#reportDropped();
      });
      return;
    }
    const shown = this.#shown(line);
    const cut = shown.length > EVENT_CHARS_MAX;
    const text = shown.slice(0, EVENT_CHARS_MAX);
    this.#emit('console.line', { line: text, ...lineShape(text), ...(cut ? { truncated: true } : {}) });
  }

  #quiet(): void {
    const prompt = this.#standing();
    if (prompt === undefined) return;
    const text = this.#shown(prompt.text.trim());
    const stands = `${prompt.state} ${text}`;
    if (stands === this.#stands) return;
    this.#stands = stands;
    this.#emit('console.state', { state: prompt.state, prompt: text });
  }

  #standing(): Prompt | undefined {
    const { tail } = this.#reader;
    for (const table of this.#tables) {
      const prompt = table.standing(tail, this.#lastSaid);
      if (prompt !== undefined) return prompt;
    }
    return undefined;
  }

  #reportDropped(): void {
    this.#cancelReport = undefined;
    const lines = this.#gate.takeDropped();
    if (lines > 0) this.#emit('console.dropped', { lines });
  }

  #forget(): void {
    this.#cancelQuiet?.();
    this.#reader = new TextReader();
    this.#lastSaid = '';
    this.#stands = undefined;
  }

  #shown(text: string): string {
    return printable(this.#ownSecrets(this.#deps.mask(text)));
  }

  #emit(type: string, data: JsonObject): void {
    const { node, port, clock, emit } = this.#deps;
    emit({
      id: `${port.id}:${this.#run}:${++this.#count}`,
      node,
      port,
      type,
      timeMs: clock.nowMs(),
      // Whoever speaks on the console is the device that is cabled to it.
      authenticated: true,
      data,
    });
  }
}
