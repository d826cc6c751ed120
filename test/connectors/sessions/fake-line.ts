/** A line that is one end of a scripted device: the other end sees what is written and says what it likes. */
import type { Line, LineMode } from '../../../core/ports/line.js';
import { fail } from '../../../core/errors/index.js';

export class FakeLine implements Line {
  readonly portId = 'n1:1/1';
  readonly owner = 'test';
  readonly fence = 1;
  mode: LineMode = 'dialogue';
  held = true;
  /** Everything written, with the mode in which it was. */
  readonly sent: { readonly text: string; readonly mode: LineMode }[] = [];
  onSent: (text: string) => void = () => undefined;
  recentText = '';
  #onBytes: (bytes: Uint8Array) => void = () => undefined;
  #onLost: (reason: string) => void = () => undefined;

  setMode(mode: Exclude<LineMode, 'idle'>): void {
    if (!this.held) throw fail('LINE_FENCED', { port: this.portId });
    this.mode = mode;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.held) throw fail('LINE_FENCED', { port: this.portId });
    if (this.mode === 'listenOnly') throw fail('LINE_LISTEN_ONLY', { port: this.portId });
    const text = new TextDecoder().decode(bytes);
    this.sent.push({ text, mode: this.mode });
    this.onSent(text);
  }

  read(onBytes: (bytes: Uint8Array) => void, onLost: (reason: string) => void): () => void {
    this.#onBytes = onBytes;
    this.#onLost = onLost;
    return () => undefined;
  }

  recent(): Uint8Array {
    return new TextEncoder().encode(this.recentText);
  }

  opened(): Promise<void> {
    return Promise.resolve();
  }

  release(): void {
    this.held = false;
  }

  /** The device says something. */
  say(text: string | Uint8Array): void {
    this.#onBytes(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  }

  lose(reason: string): void {
    this.#onLost(reason);
  }

  get typed(): string[] {
    return this.sent.map(({ text }) => text);
  }
}
