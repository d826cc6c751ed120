/** The dialogue on a claimed line: the engines of protocols/dialog, driven by the line and the clock. */
import type { DialogTable, Exchange, Intent, LoginTable } from '../../core/dialog-table.js';
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type {
  BootResult,
  BootWatch,
  DeviceState,
  Dialog,
  OpenDialog,
  Reply,
  SpeedFound,
  SpeedProbe,
} from '../../core/ports/dialog.js';
import type { Line } from '../../core/ports/line.js';
import type { Credentials } from '../../core/ports/secrets.js';
import { fillPattern, fillTemplate, printable } from '../../core/template.js';
import type { SlotValues } from '../../core/template.js';
import {
  BootWatchMachine,
  ClassifyMachine,
  CompiledTable,
  ExchangeMachine,
  LoginMachine,
  SpeedProbeMachine,
} from '../../protocols/dialog/index.js';
import type { DialogMachine, Prompt, PromptState } from '../../protocols/dialog/index.js';
import { exchangeError, loginError } from './dialog-errors.js';
import { MachineRunner } from './machine-runner.js';
import type { RunnerHooks } from './machine-runner.js';
import { runSpeedProbe } from './speed-run.js';
import type { SpeedRunDeps } from './speed-run.js';

export interface LineDialogDeps {
  readonly line: Line;
  readonly table: DialogTable;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** A device that stands at a prompt answers at once; a busy one within this (vendors §6: login 30 s). */
const LOGIN_CLASSIFY_MS = 30_000;
/** Preparing commands (`terminal length 0`) answer with nothing but a prompt. */
const PREPARE_SILENCE_MS = 30_000;
const PROMPT_STATES: readonly string[] = [
  'login',
  'password',
  'pressReturn',
  'setup',
  'user',
  'exec',
  'config',
  'loader',
] satisfies PromptState[];

const encoder = new TextEncoder();

export class LineDialog implements Dialog {
  readonly line: Line;
  readonly #runner: MachineRunner;
  readonly #speedDeps: SpeedRunDeps;
  #table: CompiledTable;
  /** The prompt that stood last; gone once boot text was seen. */
  #prompt: Prompt | undefined;
  /** Whether the device echoes, once known. */
  #echoes: boolean | undefined;
  /** The last thing known is that the device boots: only a watch or a classification may come next. */
  #booting = false;

  constructor({ line, table, signal, clock }: LineDialogDeps) {
    this.line = line;
    this.#table = new CompiledTable(table);
    this.#runner = new MachineRunner(line, clock, signal);
    this.#speedDeps = { line, clock, signal };
  }

  /** Begins to listen. */
  start(): void {
    this.#runner.listen();
  }

  useTable(table: DialogTable): void {
    this.#table = new CompiledTable(table);
  }

  forget(): void {
    this.#runner.reset();
    this.#prompt = undefined;
    this.#booting = false;
  }

  async classify(silenceMs: number): Promise<DeviceState> {
    this.line.setMode('dialogue');
    const { reader } = this.#runner;
    const found = await this.#run(new ClassifyMachine({ table: this.#table, reader, silenceMs }));
    this.#note(found);
    return { state: found.state, text: printable(found.text) };
  }

  async login(table: LoginTable, credentials: Credentials): Promise<DeviceState> {
    const found = await this.classify(LOGIN_CLASSIFY_MS);
    const port = this.line.portId;
    const prompt = this.#prompt;
    if (found.state === 'silent') throw fail('DEVICE_SILENT', { port, seconds: LOGIN_CLASSIFY_MS / 1000 });
    if (prompt === undefined) throw loginError({ kind: 'unexpected', found }, port, table.op);
    const { reader } = this.#runner;
    const result = await this.#run(new LoginMachine({ table: this.#table, reader, login: table, credentials, prompt }));
    if (result.kind !== 'in') throw loginError(result, port, table.op);
    this.#note(result.prompt);
    const prepare = { silenceMs: PREPARE_SILENCE_MS, ignoreFailures: true };
    for (const send of table.prepare) await this.run({ send, ...prepare }, {}, ['safe']);
    return { state: result.prompt.state, text: printable(result.prompt.text) };
  }

  async run(exchange: Exchange, slots: SlotValues, intents: readonly Intent[]): Promise<Reply> {
    if (this.#booting && exchange.send !== undefined) throw fail('LINE_LISTEN_ONLY', { port: this.line.portId });
    const command = exchange.send === undefined ? undefined : fillTemplate(exchange.send, slots);
    this.line.setMode('dialogue');
    const result = await this.#run(
      new ExchangeMachine({
        exchange: withPatterns(exchange, slots),
        ...(command === undefined ? {} : { command }),
        table: this.#table,
        reader: this.#runner.reader,
        intents,
        fill: (template, groups) => fillTemplate(template, { ...slots, ...groups }),
        ...(this.#prompt === undefined ? {} : { prompt: this.#prompt }),
        echoless: this.#echoes === false,
      }),
    );
    if (result.kind === 'answered' || result.kind === 'failed') {
      this.#note(result.answer.state);
      this.#echoes = result.answer.echoed ?? this.#echoes;
    }
    if (result.kind === 'answered') return { ...result.answer, state: shown(result.answer.state) };
    if (result.kind === 'bootStarted') this.#note({ state: 'booting', text: result.text });
    else if (result.kind === 'loggedOut') this.#note(result.prompt);
    const wanted = (exchange.until ?? ['user', 'exec', 'config']).join(' or ');
    throw exchangeError(result, { port: this.line.portId, command: command ?? '', intents, wanted });
  }

  /** What comes at a wrong speed is no text: the line is binary meanwhile, and nobody makes events of it. */
  async findSpeed(probe: SpeedProbe): Promise<SpeedFound> {
    this.line.setMode('binary');
    let found: SpeedFound;
    try {
      found = await runSpeedProbe(new SpeedProbeMachine(probe, this.#table), this.#speedDeps);
    } finally {
      this.line.setMode('dialogue');
      this.#runner.reset();
    }
    if (found.kind === 'booting') this.#runner.reader.push(encoder.encode(found.text));
    if (found.kind === 'prompt') this.#note(found.state);
    else this.#note({ state: found.kind === 'booting' ? 'booting' : 'unknown', text: '' });
    return found.kind === 'prompt' ? { ...found, state: shown(found.state) } : found;
  }

  async watchBoot(watch: BootWatch): Promise<BootResult> {
    this.line.setMode('listenOnly');
    const result = await this.#run(
      new BootWatchMachine({
        boot: watch.boot,
        table: this.#table,
        ...(watch.loader === undefined ? {} : { loader: new CompiledTable(watch.loader) }),
        reader: this.#runner.reader,
        silenceMs: watch.silenceMs,
        capMs: watch.capMs,
      }),
      {
        write: (text) => this.#declaredReply(text),
        story: (story) => {
          watch.onMilestone(story);
        },
        outlivesLoss: true,
      },
    );
    if (result.kind !== 'up' && result.kind !== 'loader') {
      this.#booting = true;
      return result;
    }
    this.#note(result.state);
    return { ...result, state: shown(result.state) };
  }

  /** The one write of a listen-only line: `Press RETURN` and the wake-up (ARCHITECTURE 5). Everybody else stays locked out. */
  async #declaredReply(text: string): Promise<void> {
    this.line.setMode('dialogue');
    try {
      await this.#write(text);
    } finally {
      this.line.setMode('listenOnly');
    }
  }

  #run<Result>(machine: DialogMachine<Result>, hooks?: RunnerHooks): Promise<Result> {
    return this.#runner.run(machine, hooks ?? { write: (text) => this.#write(text) });
  }

  #write(text: string): Promise<void> {
    return this.line.write(encoder.encode(text));
  }

  /** Remembers where the device stands. */
  #note({ state, text }: DeviceState): void {
    this.#booting = state === 'booting';
    if (this.#booting) this.line.setMode('listenOnly');
    else if (this.line.mode === 'listenOnly') this.line.setMode('dialogue');
    this.#prompt = isPromptState(state) ? { state, text } : undefined;
  }
}

/** The exchange with the slots of its patterns filled. */
function withPatterns(exchange: Exchange, slots: SlotValues): Exchange {
  const { success, capture } = exchange;
  const filled = Object.entries(capture ?? {}).map(([name, pattern]) => [name, fillPattern(pattern, slots)] as const);
  return {
    ...exchange,
    ...(success === undefined ? {} : { success: fillPattern(success, slots) }),
    ...(capture === undefined ? {} : { capture: Object.fromEntries(filled) }),
  };
}

function isPromptState(state: string): state is PromptState {
  return PROMPT_STATES.includes(state);
}

const shown = ({ state, text }: DeviceState): DeviceState => ({ state, text: printable(text) });

/** Makes `openDialog` for this clock. */
export function dialogOpener(clock: Clock): OpenDialog {
  return (line, table, signal) => {
    const dialog = new LineDialog({ line, table, signal, clock });
    dialog.start();
    return dialog;
  };
}
