/**
 * What happened to a simulated device, as JSON lines in a file. Each line is on disk before the device goes on, so that
 * a test can count over several lives of the process: reload commands, boots, writes to the running file.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type JournalKind =
  | 'powerOn'
  | 'powerOff'
  /** A boot begins; `cause` is power-on, reload, crash or reset. */
  | 'boot'
  /** An image runs; `file`, `version`. */
  | 'booted'
  /** The device stands at its loader; `reason`. */
  | 'loader'
  /** A line typed at a prompt; `state`, `text`. */
  | 'command'
  /** An answer to a question; `question`, `text` (secrets are not kept). */
  | 'answer'
  /** A file transfer; `method`, `program`, `file`, `bytes`, `outcome`, `ms`. */
  | 'transfer'
  /** A file in flash was begun, overwritten or removed; `file`, `running` true where it is the one the device runs. */
  | 'flashWrite'
  | 'flashDelete'
  /** The stored configuration or the register changed. */
  | 'nvramWrite'
  /** The console's speed changed; `baudRate`. */
  | 'consoleSpeed'
  /** Bytes that came while the device booted, which nobody may send; `text`. */
  | 'typedWhileBooting'
  | 'log'
  | 'fault';

export interface JournalEntry {
  /** RFC 3339. */
  readonly at: string;
  readonly kind: JournalKind;
  readonly [key: string]: string | number | boolean;
}

const FILE_NAME = 'journal.jsonl';

export class Journal {
  readonly #file: string;

  constructor(folder: string) {
    this.#file = join(folder, FILE_NAME);
  }

  write(kind: JournalKind, fields: Readonly<Record<string, string | number | boolean>> = {}): void {
    const entry: JournalEntry = { at: new Date().toISOString(), kind, ...fields };
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
  }
}

/** All entries of a device's folder, oldest first; a line cut off by a kill is left out. */
export function readJournal(folder: string): JournalEntry[] {
  const file = join(folder, FILE_NAME);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as JournalEntry);
}

export interface JournalCounts {
  /** `reload` typed at the console, answered or not. */
  readonly reloadCommands: number;
  readonly boots: number;
  /** Times the file that the device runs from was written or deleted. */
  readonly runningFileWrites: number;
  readonly typedWhileBooting: number;
  readonly transfers: number;
}

/** The numbers that a push has to keep within its limits. */
export function countJournal(entries: readonly JournalEntry[]): JournalCounts {
  const count = (test: (entry: JournalEntry) => boolean): number => entries.filter(test).length;
  return {
    reloadCommands: count((entry) => entry.kind === 'command' && /^rel/.test(String(entry['text']))),
    boots: count((entry) => entry.kind === 'boot'),
    runningFileWrites: count(
      (entry) => (entry.kind === 'flashWrite' || entry.kind === 'flashDelete') && entry['running'] === true,
    ),
    typedWhileBooting: count((entry) => entry.kind === 'typedWhileBooting'),
    transfers: count((entry) => entry.kind === 'transfer'),
  };
}
