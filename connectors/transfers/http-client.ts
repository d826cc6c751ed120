/**
 * HTTP(S) with us as the client: RFC 9110 and 9112 on Node's own parser. Done: GET with resume, PUT, redirects, basic
 * authentication (RFC 7617), certificates checked. Not done: content codings, cookies, proxies, other authentication schemes.
 */
import type { ClientRequest } from 'node:http';
import { finished } from 'node:stream/promises';
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type {
  FileSink,
  FileSource,
  MovedFile,
  RemoteFile,
  TransferClient,
  TransferOptions,
} from '../../core/ports/transfer.js';
import { watched } from '../../core/transfer-watch.js';
import type { TransferWatch } from '../../core/transfer-watch.js';
import { statusClass } from '../../protocols/http/status-class.js';
import { HttpGet } from './http-get.js';
import { answerError, ask, socketError, urlOf } from './http-request.js';
import type { HttpAsk } from './http-request.js';
import { writePieces } from './paced-writes.js';
import { ReceivedFile } from './received-file.js';
import { SentFile } from './sent-file.js';

/** RFC 9110 §10.1.1: a server that does not answer the expectation is not waited for longer, ms. */
const CONTINUE_WITHIN_MS = 1000;
/** Files whose tag is remembered between two transfers. */
const MOST_TAGS = 256;

export interface HttpClientDeps {
  readonly method: 'http' | 'https';
  readonly clock: Clock;
  /** PEM text of the authorities to believe instead of the system's. */
  readonly authorities?: string;
}

export class HttpClient implements TransferClient {
  readonly #deps: HttpClientDeps;
  /** By URL: of which file the bytes are that a sink may hold. */
  readonly #tags = new Map<string, string>();

  constructor(deps: HttpClientDeps) {
    this.#deps = deps;
  }

  /**
   * Builds on what the sink holds where the last transfer of this URL told which file it is of; else all of it comes anew. A
   * path that begins with `/` stands as in a URL, query and all. Errors: TRANSFER_* by class.
   */
  get(remote: RemoteFile, sink: FileSink, options: TransferOptions): Promise<MovedFile> {
    return this.#watched(options, (watch) => {
      const asked = this.#ask(remote, watch);
      const key = asked.url.href;
      const etag = this.#tags.get(key);
      const held = etag === undefined || sink.heldBytes === 0 ? undefined : { bytes: sink.heldBytes, etag };
      const onEtag = (tag: string | undefined): void => this.#remember(key, tag);
      return new HttpGet({
        ask: asked,
        watch,
        clock: this.#deps.clock,
        file: new ReceivedFile(sink, watch),
        held,
        onEtag,
      }).run();
    });
  }

  /** By PUT. Errors: TRANSFER_* by class. */
  put(remote: RemoteFile, source: FileSource, options: TransferOptions): Promise<MovedFile> {
    return this.#watched(options, async (watch) => {
      const asked = this.#ask(remote, watch);
      let file: SentFile | undefined;
      watch.expect(source.sizeBytes);
      const headers = {
        ...{ 'Content-Length': source.sizeBytes, 'Content-Type': 'application/octet-stream', Expect: '100-continue' },
      };
      const body = async (request: ClientRequest): Promise<void> => {
        // A redirect asks for it all once more.
        const body = new SentFile(source, watch.method);
        if (!(await this.#mayContinue(request))) return;
        await send(request, body, watch, this.#deps.clock);
        file = body;
      };
      const response = await ask({ ...asked, method: 'PUT', headers, body });
      response.resume();
      if (statusClass(response.statusCode ?? 0) !== 'ok') {
        response.destroy();
        throw answerError(response, asked.url, watch.method);
      }
      await finished(response);
      if (file !== undefined) return file.finish();
      throw fail('TRANSFER_INTEGRITY', { method: watch.method, reason: 'the server did not wait for the whole file' });
    });
  }

  #watched<T>(options: TransferOptions, work: (watch: TransferWatch) => Promise<T>): Promise<T> {
    const { method, clock } = this.#deps;
    return watched({ method, clock, options }, work, (error) => socketError(error, method));
  }

  #ask(remote: RemoteFile, watch: TransferWatch): Pick<HttpAsk, 'url' | 'credentials' | 'authorities' | 'watch'> {
    const { credentials } = remote;
    const url = urlOf(this.#deps.method, remote);
    const { authorities } = this.#deps;
    return { url, watch, authorities, ...(credentials === undefined ? {} : { credentials }) };
  }

  /** False where the server has answered for good before it had the body. */
  #mayContinue(request: ClientRequest): Promise<boolean> {
    request.flushHeaders();
    return new Promise((resolve) => {
      const cancel = this.#deps.clock.after(CONTINUE_WITHIN_MS, () => resolve(true));
      const decide = (may: boolean) => () => {
        cancel();
        resolve(may);
      };
      request.once('continue', decide(true));
      request.once('response', decide(false));
      request.once('close', decide(false));
    });
  }

  #remember(key: string, tag: string | undefined): void {
    this.#tags.delete(key);
    if (tag === undefined) return;
    this.#tags.set(key, tag);
    const [oldest] = this.#tags.keys();
    if (this.#tags.size > MOST_TAGS && oldest !== undefined) this.#tags.delete(oldest);
  }
}

/** Sends the file as the body. A source that fails leaves a body that is too short, which no server takes for a file. */
async function send(request: ClientRequest, file: SentFile, watch: TransferWatch, clock: Clock): Promise<void> {
  let moved = 0;
  const closed = new Promise<never>((_resolve, reject) => {
    request.once('close', () => reject(new Error('the server closed the connection')));
  });
  closed.catch(() => undefined);
  try {
    for await (const piece of file.pieces()) {
      const onMoved = (bytes: number): void => watch.moved((moved += bytes));
      await Promise.race([writePieces(request, piece, clock, onMoved), closed]);
    }
    request.end();
  } catch (error) {
    request.destroy();
    throw error;
  }
}
