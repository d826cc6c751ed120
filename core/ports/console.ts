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
  | { readonly kind: 'mode'; readonly mode: LineMode }
  /** Who holds the line now; undefined: nobody. */
  | { readonly kind: 'holder'; readonly owner: string | undefined }
  /** Somebody asks for the line. */
  | { readonly kind: 'asked'; readonly owner: string };

/** A poll yields to everybody; a job to nobody, unless it gives the line back; a person as a job. */
export type ClaimKind = 'job' | 'person' | 'poll';

export interface ClaimTerms {
  readonly kind: ClaimKind;
  /** The claim ends by itself after this long without a write or `renew`, ms. Absent: never. */
  readonly leaseMs?: number;
  /** A person who takes the line from whoever holds it; also the keys that `listenOnly` would refuse. */
  readonly now?: boolean;
}

export interface Console {
  readonly portId: string;
  readonly open: boolean;
  readonly mode: LineMode;
  /** What was said last, bounded; of what is long ago only the line that stands unfinished. */
  recent?(): Uint8Array;
  /** Who holds the line. */
  readonly holder?: string | undefined;
  /** Whether a person holds the line, or asks for it. */
  readonly person?: 'holds' | 'asks' | undefined;
  start(): void;
  stop(): Promise<void>;
  /** Returns the way to stop listening. */
  subscribe(listener: (happening: ConsoleHappening) => void): () => void;
  /**
   * Claims the right to write; without terms, for a job. A higher fence makes older lines throw LINE_FENCED.
   * Errors: LINE_BUSY.
   */
  claim(owner: string, terms?: ClaimTerms): Line;
  /**
   * Asks for the line: the holder sees it in `Line.askedBy`, and whoever asked first has it when it is free, before other
   * claims. Errors: the signal's reason.
   */
  ask?(owner: string, terms: ClaimTerms, signal: AbortSignal): Promise<Line>;
}
