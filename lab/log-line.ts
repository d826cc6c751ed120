import type { Machine } from './machine.js';
import type { Terminal } from './terminal.js';

/** Writes a log line as the device would, unless its configuration keeps the console quiet. */
export function logLine(machine: Machine, terminal: Terminal, text: string): void {
  const shown = machine.memory.running.logsToConsole;
  machine.journal.write('log', { text, shown });
  if (shown) terminal.log(`${machine.clock.logStamp}: ${text}`);
}
