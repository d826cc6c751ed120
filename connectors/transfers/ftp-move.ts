/** The bytes of one FTP data connection: from a stored file, from a listing, or into an upload. */
import type { Socket } from 'node:net';
import { PortwrightError, fail, reasonOf } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';
import type { FileSource } from '../../core/ports/transfer.js';
import type { Fetch } from '../../core/ports/transfer-server.js';
import { FromAscii, ToAscii } from '../../protocols/ftp/ascii.js';
import type { Reply } from '../../protocols/ftp/reply.js';
import type { DataJob } from '../../protocols/ftp/session-data.js';
import { DeadlineTimer } from './deadline-timer.js';
import { chunksOf, endedInOrder } from './ftp-data-channel.js';
import type { FtpUpload } from './ftp-upload.js';
import type { OpenGrant } from './open-grant.js';
import { writePieces } from './paced-writes.js';

/** No byte taken or given for this long ends a transfer, ms. */
const STALL_MS = 60_000;
/** A reader closes when it has seen the end; one that waits for our 226 first gets it after this long, ms. */
const LINGER_MS = 3000;
/**
 * An end of a data connection may be a sender that died: then its control connection ends with it. So long after the last byte
 * it must still stand, ms.
 */
const STILL_THERE_MS = 40;

export interface MoveDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly peer: string;
  readonly open: OpenGrant;
  /** Where the grant is for bringing a file. */
  readonly upload: FtpUpload | undefined;
  /** Breaks the data connection off with a reset. */
  reset(): void;
}

/** One job. `run` once; `breakOff` at any time. */
export class FtpMove {
  readonly #deps: MoveDeps;
  readonly #timer: DeadlineTimer;
  /** Rejects when it is broken off. */
  readonly #broken: Promise<never>;
  #reject: (error: Error) => void = () => undefined;
  #cause: string | undefined;
  #over = false;

  constructor(deps: MoveDeps) {
    this.#deps = deps;
    this.#broken = new Promise<never>((_resolve, reject) => (this.#reject = reject));
    this.#broken.catch(() => undefined);
    this.#timer = new DeadlineTimer(deps.clock, () => this.breakOff(`no byte moved for ${STALL_MS / 1000} s`));
  }

  breakOff(reason: string): void {
    if (this.#cause !== undefined) return;
    this.#cause = reason;
    this.#reject(new Error(reason));
    this.#deps.reset();
  }

  /**
   * What the peer is told where it failed; undefined where all was moved. Every fetch is recorded at the grant.
   * `secure` does the TLS handshake, where there is one, and gives the socket to use.
   */
  async run(job: DataJob, plain: Socket, secure?: () => Promise<Socket>): Promise<Reply | undefined> {
    plain.on('error', () => undefined);
    try {
      this.#awaitPeer();
      const socket = (await secure?.()) ?? plain;
      socket.on('error', () => undefined);
      if (job.kind === 'text') await this.#sendText(job.text, socket);
      else if (job.kind === 'send') await this.#send(job, socket);
      else await this.#receive(job, socket, plain);
      return undefined;
    } catch (error) {
      this.#deps.reset();
      return this.#replyTo(error);
    } finally {
      this.#over = true;
      this.#timer.stop();
    }
  }

  async #send({ offset, ascii }: Extract<DataJob, { kind: 'send' | 'receive' }>, socket: Socket): Promise<void> {
    const { open } = this.#deps;
    if (!('source' in open.grant)) throw new Error('nothing to send');
    const { source } = open.grant;
    const number = open.began(offset);
    let bytes = offset;
    const converter = ascii ? new ToAscii() : undefined;
    await this.#recorded(
      () => bytes,
      async () => {
        for await (const piece of piecesFrom(source, offset)) {
          await this.#write(socket, converter?.convert(piece) ?? piece, (moved) => {
            // Converted bytes are not the file's: the piece counts when it is through.
            if (converter !== undefined) return;
            bytes += moved;
            open.progressed(number, bytes);
          });
          if (converter === undefined) continue;
          bytes += piece.length;
          open.progressed(number, bytes);
        }
        await this.#finish(socket);
      },
    );
  }

  /** `plain` is `socket`, or what TLS runs over. */
  async #receive(
    { offset, ascii }: Extract<DataJob, { kind: 'send' | 'receive' }>,
    socket: Socket,
    plain: Socket,
  ): Promise<void> {
    const { open, upload, clock } = this.#deps;
    if (upload === undefined) throw new Error('nothing is received here');
    const work = async (): Promise<void> => {
      this.#throwIfBroken();
      await upload.begin(offset);
      const number = open.began(offset);
      const converter = ascii ? new FromAscii() : undefined;
      const take = async (bytes: Uint8Array): Promise<void> => {
        await upload.write(bytes);
        open.progressed(number, upload.bytes);
      };
      this.#awaitPeer();
      for await (const chunk of chunksOf(socket)) {
        this.#timer.set(Infinity);
        await take(converter?.convert(chunk) ?? chunk);
        this.#awaitPeer();
      }
      this.#timer.set(Infinity);
      await take(converter?.finish() ?? new Uint8Array(0));
      if (!(await endedInOrder(plain))) throw new Error('the data connection was reset');
      await clock.sleep(STILL_THERE_MS);
      this.#throwIfBroken();
      socket.end();
    };
    await this.#recorded(
      () => upload.bytes,
      () => upload.exclusively((reason) => this.breakOff(reason), work),
      () => upload.sha256(),
    );
  }

  async #sendText(text: string, socket: Socket): Promise<void> {
    await this.#write(socket, new TextEncoder().encode(text), () => undefined);
    await this.#finish(socket);
  }

  async #write(socket: Socket, bytes: Uint8Array, onMoved: (bytes: number) => void): Promise<void> {
    this.#awaitPeer();
    await writePieces(socket, bytes, this.#deps.clock, (moved) => {
      this.#awaitPeer();
      onMoved(moved);
    });
    // What is awaited next is our own store.
    this.#timer.set(Infinity);
    this.#throwIfBroken();
  }

  /** The orderly end, and the peer's own: a reset before it means that not all was read. */
  async #finish(socket: Socket): Promise<void> {
    const { clock } = this.#deps;
    await new Promise<void>((resolve, reject) => {
      const cancel = clock.after(LINGER_MS, () => {
        socket.destroySoon();
        resolve();
      });
      const settle = (error?: Error): void => {
        cancel();
        if (error === undefined) resolve();
        else reject(error);
      };
      socket.once('error', settle);
      socket.once('end', () => settle());
      socket.once('close', () => settle(this.#cause === undefined ? undefined : new Error(this.#cause)));
      socket.resume();
      socket.end();
    });
  }

  #throwIfBroken(): void {
    if (this.#cause !== undefined) throw new Error(this.#cause);
  }

  /** Runs `work` and records how it ended: at once where it is broken off, though its file or its disk may hang. */
  async #recorded(bytes: () => number, work: () => Promise<void>, sha256?: () => string | undefined): Promise<void> {
    const { open, peer, log } = this.#deps;
    const record = (how: Pick<Fetch, 'complete' | 'reason' | 'sha256'>): void => {
      const fetch = { peer, bytes: bytes(), ...how };
      open.ended(fetch);
      log.info('ftp fetch', { path: open.path, ...fetch });
    };
    try {
      const working = work();
      working.catch(() => undefined);
      await Promise.race([working, this.#broken]);
      const hash = sha256?.();
      record({ complete: true, ...(hash === undefined ? {} : { sha256: hash }) });
    } catch (error) {
      record({ complete: false, reason: this.#cause ?? reasonOf(error) });
      throw error;
    }
  }

  /** What was broken off may still have a piece under way: nobody is waited for any more. */
  #awaitPeer(): void {
    if (!this.#over) this.#timer.set(this.#deps.clock.monotonicMs() + STALL_MS);
  }

  /** RFC 959 §4.2.2: 426 the connection, 451 our own side, 552 no space for it. */
  #replyTo(error: unknown): Reply {
    if (this.#cause !== undefined) return { code: 426, text: `Transfer aborted: ${this.#cause}.` };
    if (!(error instanceof PortwrightError)) {
      const { code = reasonOf(error) } = error as NodeJS.ErrnoException;
      return { code: 426, text: `Connection broken: ${code}.` };
    }
    return { code: error.code === 'TRANSFER_SPACE' ? 552 : 451, text: error.message };
  }
}

/**
 * The file from `offset` on. Errors: TRANSFER_INTEGRITY where it is not as long as its record says; STORE_FAILED for what is not
 * of this house.
 */
async function* piecesFrom(source: FileSource, offset: number): AsyncGenerator<Uint8Array> {
  const { fileName, sizeBytes } = source;
  let bytes = offset;
  try {
    for await (const piece of source.open({ offset })) {
      bytes += piece.length;
      if (bytes > sizeBytes) break;
      yield piece;
    }
  } catch (error) {
    throw error instanceof PortwrightError ? error : fail('STORE_FAILED', { reason: reasonOf(error) }, error);
  }
  if (bytes === sizeBytes) return;
  const reason = `${fileName} holds ${bytes > sizeBytes ? 'more' : String(bytes)} bytes, expected ${sizeBytes}`;
  throw fail('TRANSFER_INTEGRITY', { method: 'ftp', reason });
}
