/**
 * Bytes that a sender read from its source and the far end has not acknowledged yet.
 *
 * One contiguous buffer, so that a block is a view and never a join. It grows only to what is put in: the engine bounds
 * that by what it asks its caller for.
 */
export class ByteQueue {
  #buffer: Uint8Array;
  #start = 0;
  #end = 0;

  constructor(capacityBytes: number) {
    this.#buffer = new Uint8Array(capacityBytes);
  }

  get sizeBytes(): number {
    return this.#end - this.#start;
  }

  /** Copies `bytes` in at the end. */
  push(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#buffer.length) this.#makeRoom(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The bytes from `offset`, at most `lengthBytes`; valid until the next `push`. */
  view(offset: number, lengthBytes: number): Uint8Array {
    const from = this.#start + offset;
    return this.#buffer.subarray(from, Math.max(from, Math.min(from + lengthBytes, this.#end)));
  }

  /** Forgets the first `lengthBytes`. */
  drop(lengthBytes: number): void {
    this.#start = Math.min(this.#start + lengthBytes, this.#end);
  }

  #makeRoom(lengthBytes: number): void {
    const kept = this.sizeBytes;
    const target = kept + lengthBytes > this.#buffer.length ? new Uint8Array((kept + lengthBytes) * 2) : this.#buffer;
    target.set(this.#buffer.subarray(this.#start, this.#end));
    this.#buffer = target;
    this.#start = 0;
    this.#end = kept;
  }
}
