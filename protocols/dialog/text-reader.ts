/**
 * What a device says, as lines and one unterminated tail: bytes → text → without control sequences → lines.
 * Chunks do not matter: every byte goes through the same machines, so one byte at a time reads the same.
 * Lines wait here between two engines; what one did not consume the next one finds.
 */
import { ByteDecoder } from './byte-decoder.js';
import { EscapeFilter } from './escape-filter.js';
import { LineEditor } from './line-editor.js';
import { plainBytes, plainText, splitPlain } from './plain-text.js';
import { QUEUE_CHARS_MAX, QUEUE_LINES_MAX } from './limits.js';

/** A shorter run is not worth the change of ways. Bytes. */
const SHORTEST_PLAIN = 32;
/** Looked at byte by byte before the short way is tried again. Bytes. */
const CLOSER_LOOK = 64;

export class TextReader {
  #decoder = new ByteDecoder();
  #escapes = new EscapeFilter();
  #editor = new LineEditor();
  #lines: string[] = [];
  #first = 0;
  #chars = 0;
  #dropped = 0;
  #heard = false;

  #broke = false;

  /** Something was heard since the reader was made, or since the line broke. */
  get heard(): boolean {
    return this.#heard;
  }

  /** The line broke, and nothing was heard since. */
  get broke(): boolean {
    return this.#broke && !this.#heard;
  }

  /** Lines that nobody read in time. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The last, unterminated line as a terminal would show it. */
  get tail(): string {
    return this.#editor.text;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#heard = true;
    for (let at = 0; at < bytes.length;) {
      const left = bytes.subarray(at);
      const plain = this.#decoder.idle && this.#escapes.idle ? plainBytes(left) : 0;
      const isPlain = plain >= SHORTEST_PLAIN || plain === left.length;
      const piece = left.subarray(0, isPlain ? plain : CLOSER_LOOK);
      if (isPlain) this.#plain(piece);
      else this.#text(this.#decoder.decode(piece));
      at += piece.length;
    }
  }

  #text(text: string): void {
    this.#escapes.push(text, (input) => {
      const line = this.#editor.handle(input);
      if (line !== undefined) this.#enqueue(line);
    });
  }

  #plain(bytes: Uint8Array): void {
    splitPlain(plainText(bytes), {
      line: (text, behindCr) => {
        const line = this.#editor.appendLine(text, behindCr);
        if (line !== undefined) this.#enqueue(line);
        else this.#text(behindCr ? `${text}\r\n` : `${text}\n`);
      },
      rest: (text) => {
        if (!this.#editor.append(text)) this.#text(text);
      },
    });
  }

  /** The next finished line, oldest first. */
  nextLine(): string | undefined {
    const line = this.#lines[this.#first];
    if (line === undefined) return undefined;
    this.#first++;
    this.#chars -= line.length;
    if (this.#first > 1024) this.#compact();
    return line;
  }

  /** All finished lines. */
  takeLines(): string[] {
    this.#compact();
    const lines = this.#lines;
    this.#lines = [];
    this.#chars = 0;
    return lines;
  }

  /** Puts lines back in front of the queue: the next engine reads them again. */
  unread(lines: readonly string[]): void {
    this.#compact();
    this.#lines.unshift(...lines);
    for (const line of lines) this.#chars += line.length;
    this.#bound();
  }

  /** Takes the tail out: an answered question, a prompt at which a command is typed. */
  cut(): string {
    return this.#editor.cut();
  }

  /** The connection is gone: half a line from before must not be joined with what comes after it. */
  lineBroke(): void {
    this.#broke = true;
    this.#heard = false;
    this.cut();
  }

  /** Forgets what nobody read, and the tail. */
  discard(): void {
    this.#lines = [];
    this.#first = 0;
    this.#chars = 0;
    this.cut();
  }

  /** Begins anew: what came at another speed may have left a character or a control sequence half read. */
  reset(): void {
    this.#decoder = new ByteDecoder();
    this.#escapes = new EscapeFilter();
    this.#editor = new LineEditor();
    this.discard();
  }

  #enqueue(line: string): void {
    this.#lines.push(line);
    this.#chars += line.length;
    this.#bound();
  }

  #bound(): void {
    while (this.#lines.length - this.#first > QUEUE_LINES_MAX || this.#chars > QUEUE_CHARS_MAX) {
      this.#dropped++;
      this.nextLine();
    }
  }

  #compact(): void {
    this.#lines = this.#lines.slice(this.#first);
    this.#first = 0;
  }
}
