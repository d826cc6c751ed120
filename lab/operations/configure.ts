/** Configuration: shown, changed, stored. */
import type { Configuration } from '../configuration.js';
import type { Flow, Machine, Operation } from '../machine.js';
import { pageFiltered } from '../script.js';

function change(machine: Machine, line: string, section?: string): void {
  if (machine.memory.running.set(line.trim(), section)) machine.memory.modified = true;
}

const configureGlobal: Operation = ({ machine, slots }) => {
  const line = slots['line'] ?? '';
  if (line.startsWith('no boot system') && machine.faults.strikes('old-boot-line-first')) return 'next';
  change(machine, line);
  return 'next';
};

const configureSection: Operation = ({ machine, slots }) => {
  change(machine, slots['line'] ?? '', machine.memory.section);
  return 'next';
};

const enterSection: Operation = ({ machine, slots }) => {
  machine.memory.section = (slots['section'] ?? '').trim().replace(/^line con\w* 0$/, 'line con 0');
  return 'next';
};

/** The register is in NVRAM itself: it needs no `write memory`. */
const configureRegister: Operation = ({ machine, slots }) => {
  machine.nvram.configRegister = slots['register'] ?? machine.nvram.configRegister;
  machine.nvram.save();
  machine.journal.write('nvramWrite', { configRegister: machine.nvram.configRegister });
  return 'next';
};

const storeConfiguration: Operation = ({ machine }) => {
  machine.nvram.startup = machine.memory.running.copy();
  machine.nvram.save();
  machine.memory.modified = false;
  machine.journal.write('nvramWrite', { boot: machine.nvram.startup.bootTargets.join(', ') });
  return 'next';
};

function sizeOf(configuration: Configuration): number {
  return configuration.lines().join('\n').length + 1;
}

const showRunning: Operation = async (context): Promise<Flow> => {
  const { running } = context.machine.memory;
  const head = ['Building configuration...', '', `Current configuration : ${String(sizeOf(running))} bytes`];
  await pageFiltered([...head, ...running.lines(), ''], context);
  return 'next';
};

/** NVRAM of a 1700: 32 KB, less what the register and the counters take. */
const NVRAM_BYTES = 29_688;

const showStartup: Operation = async (context): Promise<Flow> => {
  const { startup } = context.machine.nvram;
  const head = `Using ${String(sizeOf(startup))} out of ${String(NVRAM_BYTES)} bytes`;
  await pageFiltered([head, ...startup.lines(), ''], context);
  return 'next';
};

/** `BOOT variable = flash:a,12;flash:b,12`: what was stored, each with its register field. */
const showBootVariable: Operation = async (context): Promise<Flow> => {
  const { nvram } = context.machine;
  const targets = nvram.startup.bootTargets.map((target) => `${target.replace(' ', ':')},12`);
  const boot = targets.length === 0 ? 'BOOT variable does not exist' : `BOOT variable = ${targets.join(';')}`;
  await pageFiltered(
    [
      boot,
      'CONFIG_FILE variable does not exist',
      'BOOTLDR variable does not exist',
      `Configuration register is ${nvram.configRegister}`,
      '',
    ],
    context,
  );
  return 'next';
};

export const configureOperations: Readonly<Record<string, Operation>> = {
  configureGlobal,
  configureSection,
  enterSection,
  configureRegister,
  storeConfiguration,
  showRunning,
  showStartup,
  showBootVariable,
};
