/** What every verb gets, and how its end becomes an exit code. */
import { InvalidArgumentError } from 'commander';
import type { PortwrightError } from '../core/errors/index.js';
import { DURATION_PATTERN } from '../core/duration.js';
import type { ExitCode } from './exit-code.js';
import type { Io } from './io.js';
import { ApiError } from './node-client.js';
import type { NodeClient } from './node-client.js';
import { lines, parseMoment } from './text.js';

export interface Cli {
  readonly io: Io;
  /** The node that the options and the environment name. */
  client(): Promise<NodeClient>;
  /** Folders where the site may lie that is meant, the likeliest first. */
  siteFolders(): readonly string[];
  /** Sets the exit code; 0 unless told. */
  exit(code: ExitCode): void;
}

/** What was typed makes no sense; nothing was done. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/**
 * Whether an error is of the project's registry. `server/` is imported when a verb needs it, and a loader may give it
 * a copy of the class of its own: the name tells, as `instanceof` may not.
 */
export function isOurs(error: unknown): error is PortwrightError {
  return error instanceof Error && error.name === 'PortwrightError';
}

/** One segment of a path: `1/1` → `1%2F1`. */
export function segment(text: string): string {
  return encodeURIComponent(text);
}

/** `portwright: what is wrong`, then what to do. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError || isOurs(error)) {
    return lines(`portwright: ${error.message}\n${error.next}`);
  }
  return lines(`portwright: ${error instanceof Error ? error.message : String(error)}`);
}

/** For commander: a duration, as it is. */
export function durationOption(text: string): string {
  if (!new RegExp(DURATION_PATTERN).test(text))
    throw new InvalidArgumentError('Expected a duration such as 90s, 10m, 4h.');
  return text;
}

/** For commander: a whole number from 1 to 9999. */
export function countOption(text: string): string {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('Expected a number from 1 to 9999.');
  return text;
}

/** For commander: RFC 3339, or how long ago. */
export function momentOption(io: Io): (text: string) => string {
  return (text) => {
    const moment = parseMoment(text, io.nowMs());
    if (moment === undefined)
      throw new InvalidArgumentError('Expected a time such as 2026-01-02T03:04:05Z, or 10m for ten minutes ago.');
    return moment;
  };
}
