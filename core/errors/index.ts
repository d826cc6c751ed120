/** The registry's public face: `fail(code, context, cause)` makes the error, `ERRORS` is every code there is. */
import { PortwrightError } from './registry.js';
import type { ErrorContext } from './registry.js';
import { deviceErrors } from './device.js';
import { downloadErrors } from './download.js';
import { jobErrors } from './jobs.js';
import { labErrors } from './lab.js';
import { lineErrors } from './line.js';
import { nodeErrors } from './node.js';
import { outletErrors } from './outlets.js';
import { siteErrors } from './site.js';
import { storeErrors } from './store.js';
import { transferErrors } from './transfer.js';

export { PortwrightError } from './registry.js';
export type { ErrorContext, ErrorRow } from './registry.js';

export const ERRORS = {
  ...deviceErrors,
  ...downloadErrors,
  ...jobErrors,
  ...labErrors,
  ...lineErrors,
  ...nodeErrors,
  ...outletErrors,
  ...siteErrors,
  ...storeErrors,
  ...transferErrors,
};

export type ErrorCode = keyof typeof ERRORS;

/** Makes an error of the registry; the caller throws it. */
export function fail(code: ErrorCode, context: ErrorContext = {}, cause?: unknown): PortwrightError {
  return new PortwrightError(code, ERRORS[code], context, cause);
}

/** The code of any thrown thing: its own where it is ours, else `UNEXPECTED`. */
export function codeOf(error: unknown): string {
  return error instanceof PortwrightError ? error.code : 'UNEXPECTED';
}

/** What any thrown thing says, for messages and records. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
