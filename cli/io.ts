/** What a command may use of the process: replaced in tests. */
import { processProgress } from './progress.js';
import type { Progress } from './progress.js';

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string | undefined;
  out(text: string): void;
  err(text: string): void;
  readonly progress: Progress;
  nowMs(): number;
  sleep(ms: number): Promise<void>;
  /** Calls back at every signal of this kind; returns the way to stop. */
  onSignal(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', act: () => void): () => void;
}

/** The real process. A reader that goes away (`| head`) ends the command without a word. */
export function processIo(): Io {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  return {
    env: process.env,
    cwd: process.cwd(),
    home: process.env['HOME'],
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    progress: processProgress(process.stderr),
    nowMs: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    onSignal: (signal, act) => {
      process.on(signal, act);
      return () => process.off(signal, act);
    },
  };
}
