/**
 * A simulated device: flash and NVRAM that stay, a memory that goes with the power, a console. What it says and does is
 * the device file's; this class keeps power, boots and the conversation at the prompt.
 */
import { fail } from '../core/errors/index.js';
import { CommandTable } from './command-table.js';
import { Conversation } from './conversation.js';
import type { ConversationEnd } from './conversation.js';
import { equip, imageAtHand, makeMachine } from './factory.js';
import type { DeviceOptions } from './factory.js';
import { FAULTS } from './faults/catalogue.js';
import { DEVICE_GROUPS } from './faults/device-groups.js';
import { readFault } from './faults/fault.js';
import type { Fault, WrittenFault } from './faults/fault.js';
import type { Reached } from './faults/faults.js';
import { STRIKES } from './faults/strikes.js';
import type { Flash } from './flash.js';
import { freshMemory } from './machine.js';
import type { Flow, Machine, ScriptContext } from './machine.js';
import { forgetHostKey } from './network/host-key.js';
import { NetworkSession } from './network/session.js';
import { configuredSpeed, loaderSpeed } from './operations/console-speed.js';
import { scriptParts } from './operations/index.js';
import { logLine } from './log-line.js';
import { Script } from './script.js';
import type { DeviceSpec } from './spec.js';
import { Terminal } from './terminal.js';
import type { ConsoleWrite } from './terminal.js';

/** Cause of a boot that was asked for at the loader: the bootstrap is past. */
const MANUAL_BOOT = 'manual';
/** Cause of a change of the unit that answers: nothing boots. */
const FAIL_OVER = 'failover';

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
  #hangUp: () => void = () => undefined;
  #power: Power | undefined;
  #cancelReturn: () => void = () => undefined;
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
      reach: (reached, terminal) => this.#reach(reached, this.#sessionOf(terminal)),
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

  /** The console's other end: where the device's output goes, and how whoever listens there is cut off. */
  connect(write: ConsoleWrite, hangUp: () => void = () => undefined): void {
    this.#write = write;
    this.#hangUp = hangUp;
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
   * has then begun. `hangUp` ends the caller's connection.
   */
  openSession(write: ConsoleWrite, hangUp: () => void): NetworkSession | undefined {
    const power = this.#power;
    const { faults, spec } = this.#machine;
    if (power?.isServing !== true || spec.network === undefined) return undefined;
    if (faults.strikes('no-ethernet') || faults.strikes('ssh-gone')) return undefined;
    const session: NetworkSession = new NetworkSession({
      ...{ machine: this.#machine, conversation: this.#conversation, script: this.#script, write, hangUp },
      reach: (reached) => this.#reach(reached, session),
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

  /** A right login that the device takes for a wrong one. */
  refusesLogin(): boolean {
    return this.#machine.faults.strikes('wrong-password');
  }

  /** Errors: LAB_FAULT_UNKNOWN, LAB_FAULT_UNSUITABLE. */
  arm(written: WrittenFault): void {
    const fault = readFault(written);
    const group = DEVICE_GROUPS[FAULTS[fault.id].on];
    if (!group.has(this.#machine.spec)) {
      throw fail('LAB_FAULT_UNSUITABLE', { fault: fault.id, device: this.name, devices: group.title });
    }
    const { faults } = this.#machine;
    // What strikes by itself needs a device that runs.
    const sleeps = STRIKES[fault.id] !== undefined && fault.at === undefined && this.#power?.isServing !== true;
    faults.arm(sleeps ? { ...fault, at: { state: '.*' } } : fault);
    if (fault.at === undefined && !sleeps) this.#strike(fault, undefined);
  }

  clearFaults(): void {
    this.#machine.faults.clear();
  }

  /** A message on the console, as the operating system would write it; lost without power. */
  log(text: string): void {
    if (this.#power !== undefined) logLine(this.#machine, this.#power.terminal, text);
  }

  powerOn(options: PowerOnOptions = {}): void {
    this.#cancelReturn();
    if (this.#power !== undefined) return;
    const { spec, memory, journal } = this.#machine;
    this.#machine.memory = freshMemory(spec, memory.image);
    journal.write('powerOn');
    this.#begin('power-on', options.upForMs);
  }

  /** Resolves when nothing of the device runs any more. */
  async powerOff(): Promise<void> {
    this.#cancelReturn();
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
    const terminal = new Terminal(
      (bytes) => this.#write(bytes),
      (ms, act) => this.#machine.clock.after(ms, act),
    );
    const power: Power = {
      ...{ abort: new AbortController(), terminal, sessions: new Set(), isServing: upForMs !== undefined },
      ended: Promise.resolve(),
    };
    this.#power = power;
    terminal.pager = this.#machine.spec.pager ?? terminal.pager;
    terminal.onOutput = (text) => this.#reachOutput(text, undefined);
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
      reachBytes: (bytes) => void this.#reach({ kind: 'bytes', bytes }, undefined),
    };
    let cause: string | undefined = begins;
    if (upForMs !== undefined) this.#standUp(upForMs);
    if (begins === FAIL_OVER) this.#takeOver(power);
    if (upForMs !== undefined || begins === FAIL_OVER) cause = undefined;
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

  /** The second slot of a stack is master from now on; what the first one had in hand is gone. */
  #takeOver(power: Power): void {
    this.#machine.memory.masterSlot = 2;
    power.isServing = true;
    power.terminal.print('\nThis node is now the master of the stack.\n');
  }

  /** Returns the cause of the next boot where this one did not come to a prompt. */
  async #boot(power: Power, context: ScriptContext, cause: string): Promise<string | undefined> {
    const { journal, memory, faults } = this.#machine;
    journal.write('boot', { cause });
    if (faults.strikes('ssh-hostkey-changed')) forgetHostKey(this.folder);
    memory.masterSlot = 1;
    if (cause !== MANUAL_BOOT) {
      loaderSpeed(this.#machine);
      memory.returnedBy = cause === 'crash' ? 'error - a Software forced crash' : cause;
    }
    memory.typedAtLoader = '';
    context.terminal.deafen((text) => {
      memory.typedAtLoader += text;
      journal.write('typedWhileBooting', { text });
    });
    let flow: Flow = 'next';
    if (cause !== MANUAL_BOOT) flow = await this.#phase('bootstrap', context);
    if (flow === 'next') flow = await this.#phase('start', context);
    context.terminal.deafen(undefined);
    power.isServing = flow === 'next';
    return typeof flow === 'object' ? flow.restart : undefined;
  }

  async #phase(name: 'bootstrap' | 'start', context: ScriptContext): Promise<Flow> {
    const { spec } = this.#machine;
    this.#reach({ kind: 'state', state: name }, undefined);
    return this.#script.run(spec[name], context);
  }

  /** Answers lines at the console until something restarts the device; returns the cause. */
  async #converse(power: Power, context: ScriptContext): Promise<string> {
    const ended = await this.#conversation.run(context);
    power.isServing = false;
    for (const session of power.sessions) session.cut();
    if (ended.kind === 'left') throw new Error(`${this.name}: a console cannot be left`);
    return ended.cause;
  }

  #sessionOf(terminal: Terminal): NetworkSession | undefined {
    return [...(this.#power?.sessions ?? [])].find((session) => session.terminal === terminal);
  }

  #reachOutput(text: string, session: NetworkSession | undefined): void {
    this.#recentOutput = (this.#recentOutput + text).slice(-500);
    if (this.#reach({ kind: 'output', recent: this.#recentOutput }, session)) this.#recentOutput = '';
  }

  /** Wakes the faults of this point; those that strike by themselves do. True where the power goes. */
  #reach(reached: Reached, session: NetworkSession | undefined): boolean {
    const wasOn = this.#power;
    for (const fault of this.#machine.faults.reach(reached)) this.#strike(fault, session);
    return this.#power !== wasOn;
  }

  #strike(fault: Fault, session: NetworkSession | undefined): void {
    const strike = STRIKES[fault.id];
    const power = this.#power;
    if (strike === undefined || power === undefined) return;
    this.#machine.faults.take(fault.id);
    strike(
      {
        machine: this.#machine,
        terminal: session?.terminal ?? power.terminal,
        failPower: (offMs) => this.#failPower(offMs),
        hangUp: (what) => (what === 'console' || session === undefined ? this.#hangUp() : session.hangUp(what)),
        failOver: () => void this.#restart(FAIL_OVER),
      },
      fault,
    );
  }

  #failPower(offMs: number | undefined): void {
    void this.powerOff().then(() => {
      if (offMs !== undefined) this.#cancelReturn = this.#machine.clock.after(offMs, () => this.powerOn());
    });
  }
}

/** The reason that ends everything a device was doing. */
class PowerLost extends Error {
  override readonly name = 'PowerLost';
}
