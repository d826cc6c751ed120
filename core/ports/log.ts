/** Structured log, one line a step. Never gets secrets. */
export interface LogFields {
  readonly port?: string;
  readonly job?: string;
  readonly step?: string;
  readonly code?: string;
  readonly [key: string]: string | number | boolean | undefined;
}

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
