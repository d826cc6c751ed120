/** The node's log: JSON lines on standard error, secrets masked, never in the way of the main loop. */
import { destination, pino } from 'pino';
import type { Log, LogFields } from '../core/ports/log.js';

export interface LogOptions {
  readonly node: string;
  /** Default `info`. */
  readonly level?: string;
  readonly mask: (text: string) => string;
}

const STANDARD_ERROR = 2;

/** Makes the log; every field and message goes through `mask`. */
export function openLog(options: LogOptions): Log {
  const log = pino(
    { level: options.level ?? 'info', base: { node: options.node } },
    destination({ dest: STANDARD_ERROR, sync: false }),
  );
  const safe = (fields: LogFields = {}): LogFields =>
    Object.fromEntries(
      Object.entries(fields).map(([key, value]) => [key, typeof value === 'string' ? options.mask(value) : value]),
    );
  return {
    debug: (message, fields) => {
      log.debug(safe(fields), options.mask(message));
    },
    info: (message, fields) => {
      log.info(safe(fields), options.mask(message));
    },
    warn: (message, fields) => {
      log.warn(safe(fields), options.mask(message));
    },
    error: (message, fields) => {
      log.error(safe(fields), options.mask(message));
    },
  };
}
