/** What crosses between the main loop and the store's thread: plain data, cloned. */
import type { ErrorContext } from '../../core/errors/index.js';

export interface WorkerSettings {
  readonly dataDir: string;
  /** An event segment that has grown to this many bytes is followed by a new one. */
  readonly eventSegmentBytes: number;
  /** Added before each commit, ms: a slow disk for tests. 0 in service. */
  readonly commitDelayMs: number;
}

/** One call of a table's method. */
export interface Request {
  readonly id: number;
  /** Wall clock of the caller, epoch ms: decides the day of a new event segment. */
  readonly atMs: number;
  readonly table: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** An error as plain data; `code` is the registry's. */
export interface Failure {
  readonly code: string;
  readonly context: ErrorContext;
}

export type Reply =
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure };

export type ToWorker =
  { readonly kind: 'requests'; readonly requests: readonly Request[] } | { readonly kind: 'close' };

export type FromWorker =
  | { readonly kind: 'opened'; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'replies'; readonly replies: readonly Reply[]; readonly commits: number };
