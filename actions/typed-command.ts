/** A command that a person or a rule has written, typed at a device exactly as it stands. */
import { fail } from '../core/errors/index.js';
import type { JsonObject } from '../core/json.js';

/** JSON Schema: one line of printable ASCII, so that one command cannot become two. */
export const COMMAND: JsonObject = { type: 'string', pattern: '^[\\x21-\\x7e][\\x20-\\x7e]{0,200}$' };

/** For an exchange's `send`: what looks like a slot there would be filled, and is refused. Errors: ACTION_PARAMS. */
export function typed(action: string, command: string): string {
  if (!command.includes('{{')) return command;
  throw fail('ACTION_PARAMS', { action, pointer: '/command', wanted: 'a command without {{', got: command });
}
