/** The speed of the console: `speed` below `line con 0`, `confreg` and `set BAUD` at the loaders, and what rules after a reset. */
import { CONSOLE_RATES } from '../nvram.js';
import type { Machine, Operation, Predicate, ScriptContext } from '../machine.js';

const DEFAULT_BAUD = 9600;

/** Noise that a line gives while its clock changes: bytes that no text has (`garbage-after-baud-change`). */
const GARBAGE = Uint8Array.of(0xff, 0x80, 0x1c);

/** On a command, which its terminal sees. */
function changeSpeed({ machine, terminal }: ScriptContext, baudRate: number): void {
  if (machine.faults.strikes('baud-not-applied')) return;
  setSpeed(machine, baudRate);
  if (machine.faults.strikes('garbage-after-baud-change')) terminal.writeBytes(GARBAGE);
}

function setSpeed(machine: Machine, baudRate: number): void {
  if (machine.uart.baudRate === baudRate) return;
  machine.uart.baudRate = baudRate;
  machine.journal.write('consoleSpeed', { baudRate });
}

function storeSpeed({ nvram, journal }: Machine, baudRate: number): boolean {
  const stored = nvram.setConsoleBaudRate(baudRate);
  if (stored) journal.write('nvramWrite', { configRegister: nvram.configRegister });
  return stored;
}

/** Takes effect at once; the default is not written into the configuration. */
const consoleSpeed: Operation = (context) => {
  const { machine, slots } = context;
  const baudRate = Number(slots['baud'] === undefined || slots['baud'] === '' ? DEFAULT_BAUD : slots['baud']);
  const written = baudRate === DEFAULT_BAUD ? undefined : `speed ${String(baudRate)}`;
  if (machine.memory.running.setSingle('speed', written, machine.memory.section)) machine.memory.modified = true;
  changeSpeed(context, baudRate);
  return 'next';
};

/** `confreg`, after its questions: the reset that follows makes it so. */
const registerConsoleSpeed: Operation = ({ machine, slots }) => {
  if (slots['rate'] !== undefined) storeSpeed(machine, CONSOLE_RATES[Number(slots['rate'])] ?? DEFAULT_BAUD);
  return 'next';
};
/** `set BAUD N` and `unset BAUD`: at once, and kept. */
const loaderBaud: Operation = (context) => {
  const { machine, slots } = context;
  const baudRate = Number(slots['baud'] ?? DEFAULT_BAUD);
  if (storeSpeed(machine, baudRate)) changeSpeed(context, baudRate);
  return 'next';
};

const onConsoleLine: Predicate = ({ machine }) => machine.memory.section === 'line con 0';

/** What the configuration that has just been loaded says, else the register. */
export function configuredSpeed(machine: Machine): void {
  const speed = machine.memory.running.bodyOf('line con 0').find((line) => line.startsWith('speed '));
  setSpeed(machine, speed === undefined ? machine.nvram.consoleBaudRate : Number(speed.slice('speed '.length)));
}

/** What the loader talks at after a reset. */
export function loaderSpeed(machine: Machine): void {
  setSpeed(machine, machine.nvram.consoleBaudRate);
}

export const consoleSpeedOperations: Readonly<Record<string, Operation>> = {
  consoleSpeed,
  registerConsoleSpeed,
  loaderBaud,
};
export const consoleSpeedPredicates: Readonly<Record<string, Predicate>> = { onConsoleLine };
