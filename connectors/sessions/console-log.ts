/**
 * The log of one console, or of one job's time on it: every byte of both directions, decoded once, secrets masked. Text is kept until its line
 * ends, so that a secret cut between two chunks is still found. Payload of a transfer is told as counts.
 */
import type { Clock } from '../../core/ports/clock.js';
import type { LineMode } from '../../core/ports/line.js';
import type { TranscriptRef, TranscriptStore } from '../../core/ports/transcript-store.js';
import { ByteDecoder, secretMask } from '../../protocols/dialog/index.js';
import { TypedKeys } from './typed-keys.js';

export interface ConsoleLogDeps {
  readonly ref: TranscriptRef;
  readonly clock: Clock;
  readonly transcripts: TranscriptStore;
  /** Replaces the secrets that the node knows. */
  readonly mask: (text: string) => string;
  /** Patterns of secrets that the device shows by itself (`DialogTable.secrets`). */
  readonly secretPatterns?: readonly string[];
}

type Direction = 'in' | 'out';

/** A prompt that stands unterminated is written after this. */
const TAIL_MS = 500;
/** A line without end is written in pieces of this size. */
const PIECE_CHARS_MAX = 4_096;

interface Side {
  readonly decoder: ByteDecoder;
  text: string;
  cancel: (() => void) | undefined;
}

export class ConsoleLog {
  readonly #deps: ConsoleLogDeps;
  readonly #ownSecrets: (text: string) => string;
  readonly #sides: Readonly<Record<Direction, Side>> = { in: newSide(), out: newSide() };
  readonly #keys = new TypedKeys();
  readonly #binary: Record<Direction, number> = { in: 0, out: 0 };

  constructor(deps: ConsoleLogDeps) {
    this.#deps = deps;
    this.#ownSecrets = secretMask(deps.secretPatterns ?? []);
  }

  bytes(direction: Direction, bytes: Uint8Array, mode: LineMode): void {
    if (mode === 'binary') {
      this.#binary[direction] += bytes.length;
      return;
    }
    this.#endBinary();
    const side = this.#sides[direction];
    if (direction === 'out' && mode === 'person') {
      for (const line of this.#keys.typed(side.decoder.decode(bytes))) this.#keep('out', line);
      return;
    }
    // What one side says closes the other's unfinished line: the order of the log is the order of the line.
    this.#flush(direction === 'in' ? 'out' : 'in');
    const text = side.decoder.decode(bytes);
    if (direction === 'in') this.#keys.heard(text);
    side.text += text;
    const end = side.text.lastIndexOf('\n') + 1;
    if (end > 0) this.#write(direction, end);
    if (side.text.length >= PIECE_CHARS_MAX) this.#flush(direction);
    if (side.text !== '') {
      side.cancel ??= this.#deps.clock.after(TAIL_MS, () => {
        this.#flush(direction);
      });
    }
  }

  note(text: string): void {
    this.flush();
    this.#append('note', text);
  }

  /** Writes what waits for its line's end. */
  flush(): void {
    this.#endBinary();
    this.#flush('in');
    this.#flush('out');
    for (const line of this.#keys.rest()) this.#keep('out', line);
  }

  #endBinary(): void {
    const { in: received, out: sent } = this.#binary;
    if (received + sent === 0) return;
    this.#binary.in = 0;
    this.#binary.out = 0;
    this.#append('note', `(in-band transfer: ${sent} bytes sent, ${received} bytes received)`);
  }

  #flush(direction: Direction): void {
    this.#write(direction, this.#sides[direction].text.length);
  }

  #write(direction: Direction, chars: number): void {
    const side = this.#sides[direction];
    side.cancel?.();
    side.cancel = undefined;
    if (chars > 0) this.#keep(direction, side.text.slice(0, chars));
    side.text = side.text.slice(chars);
  }

  #keep(direction: Direction, text: string): void {
    this.#append(direction, this.#ownSecrets(this.#deps.mask(text)));
  }

  #append(direction: Direction | 'note', text: string): void {
    const { transcripts, ref, clock } = this.#deps;
    transcripts.append(ref, { atMs: clock.nowMs(), direction, text });
  }
}

function newSide(): Side {
  return { decoder: new ByteDecoder(), text: '', cancel: undefined };
}
