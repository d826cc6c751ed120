/**
 * One fetch by HTTP: over as many connections as it takes. What came stays; a new connection asks for the rest (RFC 9110 §14.2)
 * on the condition that the file is still the same one (If-Range, §13.1.5). Where the server cannot do that, or has another file
 * now, all of it comes anew.
 */
import type { IncomingMessage } from 'node:http';
import { PortwrightError, fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { MovedFile } from '../../core/ports/transfer.js';
import type { TransferWatch } from '../../core/transfer-watch.js';
import { parseContentRange } from '../../protocols/http/range.js';
import { answerError, ask } from './http-request.js';
import type { HttpAsk } from './http-request.js';
import type { ReceivedFile } from './received-file.js';

/** Connections that may break one after the other without a single new byte, before it is given up. */
const MOST_FRUITLESS = 3;
/** Wait before the second and third of them, ms, times their number. */
const RETRY_MS = 1000;
const BEYOND_THE_END = 416;

export interface HttpGetParts {
  readonly ask: Omit<HttpAsk, 'method' | 'headers'>;
  readonly watch: TransferWatch;
  readonly clock: Clock;
  readonly file: ReceivedFile;
  /** Bytes of an earlier transfer, and the strong entity tag of the file that they are of. */
  readonly held: { readonly bytes: number; readonly etag: string } | undefined;
  /** Told of the tag that the server's file has. */
  readonly onEtag: (etag: string | undefined) => void;
}

export class HttpGet {
  readonly #parts: HttpGetParts;
  #etag: string | undefined;
  /** Bytes that are here: the next request asks from there on. */
  #bytes = 0;
  /** Length of the whole file, as the server told. */
  #totalBytes: number | undefined;
  #begun = false;

  constructor(parts: HttpGetParts) {
    this.#parts = parts;
    this.#etag = parts.held?.etag;
    this.#bytes = parts.held?.bytes ?? 0;
  }

  /** Errors: TRANSFER_* by class. */
  async run(): Promise<MovedFile> {
    for (let fruitless = 0; ;) {
      const before = this.#bytes;
      try {
        return await this.#fetch();
      } catch (error) {
        this.#parts.watch.throwIfBroken();
        fruitless = this.#bytes > before ? 0 : fruitless + 1;
        if (!this.#mayGoOn(error) || fruitless >= MOST_FRUITLESS) throw error;
        if (fruitless > 0) await this.#parts.clock.sleep(RETRY_MS * fruitless, this.#parts.watch.signal);
      }
    }
  }

  /** A link that broke in the middle of a file that can be named; an error of the registry was decided, not suffered. */
  #mayGoOn(error: unknown): boolean {
    return !(error instanceof PortwrightError) && this.#begun && this.#etag !== undefined;
  }

  async #fetch(): Promise<MovedFile> {
    const { watch, file, ask: asked } = this.#parts;
    const response = await ask({ ...asked, method: 'GET', headers: this.#rangeHeaders() });
    if (response.statusCode === BEYOND_THE_END && !this.#begun && this.#bytes > 0) {
      // Nothing follows what is held: it is whole already, or no part of this file. Only all of it can tell.
      response.destroy();
      this.#bytes = 0;
      return this.#fetch();
    }
    try {
      await this.#begin(response, asked.url);
      for await (const chunk of response as AsyncIterable<Uint8Array>) {
        await file.write(chunk);
        this.#bytes = file.bytes;
      }
    } finally {
      response.destroy();
    }
    watch.throwIfBroken();
    return file.finish(this.#totalBytes);
  }

  #rangeHeaders(): Readonly<Record<string, string>> {
    if (this.#bytes === 0 || this.#etag === undefined) return {};
    return { Range: `bytes=${this.#bytes}-`, 'If-Range': this.#etag };
  }

  async #begin(response: IncomingMessage, url: URL): Promise<void> {
    const { watch, file } = this.#parts;
    const { statusCode: status } = response;
    if (status === 200) {
      await this.#beginWhole(response);
    } else if (status === 206 && this.#bytes > 0) {
      const totalBytes = this.#restOf(response);
      // The hash of what came before goes on only where it passed by in this transfer.
      if (!this.#begun) await file.begin(this.#bytes, totalBytes);
      this.#totalBytes = totalBytes;
    } else {
      throw answerError(response, url, watch.method);
    }
    this.#begun = true;
    watch.alive();
  }

  async #beginWhole(response: IncomingMessage): Promise<void> {
    const { file, onEtag, watch } = this.#parts;
    const length = response.headers['content-length'];
    if (length === undefined && response.headers['transfer-encoding'] === undefined) {
      // RFC 9112 §6.3: such a body ends with the connection, and so does one that was cut.
      throw fail('TRANSFER_INTEGRITY', {
        method: watch.method,
        reason: 'the server does not say how long the file is',
      });
    }
    this.#totalBytes = length === undefined ? undefined : Number(length);
    this.#etag = strong(response.headers.etag);
    onEtag(this.#etag);
    await file.begin(0, this.#totalBytes);
    this.#bytes = 0;
  }

  /** Length of the whole file that this answer has the rest of. Errors: TRANSFER_INTEGRITY where it is another part. */
  #restOf({ headers }: IncomingMessage): number {
    const range = parseContentRange(headers['content-range']);
    const total = range?.sizeBytes;
    const same = headers.etag === undefined || headers.etag === this.#etag;
    const isRest = range?.offset === this.#bytes && range.endOffset === total;
    if (total !== undefined && isRest && same && (this.#totalBytes ?? total) === total) return total;
    const { watch, onEtag } = this.#parts;
    const { method } = watch;
    // The next transfer begins anew.
    onEtag(undefined);
    const reason = `asked for bytes from ${this.#bytes} on, got ${headers['content-range'] ?? 'no Content-Range'}`;
    throw fail('TRANSFER_INTEGRITY', { method, reason });
  }
}

/** RFC 9110 §13.1.5: only a strong tag can vouch for bytes. */
function strong(etag: string | undefined): string | undefined {
  return etag !== undefined && /^"[\x21\x23-\x7e]*"$/.test(etag) ? etag : undefined;
}
