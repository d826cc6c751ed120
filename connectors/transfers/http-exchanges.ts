/** The requests that an HTTP file server is working on: what each may have, how it goes, how it ended. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fail, PortwrightError, reasonOf } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';
import type { Random } from '../../core/ports/random.js';
import type { FileSink, FileSource } from '../../core/ports/transfer.js';
import { watched } from '../../core/transfer-watch.js';
import type { TransferWatch } from '../../core/transfer-watch.js';
import { answerFile } from '../../protocols/http/file-answer.js';
import type { FileAnswer } from '../../protocols/http/file-answer.js';
import { requestPath } from '../../protocols/http/request-path.js';
import type { Grants } from './grants.js';
import { receiveBody, refusalOf, refusePut } from './http-receive.js';
import { hasBody, sendRefusal } from './http-refusal.js';
import type { HttpRefusal } from './http-refusal.js';
import { cutConnection, sendBody } from './http-send.js';
import { plainAddress } from './open-grant.js';
import type { OpenGrant } from './open-grant.js';
import type { RefusalLog } from '../refusal-log.js';

const BOUNDARY_DIGITS = 32;

/** The same words for all that is not there, so that nothing can be found out by asking. */
const NOT_FOUND: HttpRefusal = { status: 404, text: 'Not found' };
const NOT_YOURS: HttpRefusal = { status: 403, text: 'Not for this address' };
const GET_ONLY: HttpRefusal = { status: 405, text: 'GET or HEAD only', allow: 'GET, HEAD' };
const PUT_ONLY: HttpRefusal = { status: 405, text: 'PUT only', allow: 'PUT' };
const NO_BODY: HttpRefusal = { status: 400, text: 'No body here' };
const BUSY: HttpRefusal = { status: 409, text: 'This file is being brought already' };
const HERE: HttpRefusal = { status: 409, text: 'This file is here' };

export interface HttpExchangesDeps {
  readonly method: string;
  readonly grants: Grants;
  readonly refusals: RefusalLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly stallMs: number;
}

interface Running {
  readonly open: OpenGrant;
  readonly abort: AbortController;
  readonly isUpload: boolean;
  ended: Promise<void>;
}

interface Exchange {
  readonly open: OpenGrant;
  readonly peer: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export class HttpExchanges {
  readonly #deps: HttpExchangesDeps;
  readonly #running = new Set<Running>();

  constructor(deps: HttpExchangesDeps) {
    this.#deps = deps;
  }

  /** `waits`: the client has sent the head alone and waits for 100 (Continue), RFC 9110 §10.1.1. */
  take(request: IncomingMessage, response: ServerResponse, waits: boolean): void {
    // Its failure is that of the transfer, which is told there.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const path = requestPath(request.url ?? '');
    const open = path === undefined ? undefined : this.#deps.grants.byPath(path);
    const peer = plainAddress(request.socket.remoteAddress ?? '');
    if (open === undefined) return this.#refuse(request, response, NOT_FOUND);
    if (!open.allows(peer)) return this.#refuse(request, response, NOT_YOURS);
    const exchange = { open, peer, request, response };
    if ('source' in open.grant) this.#answerGet(exchange, open.grant.source);
    else this.#answerPut(exchange, open.grant.sink, waits);
  }

  /** Breaks off what runs of this grant. */
  breakOff(open: OpenGrant, reason: string): void {
    for (const running of this.#running) if (running.open === open) running.abort.abort(new Error(reason));
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    await Promise.all([...this.#running].map(({ ended }) => ended));
  }

  #answerGet(exchange: Exchange, source: FileSource): void {
    const { request, response } = exchange;
    const { method, headers } = request;
    if (method !== 'GET' && method !== 'HEAD') return this.#refuse(request, response, GET_ONLY);
    if (hasBody(request)) return this.#refuse(request, response, NO_BODY);
    const conditions = {
      ifMatch: headers['if-match'],
      ifNoneMatch: headers['if-none-match'],
      ifRange: headers['if-range'] as string | undefined,
      range: headers.range,
    };
    const answer = answerFile(method, conditions, source, this.#deps.random.hex(BOUNDARY_DIGITS));
    response.writeHead(answer.status, answer.headers);
    if (answer.body.length === 0) response.end();
    else this.#send(exchange, source, answer.body);
  }

  #send({ open, peer, response }: Exchange, source: FileSource, body: FileAnswer['body']): void {
    const ranges = body.filter((part) => 'offset' in part);
    const number = open.began(ranges[0]?.offset ?? 0);
    let bytes = 0;
    const onSent = (sent: number): void => {
      bytes = sent;
      open.progressed(number, sent);
    };
    const send = (watch: TransferWatch): Promise<void> =>
      sendBody({ response, source, body, watch, clock: this.#deps.clock, onSent });
    this.#run(open, false, send, (error) => {
      // Fewer bytes than Content-Length, and a reset: no client takes that for the file.
      if (error !== undefined) cutConnection(response.socket);
      this.#ended(open, {
        peer,
        bytes,
        complete: error === undefined && ranges.at(-1)?.endOffset === source.sizeBytes,
        ...why(error),
      });
    });
  }

  #answerPut(exchange: Exchange, sink: FileSink, waits: boolean): void {
    const { open, request, response } = exchange;
    if (request.method !== 'PUT') return this.#refuse(request, response, PUT_ONLY);
    const refusal = refusePut(request, sink);
    if (refusal !== undefined) return this.#refuse(request, response, refusal);
    const busy = [...this.#running].some((running) => running.open === open && running.isUpload);
    if (busy) return this.#refuse(request, response, BUSY);
    if (open.fetches.some(({ complete }) => complete)) return this.#refuse(request, response, HERE);
    if (waits) response.writeContinue();
    this.#receive(exchange, sink);
  }

  #receive({ open, peer, request, response }: Exchange, sink: FileSink): void {
    const number = open.began();
    let bytes = 0;
    let sha256: string | undefined;
    const onReceived = (received: number): void => {
      bytes = received;
      open.progressed(number, received);
    };
    const receive = async (watch: TransferWatch): Promise<void> => {
      const moved = await receiveBody(request, sink, watch, onReceived);
      sha256 = moved.sha256;
    };
    this.#run(open, true, receive, (error) => {
      if (error === undefined) response.writeHead(201, { 'Content-Length': 0 }).end();
      else if (!request.socket.destroyed) sendRefusal(request, response, refusalOf(error), this.#deps.clock);
      const hash = error === undefined && sha256 !== undefined ? { sha256 } : {};
      this.#ended(open, { peer, bytes, complete: error === undefined, ...hash, ...why(error) });
    });
  }

  #run(
    open: OpenGrant,
    isUpload: boolean,
    work: (watch: TransferWatch) => Promise<void>,
    onEnd: (error: PortwrightError | undefined) => void,
  ): void {
    const { method, clock, stallMs } = this.#deps;
    const abort = new AbortController();
    const options = { stallMs, totalMs: Infinity, signal: abort.signal, onProgress: () => undefined };
    const running: Running = { open, abort, isUpload, ended: Promise.resolve() };
    this.#running.add(running);
    running.ended = watched({ method, clock, options }, work).then(
      () => this.#finish(running, undefined, onEnd),
      (error: unknown) => this.#finish(running, error, onEnd),
    );
  }

  #finish(running: Running, error: unknown, onEnd: (error: PortwrightError | undefined) => void): void {
    this.#running.delete(running);
    if (error === undefined || error instanceof PortwrightError) onEnd(error);
    else onEnd(fail('TRANSFER_TRANSPORT', { method: this.#deps.method, reason: reasonOf(error) }, error));
  }

  #ended(open: OpenGrant, fetch: OpenGrant['fetches'][number]): void {
    open.ended(fetch);
    const { peer, bytes, complete, reason } = fetch;
    const { log, method } = this.#deps;
    log.info(`${method} ${'source' in open.grant ? 'fetch' : 'upload'}`, {
      path: open.path,
      peer,
      bytes,
      complete,
      reason,
    });
  }

  #refuse(request: IncomingMessage, response: ServerResponse, refusal: HttpRefusal): void {
    const { refusals, clock } = this.#deps;
    refusals.note(plainAddress(request.socket.remoteAddress ?? ''), `${refusal.status} ${refusal.text}`);
    sendRefusal(request, response, refusal, clock);
  }
}

function why(error: PortwrightError | undefined): { readonly reason?: string } {
  return error === undefined ? {} : { reason: error.message };
}
