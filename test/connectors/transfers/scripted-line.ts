/** A line in memory for tests of in-band transfers. */
import type { Line } from '../../../core/ports/line.js';

const CAN = 0x18;

/** A line whose far end is a function of what was written; it may answer from inside `write`. */
export class ScriptedLine implements Line {
  readonly portId = 'n1:1/1';
  readonly owner = 'test';
  readonly fence = 1;
  readonly mode = 'binary';
  readonly written: Uint8Array[] = [];
  onWritten: (bytes: Uint8Array) => void = () => undefined;
  refuseWrites: Error | undefined;
  /** What was said before anybody read. */
  said = new Uint8Array(0);
  readers = 0;
  #onBytes: (bytes: Uint8Array) => void = () => undefined;
  #onLost: (reason: string) => void = () => undefined;

  recent(): Uint8Array {
    return this.said;
  }

  setMode(): void {
    throw new Error('the caller sets the mode');
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.refuseWrites) throw this.refuseWrites;
    this.written.push(bytes.slice());
    this.onWritten(bytes);
  }

  read(onBytes: (bytes: Uint8Array) => void, onLost: (reason: string) => void): () => void {
    this.readers += 1;
    this.#onBytes = onBytes;
    this.#onLost = onLost;
    return () => {
      this.readers -= 1;
    };
  }

  opened(): Promise<void> {
    return Promise.resolve();
  }

  release(): void {
    throw new Error('the caller releases the line');
  }

  say(bytes: Uint8Array): void {
    this.#onBytes(bytes);
  }

  lose(reason: string): void {
    this.#onLost(reason);
  }

  /** CANs were the last that was written. */
  get cancelled(): boolean {
    return (
      this.written
        .at(-1)
        ?.slice(0, 8)
        .every((byte) => byte === CAN) ?? false
    );
  }
}
