/** The console of a job's port as part of the job's transcript: everything said while the job held the line. */
import type { Console } from '../core/ports/console.js';
import type { LineMode } from '../core/ports/line.js';

/** Writes a job's transcript; text is masked and waits for its line's end, payload is told as counts. */
export interface JobRecorder {
  bytes(direction: 'in' | 'out', bytes: Uint8Array, mode: LineMode): void;
  note(text: string): void;
  flush(): void;
}

/** Starts recording; returns the way to stop. Notes of the record itself stand in parentheses, the story's do not. */
export function recordConsole(console: Console, recorder: JobRecorder): () => void {
  const stop = console.subscribe((happening) => {
    switch (happening.kind) {
      case 'received':
        recorder.bytes('in', happening.bytes, happening.mode);
        return;
      case 'sent':
        recorder.bytes('out', happening.bytes, happening.mode);
        return;
      case 'opened':
        recorder.note('(console opened)');
        return;
      case 'lost':
        recorder.note(`(console lost: ${happening.reason})`);
        return;
      case 'mode':
      case 'holder':
      case 'asked':
        return;
    }
  });
  return () => {
    stop();
    recorder.flush();
  };
}
