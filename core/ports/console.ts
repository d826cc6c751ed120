/** An open console: one reader feeds the event source, the job and any watcher; one writer holds the line. */
import type { Line, LineMode } from './line.js';

export type ConsoleHappening =
  /** Bytes from the device; `mode` is the line's mode when they came. */
  | { readonly kind: 'received'; readonly bytes: Uint8Array; readonly mode: LineMode }
  /** Bytes written by the line's holder. */
  | { readonly kind: 'sent'; readonly bytes: Uint8Array; readonly mode: LineMode; readonly owner: string }
  | { readonly kind: 'opened' }
  /** Closed, or not opened; `code` is one of the error registry. */
  | { readonly kind: 'lost'; readonly reason: string; readonly code: string }
  | { readonly kind: 'mode'; readonly mode: LineMode };

export interface Console {
  readonly portId: string;
  readonly open: boolean;
  readonly mode: LineMode;
  start(): void;
  stop(): Promise<void>;
  /** Returns the way to stop listening. */
  subscribe(listener: (happening: ConsoleHappening) => void): () => void;
  /** Claims the right to write. A higher fence makes older lines throw LINE_FENCED. Errors: LINE_BUSY. */
  claim(owner: string): Line;
}
