/** What a channel says, to be awaited. */
import type { ChannelEvents } from '../../../connectors/sessions/byte-channel.js';

export class Heard implements ChannelEvents {
  readonly notes: string[] = [];
  readonly closed: Promise<{ readonly reason: string; readonly fault: Error | undefined }>;
  #bytes: Uint8Array[] = [];
  #tell: () => void = () => undefined;
  #close: (end: { reason: string; fault: Error | undefined }) => void = () => undefined;

  constructor() {
    this.closed = new Promise((resolve) => (this.#close = resolve));
  }

  get text(): string {
    return Buffer.concat(this.#bytes).toString('latin1');
  }

  onBytes(bytes: Uint8Array): void {
    this.#bytes.push(Uint8Array.from(bytes));
    this.#tell();
  }

  onNote(text: string): void {
    this.notes.push(text);
    this.#tell();
  }

  onClosed(reason: string, fault?: Error): void {
    this.#close({ reason, fault });
  }

  /** Resolves with the text once it, or a note, is as wanted. */
  async until(wanted: (text: string, notes: readonly string[]) => boolean): Promise<string> {
    while (!wanted(this.text, this.notes)) await new Promise<void>((resolve) => (this.#tell = resolve));
    return this.text;
  }

  clear(): void {
    this.#bytes = [];
  }
}
