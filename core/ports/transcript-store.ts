/** Append-only, rotated text: console logs by port and transcripts by job. */

/** Text that is kept whole beside a job. `recording`: each entry is a command, and after its line the output. */
export type KeptText = 'post' | 'running-config' | 'startup-config' | 'recording';

/** `console`: everything on a port's line, with direction; `transcript`: what one job saw and said; `post`, configs: kept whole. */
export type TranscriptRef =
  | { readonly kind: 'console'; readonly portId: string }
  | { readonly kind: 'transcript'; readonly jobId: string }
  | { readonly kind: KeptText; readonly portId: string; readonly jobId: string };

export interface TranscriptEntry {
  readonly atMs: number;
  /** `in` from the device, `out` to it, `note` by us. */
  readonly direction: 'in' | 'out' | 'note';
  readonly text: string;
}

export interface TranscriptStore {
  /** Buffered, in order; `flush` resolves when it is on disk. Never blocks the caller. */
  append(ref: TranscriptRef, entry: TranscriptEntry): void;
  flush(): Promise<void>;
  read(
    ref: TranscriptRef,
    options: { readonly sinceMs?: number; readonly limit?: number },
  ): Promise<readonly TranscriptEntry[]>;
}
