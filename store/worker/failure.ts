/** Errors over the thread border: codes of the registry stay what they are, everything else is the disk's or SQLite's. */
import { PortwrightError, fail } from '../../core/errors/index.js';
import type { ErrorCode } from '../../core/errors/index.js';
import type { Failure } from './messages.js';

/** Any thrown thing as plain data. */
export function toFailure(error: unknown): Failure {
  if (error instanceof PortwrightError) return { code: error.code, context: error.context };
  return { code: 'STORE_FAILED', context: { reason: reasonOf(error) } };
}

/** The error that the caller of the main loop gets. */
export function fromFailure(failure: Failure): PortwrightError {
  return fail(failure.code as ErrorCode, failure.context);
}

/** STORE_FAILED with the first cause, unless it is already an error of the registry. */
export function storeError(error: unknown): PortwrightError {
  return error instanceof PortwrightError ? error : fail('STORE_FAILED', { reason: reasonOf(error) }, error);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && !error.message.includes(code) ? `${code}: ${error.message}` : error.message;
}
