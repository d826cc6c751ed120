/** One error class, one registry (STYLE 17): every code says whose fault it is and what the user does next. */

/** Whose fault: our own side's misuse, the remote program, the managed device, or the link between. */
export type Fault = 'local' | 'remote' | 'device' | 'link';

export interface ErrorRow {
  /** Message template; `{name}` is filled from the context. */
  readonly message: string;
  readonly fault: Fault;
  readonly httpStatus: number;
  readonly retryable: boolean;
  /** What the user does next; a template as well. */
  readonly next: string;
}

export type ErrorTable = Readonly<Record<string, ErrorRow>>;

/** Values for a message; secrets never belong here. */
export type ErrorContext = Readonly<Record<string, string | number | boolean | undefined>>;

/** The only error this project throws on purpose. `cause` is the first cause and is never overwritten. */
export class PortwrightError extends Error {
  readonly code: string;
  readonly fault: Fault;
  readonly httpStatus: number;
  readonly retryable: boolean;
  readonly next: string;
  readonly context: ErrorContext;

  constructor(code: string, row: ErrorRow, context: ErrorContext, cause?: unknown) {
    super(fill(row.message, context), cause === undefined ? undefined : { cause });
    this.name = 'PortwrightError';
    this.code = code;
    this.fault = row.fault;
    this.httpStatus = row.httpStatus;
    this.retryable = row.retryable;
    this.next = fill(row.next, context);
    this.context = context;
  }
}

function fill(template: string, context: ErrorContext): string {
  return template.replace(/\{(\w+)\}/g, (_whole, name: string) => String(context[name] ?? `{${name}}`));
}
