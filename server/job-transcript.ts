/** The console of a job's port as part of the job's transcript: everything said while the job held the line. */
import type { Clock } from '../core/ports/clock.js';
import type { Console, ConsoleHappening } from '../core/ports/console.js';
import type { Secrets } from '../core/ports/secrets.js';
import type { TranscriptStore } from '../core/ports/transcript-store.js';

interface TranscriptDeps {
  readonly transcripts: TranscriptStore;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/** Starts recording; returns the way to stop. Binary phases are told as counts, not as bytes. */
export function recordConsole(console: Console, jobId: string, deps: TranscriptDeps): () => void {
  const ref = { kind: 'transcript', jobId } as const;
  const decoders = { in: new TextDecoder('latin1'), out: new TextDecoder('latin1') };
  let binaryBytes = 0;
  const note = (text: string): void => {
    deps.transcripts.append(ref, { atMs: deps.clock.nowMs(), direction: 'note', text });
  };
  const endBinary = (): void => {
    if (binaryBytes > 0) note(`(${String(binaryBytes)} bytes of an in-band transfer)`);
    binaryBytes = 0;
  };
  const text = (direction: 'in' | 'out', bytes: Uint8Array): void => {
    endBinary();
    const masked = deps.secrets.mask(decoders[direction].decode(bytes, { stream: true }));
    deps.transcripts.append(ref, { atMs: deps.clock.nowMs(), direction, text: masked });
  };
  const stop = console.subscribe((happening: ConsoleHappening) => {
    switch (happening.kind) {
      case 'received':
      case 'sent':
        if (happening.mode === 'binary') binaryBytes += happening.bytes.length;
        else text(happening.kind === 'received' ? 'in' : 'out', happening.bytes);
        return;
      case 'opened':
        note('(console opened)');
        return;
      case 'lost':
        note(`(console lost: ${happening.reason})`);
        return;
      case 'mode':
        return;
    }
  });
  return () => {
    stop();
    endBinary();
  };
}
