/** What a command may use of the process: replaced in tests. */
import { processProgress } from './progress.js';
import type { Progress } from './progress.js';

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string | undefined;
  out(text: string): void;
  err(text: string): void;
  /** Bytes as they are. */
  outBytes(bytes: Uint8Array): void;
  /**
   * Every key as it is typed, Ctrl-C too where the input is a terminal; `onEnd` when there will be none. Returns the way to
   * stop, which makes the terminal what it was.
   */
  keys(onKeys: (bytes: Uint8Array) => void, onEnd: () => void): () => void;
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
    outBytes: (bytes) => process.stdout.write(bytes),
    keys: readKeys,
    progress: processProgress(process.stderr),
    nowMs: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    onSignal: (signal, act) => {
      process.on(signal, act);
      return () => process.off(signal, act);
    },
  };
}

function readKeys(onKeys: (bytes: Uint8Array) => void, onEnd: () => void): () => void {
  const { stdin } = process;
  // A pseudo terminal that went away has no mode to set.
  const setRaw = (raw: boolean): void => {
    if (stdin.isTTY) stdin.setRawMode(raw);
  };
  setRaw(true);
  stdin.on('data', onKeys);
  stdin.once('end', onEnd);
  stdin.resume();
  return () => {
    stdin.off('data', onKeys);
    stdin.off('end', onEnd);
    stdin.pause();
    setRaw(false);
  };
}
