/** The talk at a prompt: a line is read, its row is found, its script runs; until something ends it. */
import type { CommandTable } from './command-table.js';
import type { Flow, Machine, ScriptContext } from './machine.js';
import { machineSlots } from './machine.js';
import { outputFilter } from './output-filter.js';
import type { Script } from './script.js';
import { fillSlots } from './slots.js';

export interface ConversationParts {
  readonly machine: Machine;
  readonly commands: CommandTable;
  readonly script: Script;
  /** Whether the power goes at this line. */
  readonly strikes: (line: string) => boolean;
}

export type ConversationEnd =
  /** Something restarts the device. */
  | { readonly kind: 'restart'; readonly cause: string }
  /** It came to the state where a session is over. */
  | { readonly kind: 'left' };

export class Conversation {
  readonly #parts: ConversationParts;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
  }

  /** Begins at `context.state`. With `leave` that state ends it; without, only a restart does. */
  async run(context: ScriptContext, leave?: string): Promise<ConversationEnd> {
    // Prompts of some makes count the lines of a session.
    context.slots['counter'] = '1';
    const { machine } = this.#parts;
    for (;;) {
      if (context.state === leave) return { kind: 'left' };
      const state = machine.spec.states[context.state];
      if (state === undefined) throw new Error(`${machine.name}: no state ${context.state}`);
      const prompt = fillSlots(state.prompt, { ...machineSlots(machine), ...context.slots });
      context.terminal.print(prompt);
      if (prompt !== '' && machine.faults.take('log-noise-after-prompt') !== undefined) this.#glueNoise(context);
      const line = await context.terminal.readLine(state.echo ?? true);
      if (line.trim() !== '') context.slots['counter'] = String(Number(context.slots['counter'] ?? '1') + 1);
      const flow = await this.answer(context, line.trim(), prompt);
      if (typeof flow === 'object') return { kind: 'restart', cause: flow.restart };
    }
  }

  /** Runs one line. `prompt` is what stands before it, for the caret of an error. */
  async answer(context: ScriptContext, line: string, prompt: string): Promise<Flow> {
    const { machine, script, commands, strikes } = this.#parts;
    const state = machine.spec.states[context.state];
    if (state === undefined) return 'stop';
    if (line === '') return script.run(state.empty ?? [], context);
    machine.journal.write('command', { state: context.state, text: line });
    if (strikes(line)) return 'stop';
    const { command, filter } = outputFilter(line);
    const found = commands.find(state, command);
    const caret = `${' '.repeat(prompt.length)}^`;
    const slots = { ...context.slots, ...found?.slots, typed: line, caret };
    const run = { ...context, slots, ...(filter === undefined ? {} : { filter }) };
    const flow = await script.run(found?.steps ?? state.unknown, run);
    context.state = run.state;
    return flow;
  }

  #glueNoise({ machine, terminal }: ScriptContext): void {
    const text = '%LINEPROTO-5-UPDOWN: Line protocol on Interface {{networkInterface}}, changed state to up';
    terminal.print(`${machine.clock.logStamp}: ${fillSlots(text, machine.spec.slots)}\n`);
    machine.journal.write('fault', { id: 'log-noise-after-prompt' });
  }
}
