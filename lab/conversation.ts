/** The talk at a prompt: a line is read, its row is found, its script runs; until something ends it. */
import type { CommandTable } from './command-table.js';
import type { Flow, Machine, ScriptContext } from './machine.js';
import { machineSlots } from './machine.js';
import type { Reached } from './faults/faults.js';
import { outputFilter } from './output-filter.js';
import type { Pace } from './output-pace.js';
import type { Script } from './script.js';
import { fillSlots } from './slots.js';
import { LoggedOut } from './terminal.js';
import type { Terminal } from './terminal.js';

/** `echo-split`: slower than anybody reads, faster than anybody types. */
const ECHO_PACE: Pace = { pieceBytes: 1, pauseMs: 4 };
/** `slow-terminal`: bytes/s where the fault names none, and pieces a second. */
const SLOW_BYTES_PER_SECOND = 1000;
const SLOW_PIECES_PER_SECOND = 100;

export interface ConversationParts {
  readonly machine: Machine;
  readonly commands: CommandTable;
  readonly script: Script;
  /** Tells the faults where the device is; true where the power goes. */
  readonly reach: (reached: Reached, terminal: Terminal) => boolean;
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
    for (;;) {
      if (context.state === leave) return { kind: 'left' };
      try {
        const flow = await this.#turn(context);
        if (typeof flow === 'object') return { kind: 'restart', cause: flow.restart };
      } catch (error) {
        if (!(error instanceof LoggedOut)) throw error;
        this.#logOut(context);
      }
    }
  }

  /** One prompt, one line, its answer. */
  async #turn(context: ScriptContext): Promise<Flow> {
    const { machine, reach } = this.#parts;
    const { faults, spec } = machine;
    const { terminal } = context;
    const state = spec.states[context.state];
    if (state === undefined) throw new Error(`${machine.name}: no state ${context.state}`);
    if (reach({ kind: 'state', state: context.state }, terminal)) return 'stop';
    terminal.pace = slowness(machine);
    const prompt = fillSlots(state.prompt, { ...machineSlots(machine), ...context.slots });
    terminal.print(prompt);
    if (prompt !== '' && faults.strikes('log-noise-after-prompt')) this.#glueNoise(context);
    terminal.echoPace = prompt !== '' && faults.strikes('echo-split') ? ECHO_PACE : undefined;
    const line = await terminal.readLine(state.echo ?? true);
    if (line.trim() !== '' && faults.strikes('echo-twice')) terminal.print(`${line}\n`);
    if (line.trim() !== '' && !faults.strikes('counter-repeats')) {
      context.slots['counter'] = String(Number(context.slots['counter'] ?? '1') + 1);
    }
    return this.answer(context, line.trim(), prompt);
  }

  #logOut(context: ScriptContext): void {
    const { spec, journal } = this.#parts.machine;
    journal.write('log', { text: 'idle logout', shown: true });
    for (const line of spec.texts['farewell'] ?? []) {
      context.terminal.print(`${fillSlots(line, machineSlots(context.machine))}\n`);
    }
    context.state = spec.network?.leave ?? spec.idle;
  }

  /** Runs one line. `prompt` is what stands before it, for the caret of an error. */
  async answer(context: ScriptContext, line: string, prompt: string): Promise<Flow> {
    const { machine, script, commands, reach } = this.#parts;
    const state = machine.spec.states[context.state];
    if (state === undefined) return 'stop';
    if (line === '') return script.run(state.empty ?? [], context);
    machine.journal.write('command', { state: context.state, text: line });
    if (reach({ kind: 'command', line }, context.terminal)) return 'stop';
    const { command, filter } = outputFilter(line);
    const found = commands.find(state, command, machine.memory.image.version);
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
  }
}

function slowness({ faults }: Machine): Pace | undefined {
  const slow = faults.take('slow-terminal');
  if (slow === undefined) return undefined;
  const bytesPerSecond = Number(slow.effect ?? SLOW_BYTES_PER_SECOND);
  const pieceBytes = Math.max(1, Math.round(bytesPerSecond / SLOW_PIECES_PER_SECOND));
  return { pieceBytes, pauseMs: (1000 * pieceBytes) / bytesPerSecond };
}
