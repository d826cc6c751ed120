/** The claimed, fenced right to write to a console (ARCHITECTURE 13). */
export type LineMode = 'idle' | 'dialogue' | 'binary' | 'listenOnly' | 'person';

export interface Line {
  readonly portId: string;
  readonly owner: string;
  readonly fence: number;
  readonly mode: LineMode;
  setMode(mode: Exclude<LineMode, 'idle'>): void;
  /** Resolves when the operating system has taken the bytes. Errors: LINE_FENCED, LINE_LISTEN_ONLY, CONSOLE_LOST. */
  write(bytes: Uint8Array): Promise<void>;
  /** Speed of our end of the serial line now, bit/s; undefined where the console has none or nobody told. */
  readonly baudRate?: number | undefined;
  /**
   * Changes the speed of our end, after everything that was written has gone out. Given back, the line returns to its
   * configured speed. Errors: LINE_SPEED_FIXED, LINE_FENCED, CONSOLE_LOST.
   */
  setBaudRate?(baudRate: number): Promise<void>;
  /** Holds the line at space for so long, ms: a break. Errors: LINE_BREAK_ABSENT, LINE_FENCED, CONSOLE_LOST. */
  sendBreak?(durationMs: number): Promise<void>;
  /** Bytes as they come; returns the way to stop. `onLost` is called once when the connection breaks. */
  read(onBytes: (bytes: Uint8Array) => void, onLost: (reason: string) => void): () => void;
  /** What was said last before the claim, bounded: what stands on the line must be known before anything is typed. */
  recent?(): Uint8Array;
  /** How long ago the console came back after it was away, ms; undefined where it never was. */
  backForMs?(): number | undefined;
  /** Resolves when the console is open (at once if it is). Errors: the signal's reason. */
  opened(signal: AbortSignal): Promise<void>;
  /** Who asks for the line: give it back where a pause does no harm. */
  readonly askedBy?: string | undefined;
  /** The holder is still there: a lease begins anew, as with each write. */
  renew?(): void;
  release(): void;
}
