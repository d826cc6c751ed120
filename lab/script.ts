/** Runs the steps of a script on a device's terminal. */
import { isFaultId } from './faults/fault.js';
import type { FaultId } from './faults/catalogue.js';
import type { Flow, Operation, Predicate, ScriptContext } from './machine.js';
import { machineSlots } from './machine.js';
import { logLine } from './log-line.js';
import { fillSlots } from './slots.js';
import type { Step } from './spec.js';

export interface ScriptParts {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly predicates: Readonly<Record<string, Predicate>>;
}

type StepOf<Kind extends Step['do']> = Extract<Step, { readonly do: Kind }>;

export class Script {
  readonly #parts: ScriptParts;

  constructor(parts: ScriptParts) {
    this.#parts = parts;
  }

  async run(steps: readonly Step[], context: ScriptContext): Promise<Flow> {
    for (const step of steps) {
      if (!(step.when ?? []).every((condition) => this.#holds(condition, context))) continue;
      const flow = await this.#step(step, context);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  #holds(condition: string, context: ScriptContext): boolean {
    const negated = condition.startsWith('!');
    const name = negated ? condition.slice(1) : condition;
    const [slot = '', wanted] = name.split('=');
    if (wanted !== undefined) return (context.slots[slot] === wanted) !== negated;
    if (name.startsWith('fault:')) return context.machine.faults.strikes(faultNamed(name)) !== negated;
    const predicate = this.#parts.predicates[name];
    if (predicate === undefined) throw new Error(`no predicate ${name}`);
    return predicate(context) !== negated;
  }

  #step(step: Step, context: ScriptContext): Flow | Promise<Flow> {
    switch (step.do) {
      case 'say':
        context.terminal.print(fill(step.text, context));
        return 'next';
      case 'show':
        return show(step, context);
      case 'wait':
        return wait(step, context);
      case 'progress':
        return progress(step, context);
      case 'ask':
        return ask(step, context);
      case 'confirm':
        return confirm(step, context);
      case 'key':
        return key(step, context);
      case 'set':
        context.slots[step.slot] = fill(step.to, context);
        return 'next';
      case 'call':
        return this.run(context.machine.spec.scripts?.[step.script] ?? missing(step.script), context);
      case 'run':
        return this.#operation(step.operation)(context);
      case 'log':
        return logLater(step, context);
      case 'go':
        context.state = step.state;
        return 'next';
      case 'restart':
        return { restart: step.cause };
      case 'stop':
        return 'stop';
    }
  }

  #operation(name: string): Operation {
    const operation = this.#parts.operations[name];
    if (operation === undefined) throw new Error(`no operation ${name}`);
    return operation;
  }
}

function missing(script: string): never {
  throw new Error(`no script ${script}`);
}

/** `question-wrapped`: where the margin is when the fault names none. */
const WRAP_COLUMNS = 40;
/** `question-split`: between its pieces, wall-clock ms. */
const SPLIT_PAUSE_MS = 30;
const SPLIT_PIECES = 3;

/** Prints a question, whole unless a fault breaks it. */
function pose(question: string, { terminal, machine }: ScriptContext): void {
  const wrapped = machine.faults.take('question-wrapped');
  const columns = Number(wrapped?.effect ?? WRAP_COLUMNS);
  const text =
    wrapped === undefined
      ? question
      : question.replace(new RegExp(`[^\\n]{${String(columns)}}(?=[^\\n])`, 'g'), '$&\n');
  const pieceBytes = Math.ceil(text.length / SPLIT_PIECES);
  const isSplit = machine.faults.strikes('question-split');
  terminal.print(text, isSplit ? { pieceBytes, pauseMs: SPLIT_PAUSE_MS } : undefined);
}

function faultNamed(condition: string): FaultId {
  const id = condition.slice('fault:'.length);
  if (!isFaultId(id)) throw new Error(`no fault ${id}`);
  return id;
}

function fill(template: string, context: ScriptContext): string {
  return fillSlots(template, { ...machineSlots(context.machine), ...context.slots });
}

async function show(step: StepOf<'show'>, context: ScriptContext): Promise<Flow> {
  const lines = context.machine.spec.texts[step.name] ?? [];
  await pageFiltered(
    lines.flatMap((line) => fill(line, context).split('\n')),
    context,
  );
  return 'next';
}

/** Prints an answer's lines: through `| include` and the pager. */
export async function pageFiltered(lines: readonly string[], context: ScriptContext): Promise<void> {
  await context.terminal.page(context.filter === undefined ? lines : lines.filter(context.filter));
}

async function wait(step: StepOf<'wait'>, context: ScriptContext): Promise<Flow> {
  await context.machine.clock.sleep(step.ms, context.signal);
  return 'next';
}

async function progress(step: StepOf<'progress'>, context: ScriptContext): Promise<Flow> {
  context.terminal.print(fill(step.text, context));
  for (let mark = 0; mark < step.count; mark += 1) {
    await context.machine.clock.sleep(step.ms / step.count, context.signal);
    context.terminal.print(step.mark);
  }
  context.terminal.print(fill(step.end, context));
  return 'next';
}

async function ask(step: StepOf<'ask'>, context: ScriptContext): Promise<Flow> {
  const { terminal, machine } = context;
  const question = fill(step.text, context);
  for (;;) {
    pose(question, context);
    const typed = (await terminal.readLine(step.secret !== true)).trim();
    machine.journal.write('answer', { question, text: step.secret === true ? '(secret)' : typed });
    const answer = typed === '' ? fill(step.default ?? '', context) : typed;
    const choice = step.choices?.find((word) => answer !== '' && word.startsWith(answer.toLowerCase()));
    if (step.choices === undefined || choice !== undefined) {
      context.slots[step.into] = choice ?? answer;
      return 'next';
    }
    terminal.print(`% Please answer '${step.choices.join("' or '")}'.\n`);
  }
}

/** RETURN and `y` mean yes, any other key no; the key is echoed. */
async function confirm(step: StepOf<'confirm'>, context: ScriptContext): Promise<Flow> {
  const { terminal, machine } = context;
  const question = fill(step.text, context);
  pose(question, context);
  const key = await terminal.readKey();
  const isYes = key === '\r' || key === '\n' || key.toLowerCase() === 'y';
  machine.journal.write('answer', { question, text: isYes ? 'yes' : 'no' });
  terminal.print(key >= ' ' ? `${key}\n` : '\n');
  if (step.into !== undefined) context.slots[step.into] = isYes ? 'yes' : 'no';
  return isYes || step.into !== undefined ? 'next' : 'stop';
}

const CTRL_C = '\x03';

/** The answer is kept as what the key means. Ctrl-C ends the command. */
async function key(step: StepOf<'key'>, context: ScriptContext): Promise<Flow> {
  const { terminal, machine } = context;
  const question = fill(step.text, context);
  pose(question, context);
  for (;;) {
    const typed = (await terminal.readKey()).toLowerCase();
    if (typed === CTRL_C) {
      terminal.print('^C\n');
      return 'stop';
    }
    const meaning = step.keys[typed === '\n' ? '\r' : typed];
    if (meaning === undefined) continue;
    machine.journal.write('answer', { question, text: meaning });
    terminal.print(`${step.says[meaning] ?? ''}\n`);
    context.slots[step.into] = meaning;
    return 'next';
  }
}

/** A message comes on its own time: the script does not wait for it. */
function logLater(step: StepOf<'log'>, context: ScriptContext): Flow {
  const { machine, terminal, signal } = context;
  const text = fill(step.text, context);
  machine.clock.sleep(step.afterMs, signal).then(
    () => logLine(machine, terminal, text),
    () => undefined,
  );
  return 'next';
}
