/**
 * A simulated device: flash and NVRAM that stay, a memory that goes with the power, a console. What it says and does is
 * the device file's; this class keeps power, boots and the conversation at the prompt.
 */
import { CommandTable } from './command-table.js';
import { Conversation } from './conversation.js';
import type { ConversationEnd } from './conversation.js';
import { equip, imageAtHand, makeMachine } from './factory.js';
import type { DeviceOptions } from './factory.js';
import type { Fault, Faults } from './faults.js';
import type { Flash } from './flash.js';
import { freshMemory } from './machine.js';
import type { Flow, Machine, ScriptContext } from './machine.js';
import { NetworkSession } from './network/session.js';
import { configuredSpeed, loaderSpeed } from './operations/console-speed.js';
import { scriptParts } from './operations/index.js';
import { logLine, Script } from './script.js';
import type { DeviceSpec } from './spec.js';
import { Terminal } from './terminal.js';
import type { ConsoleWrite } from './terminal.js';

/** Cause of a boot that was asked for at the loader: the bootstrap is past. */
const MANUAL_BOOT = 'manual';

export interface PowerOnOptions {
  /** Skips the boot: the device has been up for so long, ms. */
  readonly upForMs?: number;
}

/** One time under power. */
interface Power {
  readonly abort: AbortController;
  readonly terminal: Terminal;
  readonly sessions: Set<NetworkSession>;
  /** The operating system runs: callers from the network are answered. */
  isServing: boolean;
  ended: Promise<void>;
}

export class SimulatedDevice {
  readonly name: string;
  readonly folder: string;
  readonly #machine: Machine;
  readonly #script = new Script(scriptParts);
  readonly #conversation: Conversation;
  #write: ConsoleWrite = () => undefined;
  #power: Power | undefined;
  #backOn: NodeJS.Timeout | undefined;
  #recentOutput = '';

  constructor(options: DeviceOptions) {
    const { spec, name, folder } = options;
    this.name = name;
    this.folder = folder;
    this.#machine = makeMachine(options, (cause) => void this.#restart(cause));
    this.#conversation = new Conversation({
      machine: this.#machine,
      commands: new CommandTable(spec),
      script: this.#script,
      strikes: (line) =>
        this.#failsPower((at) => at !== undefined && 'command' in at && new RegExp(at.command).test(line)),
    });
  }

  get isOn(): boolean {
    return this.#power !== undefined;
  }

  /** What its servers are told about it; undefined where it has no network. */
  get network(): DeviceSpec['network'] {
    return this.#machine.spec.network;
  }

  get flash(): Flash {
    return this.#machine.flash;
  }

  /** Makes what a new device has; what is there already stays. */
  prepare(): void {
    equip(this.#machine, this.folder);
  }

  /** The console's other end: where the device's output goes. */
  connect(write: ConsoleWrite): void {
    this.#write = write;
  }

  /** Speed of its console now, bit/s. */
  get baudRate(): number {
    return this.#machine.uart.baudRate;
  }

  /** Bytes that came over the console line. Without power they are lost. */
  feed(bytes: Uint8Array): void {
    this.#power?.terminal.feed(bytes);
  }

  /**
   * A session over the network; undefined while nobody would answer. `talk` runs its whole life; a restart that it asked for
   * has then begun.
   */
  openSession(write: ConsoleWrite): NetworkSession | undefined {
    const power = this.#power;
    if (power?.isServing !== true || this.#machine.spec.network === undefined) return undefined;
    const session = new NetworkSession({
      ...{ machine: this.#machine, conversation: this.#conversation, script: this.#script, write },
      reachBytes: (bytes) => this.#reachBytes(bytes),
    });
    power.sessions.add(session);
    return session;
  }

  /** A session is over; `end` is what its `talk` told. */
  async closeSession(session: NetworkSession, end: ConversationEnd | undefined): Promise<void> {
    session.cut();
    this.#power?.sessions.delete(session);
    if (end?.kind === 'restart') await this.#restart(end.cause);
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
    const { spec, memory, journal } = this.#machine;
    this.#machine.memory = freshMemory(spec, memory.image);
    journal.write('powerOn');
    this.#begin('power-on', options.upForMs);
  }

  /** Resolves when nothing of the device runs any more. */
  async powerOff(): Promise<void> {
    clearTimeout(this.#backOn);
    if (this.#power !== undefined) this.#machine.journal.write('powerOff');
    await this.#end();
  }

  /** A command of a network session restarts the device: the console sees the boot. */
  async #restart(cause: string): Promise<void> {
    if (this.#power === undefined) return;
    await this.#end();
    this.#begin(cause);
  }

  #begin(cause: string, upForMs?: number): void {
    const terminal = new Terminal((bytes) => this.#write(bytes));
    const power: Power = {
      ...{ abort: new AbortController(), terminal, sessions: new Set(), isServing: upForMs !== undefined },
      ended: Promise.resolve(),
    };
    this.#power = power;
    terminal.pager = this.#machine.spec.pager ?? terminal.pager;
    terminal.onOutput = (text) => this.#onOutput(text);
    this.#machine.flash.adoptLeftovers();
    power.ended = this.#live(power, cause, upForMs).catch((error: unknown) => {
      if (!(error instanceof PowerLost)) throw error;
    });
  }

  async #end(): Promise<void> {
    const power = this.#power;
    if (power === undefined) return;
    this.#power = undefined;
    const lost = new PowerLost();
    power.abort.abort(lost);
    power.terminal.cut(lost);
    for (const session of power.sessions) session.cut();
    await power.ended;
  }

  async #live(power: Power, begins: string, upForMs: number | undefined): Promise<void> {
    const context: ScriptContext = {
      machine: this.#machine,
      terminal: power.terminal,
      signal: power.abort.signal,
      slots: {},
      state: this.#machine.spec.idle,
      reachBytes: (bytes) => this.#reachBytes(bytes),
    };
    let cause: string | undefined = begins;
    if (upForMs !== undefined) {
      this.#standUp(upForMs);
      cause = undefined;
    }
    for (;;) {
      while (cause !== undefined) cause = await this.#boot(power, context, cause);
      cause = await this.#converse(power, context);
    }
  }

  /** As if it had booted long ago. */
  #standUp(upForMs: number): void {
    const { memory, nvram, clock, journal } = this.#machine;
    memory.image = imageAtHand(this.#machine);
    memory.running = nvram.startup.copy();
    configuredSpeed(this.#machine);
    clock.restart(upForMs);
    journal.write('booted', { file: memory.image.fileName, version: memory.image.version, upForMs });
  }

  /** Returns the cause of the next boot where this one did not come to a prompt. */
  async #boot(power: Power, context: ScriptContext, cause: string): Promise<string | undefined> {
    const { journal, spec, memory } = this.#machine;
    journal.write('boot', { cause });
    if (cause !== MANUAL_BOOT) {
      loaderSpeed(this.#machine);
      memory.returnedBy = cause === 'crash' ? 'error - a Software forced crash' : cause;
    }
    context.terminal.deafen((text) => journal.write('typedWhileBooting', { text }));
    let flow: Flow = cause === MANUAL_BOOT ? 'next' : await this.#script.run(spec.bootstrap, context);
    if (flow === 'next') flow = await this.#script.run(spec.start, context);
    context.terminal.deafen(undefined);
    power.isServing = flow === 'next';
    return typeof flow === 'object' ? flow.restart : undefined;
  }

  /** Answers lines at the console until something restarts the device; returns the cause. */
  async #converse(power: Power, context: ScriptContext): Promise<string> {
    const ended = await this.#conversation.run(context);
    power.isServing = false;
    for (const session of power.sessions) session.cut();
    if (ended.kind === 'left') throw new Error(`${this.name}: a console cannot be left`);
    return ended.cause;
  }

  #onOutput(text: string): void {
    this.#recentOutput = (this.#recentOutput + text).slice(-500);
    const reached = this.#failsPower(
      (at) => at !== undefined && 'output' in at && this.#recentOutput.includes(at.output),
    );
    if (reached) this.#recentOutput = '';
  }

  #reachBytes(bytes: number): void {
    this.#failsPower((at) => at !== undefined && 'bytes' in at && bytes >= at.bytes);
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
