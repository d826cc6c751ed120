/**
 * A simulated device: flash and NVRAM that stay, a memory that goes with the power, a console. What it says and does is
 * the device file's; this class keeps power, boots and the conversation at the prompt.
 */
import { mkdirSync } from 'node:fs';
import { CommandTable } from './command-table.js';
import { Configuration } from './configuration.js';
import { DeviceClock } from './device-clock.js';
import { Faults } from './faults.js';
import type { Fault } from './faults.js';
import { Flash } from './flash.js';
import { makeImage } from './image.js';
import { Journal } from './journal.js';
import { machineSlots } from './machine.js';
import type { DeviceLogin, Flow, Machine, Memory, RunningImage, ScriptContext } from './machine.js';
import { Nvram } from './nvram.js';
import { scriptParts } from './operations/index.js';
import { outputFilter } from './output-filter.js';
import { logLine, Script } from './script.js';
import { fillSlots } from './slots.js';
import type { DeviceSpec } from './spec.js';
import { Terminal } from './terminal.js';
import type { ConsoleWrite } from './terminal.js';
import type { TransferAgent } from './transfers/agent.js';
import type { TftpRelay } from './transfers/relay.js';

/** Size of the image that a new device carries, bytes: small enough to be made at each start. */
const FACTORY_IMAGE_BYTES = 400_000;
/** Cause of a boot that was asked for at the loader: the bootstrap is past. */
const MANUAL_BOOT = 'manual';
export interface DeviceOptions {
  readonly name: string;
  readonly spec: DeviceSpec;
  /** Keeps `flash/`, `nvram.json`, `journal.jsonl`. */
  readonly folder: string;
  readonly agent: TransferAgent;
  readonly relay: TftpRelay;
  readonly timeScale: number;
  readonly login: DeviceLogin;
}

export interface PowerOnOptions {
  /** Skips the boot: the device has been up for so long, ms. */
  readonly upForMs?: number;
}

/** One time under power. */
interface Power {
  readonly abort: AbortController;
  readonly terminal: Terminal;
  ended: Promise<void>;
}

export class SimulatedDevice {
  readonly name: string;
  readonly folder: string;
  readonly #machine: Machine;
  readonly #commands: CommandTable;
  readonly #script = new Script(scriptParts);
  #write: ConsoleWrite = () => undefined;
  #power: Power | undefined;
  #backOn: NodeJS.Timeout | undefined;
  #recentOutput = '';

  constructor(options: DeviceOptions) {
    const { spec, name, folder } = options;
    this.name = name;
    this.folder = folder;
    this.#commands = new CommandTable(spec);
    this.#machine = {
      name,
      spec,
      flash: new Flash(folder, spec.flash.sizeBytes),
      nvram: new Nvram(folder, spec.configuration),
      clock: new DeviceClock(options.timeScale),
      faults: new Faults(),
      journal: new Journal(folder),
      agent: options.agent,
      relay: options.relay,
      login: options.login,
      memory: freshMemory(spec, { fileName: '', version: '' }),
    };
  }

  get isOn(): boolean {
    return this.#power !== undefined;
  }

  get flash(): Flash {
    return this.#machine.flash;
  }

  /** Makes what a new device has; what is there already stays. */
  prepare(): void {
    const { flash, nvram, spec } = this.#machine;
    mkdirSync(this.folder, { recursive: true });
    if (flash.open()) {
      const { vendor, family, factoryImage } = spec;
      const image = makeImage({ vendor, family, version: factoryImage.version }, FACTORY_IMAGE_BYTES, 7);
      flash.write(factoryImage.fileName, image);
    }
    nvram.open();
  }

  /** The console's other end: where the device's output goes. */
  connect(write: ConsoleWrite): void {
    this.#write = write;
  }

  /** Bytes that came over the console line. Without power they are lost. */
  feed(bytes: Uint8Array): void {
    this.#power?.terminal.feed(bytes);
  }

  arm(fault: Fault): void {
    this.#machine.faults.arm(fault);
  }

  clearFaults(): void {
    this.#machine.faults.clear();
  }

  /** A message on the console, as the operating system would write it; lost without power. */
  log(text: string): void {
    if (this.#power !== undefined) logLine(this.#machine, this.#power.terminal, text);
  }

  powerOn(options: PowerOnOptions = {}): void {
    clearTimeout(this.#backOn);
    if (this.#power !== undefined) return;
    const terminal = new Terminal((bytes) => this.#write(bytes));
    const power: Power = { abort: new AbortController(), terminal, ended: Promise.resolve() };
    this.#power = power;
    terminal.onOutput = (text) => this.#onOutput(text);
    const { flash, journal, memory, spec } = this.#machine;
    flash.adoptLeftovers();
    this.#machine.memory = freshMemory(spec, memory.image);
    journal.write('powerOn');
    power.ended = this.#live(power, options.upForMs).catch((error: unknown) => {
      if (!(error instanceof PowerLost)) throw error;
    });
  }

  /** Resolves when nothing of the device runs any more. */
  async powerOff(): Promise<void> {
    clearTimeout(this.#backOn);
    const power = this.#power;
    if (power === undefined) return;
    this.#power = undefined;
    this.#machine.journal.write('powerOff');
    const lost = new PowerLost();
    power.abort.abort(lost);
    power.terminal.cut(lost);
    await power.ended;
  }

  async #live(power: Power, upForMs: number | undefined): Promise<void> {
    const context: ScriptContext = {
      machine: this.#machine,
      terminal: power.terminal,
      signal: power.abort.signal,
      slots: {},
      state: 'pressReturn',
      reachBytes: (bytes) => {
        this.#failsPower((at) => at !== undefined && 'bytes' in at && bytes >= at.bytes);
      },
    };
    let cause: string | undefined = 'power-on';
    if (upForMs !== undefined) {
      this.#standUp(upForMs);
      cause = undefined;
    }
    for (;;) {
      while (cause !== undefined) cause = await this.#boot(context, cause);
      cause = await this.#converse(context);
    }
  }

  /** As if it had booted long ago. */
  #standUp(upForMs: number): void {
    const { memory, nvram, flash, spec, clock, journal } = this.#machine;
    const { fileName, version } = spec.factoryImage;
    memory.image = { fileName: flash.has(fileName) ? fileName : '', version };
    memory.running = nvram.startup.copy();
    clock.restart(upForMs);
    journal.write('booted', { file: memory.image.fileName, version, upForMs });
  }

  /** Returns the cause of the next boot where this one did not come to a prompt. */
  async #boot(context: ScriptContext, cause: string): Promise<string | undefined> {
    const { journal, spec, memory } = this.#machine;
    journal.write('boot', { cause });
    if (cause !== MANUAL_BOOT) {
      memory.returnedBy = cause === 'crash' ? 'error - a Software forced crash' : cause;
    }
    context.terminal.deafen((text) => journal.write('typedWhileBooting', { text }));
    let flow: Flow = cause === MANUAL_BOOT ? 'next' : await this.#script.run(spec.bootstrap, context);
    if (flow === 'next') flow = await this.#script.run(spec.start, context);
    context.terminal.deafen(undefined);
    return typeof flow === 'object' ? flow.restart : undefined;
  }

  /** Reads and answers lines until something restarts the device; returns the cause. */
  async #converse(context: ScriptContext): Promise<string> {
    for (;;) {
      const state = this.#machine.spec.states[context.state];
      if (state === undefined) throw new Error(`${this.name}: no state ${context.state}`);
      const prompt = fillSlots(state.prompt, machineSlots(this.#machine));
      context.terminal.print(prompt);
      if (prompt !== '' && this.#machine.faults.take('log-noise-after-prompt') !== undefined) this.#glueNoise(context);
      const line = await context.terminal.readLine(state.echo ?? true);
      const flow = await this.#answer(context, line.trim(), prompt);
      if (typeof flow === 'object') return flow.restart;
    }
  }

  async #answer(context: ScriptContext, line: string, prompt: string): Promise<Flow> {
    const { spec, journal } = this.#machine;
    const state = spec.states[context.state];
    if (state === undefined) return 'stop';
    if (line === '') return this.#script.run(state.empty ?? [], context);
    journal.write('command', { state: context.state, text: line });
    if (this.#failsPower((at) => at !== undefined && 'command' in at && new RegExp(at.command).test(line)))
      return 'stop';
    const { command, filter } = outputFilter(line);
    const found = this.#commands.find(state, command);
    const caret = `${' '.repeat(prompt.length)}^`;
    const slots = { ...found?.slots, typed: line, caret };
    const run = { ...context, slots, ...(filter === undefined ? {} : { filter }) };
    const flow = await this.#script.run(found?.steps ?? state.unknown, run);
    context.state = run.state;
    return flow;
  }

  #glueNoise(context: ScriptContext): void {
    const text = '%LINEPROTO-5-UPDOWN: Line protocol on Interface {{networkInterface}}, changed state to up';
    const line = fillSlots(text, this.#machine.spec.slots);
    context.terminal.print(`${this.#machine.clock.logStamp}: ${line}\n`);
    this.#machine.journal.write('fault', { id: 'log-noise-after-prompt' });
  }

  #onOutput(text: string): void {
    this.#recentOutput = (this.#recentOutput + text).slice(-500);
    const reached = this.#failsPower(
      (at) => at !== undefined && 'output' in at && this.#recentOutput.includes(at.output),
    );
    if (reached) this.#recentOutput = '';
  }

  /** Takes the power away where a fault says so. */
  #failsPower(fits: Parameters<Faults['take']>[1]): boolean {
    const fault = this.#machine.faults.take('power-fail', fits);
    if (fault === undefined) return false;
    this.#machine.journal.write('fault', { id: 'power-fail' });
    const { offMs } = fault;
    void this.powerOff().then(() => {
      if (offMs !== undefined) this.#backOn = setTimeout(() => this.powerOn(), offMs);
    });
    return true;
  }
}

/** The reason that ends everything a device was doing. */
class PowerLost extends Error {
  override readonly name = 'PowerLost';
}

function freshMemory(spec: DeviceSpec, image: RunningImage): Memory {
  return {
    running: new Configuration(spec.configuration),
    modified: false,
    image,
    section: '',
    returnedBy: 'power-on',
    loaderLine: 1,
    interfacesLost: 0,
    serialNumber: spec.serialNumber,
  };
}
