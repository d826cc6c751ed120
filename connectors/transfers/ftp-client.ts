/**
 * Us as an FTP client, on basic-ftp: fetches from servers and devices, and brings files to devices that are FTP servers.
 *
 * A connection that breaks on the way is made anew a few times, and the file goes on where it was: of that part it is known that
 * it is ours. What a server holds from earlier is never built upon: it may be another image of the same name.
 */
import type { Socket } from 'node:net';
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Random } from '../../core/ports/random.js';
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
import { chunksOf, endedInOrder } from './ftp-data-channel.js';
import { ftpError } from './ftp-errors.js';
import { FtpRemote, RestartRefused } from './ftp-remote.js';
import type { FtpRemoteOptions } from './ftp-remote.js';
import { writePieces } from './paced-writes.js';
import { ReceivedFile } from './received-file.js';
import { SentFile } from './sent-file.js';

/** Connections for one transfer; one that does not come to moving is the last. */
const MAX_CONNECTIONS = 4;

export interface FtpClientDeps extends FtpRemoteOptions {
  readonly clock: Clock;
  readonly random: Random;
}

export class FtpClient implements TransferClient {
  readonly #deps: FtpClientDeps;

  constructor(deps: FtpClientDeps) {
    this.#deps = deps;
  }

  /** Errors: TRANSFER_* by class. */
  get(remote: RemoteFile, sink: FileSink, options: TransferOptions): Promise<MovedFile> {
    return this.#watched(remote, options, async (watch) => {
      const file = new ReceivedFile(sink, watch);
      let begun = false;
      return this.#persistently(remote, watch, async (server) => {
        const total = await server.size(remote.path);
        watch.alive();
        if (!begun) await file.begin(startOf(sink.heldBytes, total), total);
        begun = true;
        const fetch = (): Promise<void> =>
          server.transfer(`RETR ${remote.path}`, file.bytes, (socket, plain) => receive(socket, plain, file));
        // Already whole: a server may refuse to begin at the very end.
        if (file.bytes > 0 && file.bytes === total) return file.finish(total);
        await fetch().catch(async (error: unknown) => {
          if (!(error instanceof RestartRefused)) throw error;
          await file.begin(0, total);
          await fetch();
        });
        if (total !== undefined) wholeOrBroken(file.bytes, total);
        return file.finish(total);
      });
    });
  }

  /** Errors: TRANSFER_* by class; TRANSFER_INTEGRITY also where the server then tells another length. */
  put(remote: RemoteFile, source: FileSource, options: TransferOptions): Promise<MovedFile> {
    return this.#watched(remote, options, async (watch) => {
      watch.expect(source.sizeBytes);
      let file = new SentFile(source, 'ftp');
      let isFirst = true;
      return this.#persistently(remote, watch, async (server) => {
        const held = isFirst ? 0 : await server.size(remote.path);
        isFirst = false;
        // More than was sent is not ours.
        const offset = held !== undefined && held <= file.bytes ? held : 0;
        const bring = (from: number): Promise<void> => {
          file = new SentFile(source, 'ftp', from);
          return server.transfer(`STOR ${remote.path}`, from, (socket) => this.#send(socket, file, watch));
        };
        await bring(offset).catch((error: unknown) => {
          if (!(error instanceof RestartRefused)) throw error;
          return bring(0);
        });
        const moved = file.finish();
        const stored = await server.size(remote.path);
        if (stored === undefined || stored === source.sizeBytes) return moved;
        wholeOrBroken(stored, source.sizeBytes);
        const reason = `the server holds ${stored} bytes, expected ${source.sizeBytes}`;
        throw fail('TRANSFER_INTEGRITY', { method: 'ftp', reason });
      });
    });
  }

  #watched(
    remote: RemoteFile,
    options: TransferOptions,
    work: (watch: TransferWatch) => Promise<MovedFile>,
  ): Promise<MovedFile> {
    const classify = (error: unknown): ReturnType<typeof ftpError> => ftpError(error, remote.path);
    return watched(
      { method: 'ftp', clock: this.#deps.clock, options },
      async (watch) => {
        refuseControlCharacters(remote.path);
        return work(watch);
      },
      classify,
    );
  }

  /** Tries anew while the connection is what breaks, and only where the one before came to moving. */
  async #persistently<T>(
    remote: RemoteFile,
    watch: TransferWatch,
    attempt: (server: FtpRemote) => Promise<T>,
  ): Promise<T> {
    for (let connections = 1; ; connections += 1) {
      const server = new FtpRemote(this.#deps);
      const onAbort = (): void => server.close();
      watch.signal.addEventListener('abort', onAbort, { once: true });
      try {
        await server.connect(remote);
        watch.alive();
        return await attempt(server);
      } catch (error) {
        watch.throwIfBroken();
        const isLink = ftpError(error, remote.path).code === 'TRANSFER_TRANSPORT';
        if (!isLink || !server.moved || connections === MAX_CONNECTIONS) throw error;
      } finally {
        watch.signal.removeEventListener('abort', onAbort);
        server.close();
      }
    }
  }

  async #send(socket: Socket, file: SentFile, watch: TransferWatch): Promise<void> {
    const { clock } = this.#deps;
    socket.on('error', () => undefined);
    // Nothing comes this way; an end does, and a reset.
    socket.resume();
    let taken = file.bytes;
    for await (const piece of file.pieces()) {
      watch.throwIfBroken();
      await writePieces(socket, piece, clock, (bytes) => {
        taken += bytes;
        watch.moved(taken);
      });
    }
    await new Promise<void>((resolve) => socket.end(resolve));
  }
}

/** Where a fetch begins: behind what is held, unless that is longer than the file. */
function startOf(heldBytes: number, total: number | undefined): number {
  return total !== undefined && heldBytes > total ? 0 : heldBytes;
}

/** A connection that was cut in order looks like the end of a file; the file's length tells, and the rest can follow. */
function wholeOrBroken(bytes: number, total: number): void {
  if (bytes < total) throw new Error(`the data connection ended at byte ${bytes} of ${total}`);
}

/** `plain` is `socket`, or what TLS runs over. */
async function receive(socket: Socket, plain: Socket, file: ReceivedFile): Promise<void> {
  socket.on('error', () => undefined);
  for await (const chunk of chunksOf(socket)) await file.write(chunk);
  if (!(await endedInOrder(plain))) throw new Error('the data connection was reset');
  socket.end();
}

/** A line end in a name would be a command of its own. */
function refuseControlCharacters(path: string): void {
  if (!/\p{Cc}/u.test(path)) return;
  throw fail('TRANSFER_REMOTE_FILE', { method: 'ftp', file: JSON.stringify(path), reason: 'no such name is possible' });
}
