/** One line of the control connection, run where it may be run. */
import { parseCommand } from './command-table.js';
import type { ParsedCommand } from './command-table.js';
import type { ControlItem } from './control-reader.js';
import type { Reply } from './reply.js';
import type { SessionData, SessionTerms, Step } from './session-data.js';

/** `named`: USER came just before, so PASS is in its place. */
export function runCommand(item: ControlItem, data: SessionData, terms: SessionTerms, named: boolean): Step {
  if (item.kind === 'tooLong') return refusedLine('The command is too long.');
  if (item.kind === 'illegal') return refusedLine('The command holds illegal bytes.');
  const command = parseCommand(item.text);
  const wrong = outOfPlace(command, data.file !== undefined, named);
  if (wrong !== undefined) return { reply: wrong };
  // A row that needs a login never runs without a file; the others do not look at it.
  return command.row?.run({ data, terms, file: data.file ?? NO_FILE }, command.argument) ?? {};
}

/** Whether this is not kept waiting while a transfer runs. */
export function isUrgent(item: ControlItem): boolean {
  return item.kind === 'line' && parseCommand(item.text).row?.now === true;
}

const NO_FILE = { path: '', access: 'fetch', sizeBytes: undefined, modifiedMs: 0 } as const;

function outOfPlace({ row, argument }: ParsedCommand, loggedIn: boolean, named: boolean): Reply | undefined {
  if (row === undefined) return { code: 500, text: 'Unknown command.' };
  if (row.when === 'login' && !loggedIn) return { code: 530, text: 'First USER and PASS.' };
  if (row.when === 'user' && loggedIn) return { code: 503, text: 'A user is logged in; REIN first.' };
  if (row.when === 'password' && !named) return { code: 503, text: 'First USER.' };
  if (row.argument === 'required' && argument === '') return { code: 501, text: 'An argument is missing.' };
  if (row.argument === 'none' && argument !== '') return { code: 501, text: 'No argument is taken.' };
  return undefined;
}

function refusedLine(text: string): Step {
  return { reply: { code: 500, text }, outputs: [{ kind: 'refused', reason: text }] };
}
