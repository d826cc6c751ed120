/** SFTP with us as the client: a device's own server, or a file server of the site. */
import { fail } from '../../core/errors/index.js';
import type { PortwrightError } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { HostKeys } from '../../core/ports/host-keys.js';
import type {
  FileSink,
  FileSource,
  MovedFile,
  RemoteFile,
  TransferClient,
  TransferOptions,
} from '../../core/ports/transfer.js';
import type { TransferWatch } from '../../core/transfer-watch.js';
import { watched } from '../../core/transfer-watch.js';
import { SftpBring } from '../../protocols/sftp/bring.js';
import type { SftpBringOutput } from '../../protocols/sftp/bring.js';
import type { SftpFailed } from '../../protocols/sftp/client-io.js';
import { SftpFetch } from '../../protocols/sftp/fetch.js';
import type { SftpFetchOutput } from '../../protocols/sftp/fetch.js';
import { FX } from '../../protocols/sftp/packet.js';
import { ChannelLink } from './channel-link.js';
import { ReceivedFile } from './received-file.js';
import { SentFile } from './sent-file.js';
import { dialSsh } from './ssh-dial.js';

const METHOD = 'sftp';

export interface SftpClientDeps {
  readonly clock: Clock;
  readonly hostKeys: HostKeys;
}

export class SftpClient implements TransferClient {
  readonly #deps: SftpClientDeps;

  constructor(deps: SftpClientDeps) {
    this.#deps = deps;
  }

  get(remote: RemoteFile, sink: FileSink, options: TransferOptions): Promise<MovedFile> {
    return this.#watched(remote, options, (watch, link) => new FetchRun(remote, sink, watch, link).run());
  }

  put(remote: RemoteFile, source: FileSource, options: TransferOptions): Promise<MovedFile> {
    return this.#watched(remote, options, (watch, link) =>
      new BringRun({ remote, source, options, watch, link }).run(),
    );
  }

  #watched(
    remote: RemoteFile,
    options: TransferOptions,
    work: (watch: TransferWatch, link: ChannelLink) => Promise<MovedFile>,
  ): Promise<MovedFile> {
    const { clock, hostKeys } = this.#deps;
    return watched({ method: METHOD, clock, options }, async (watch) => {
      const dialled = await dialSsh({ remote, hostKeys, watch });
      try {
        const channel = await dialled.open(METHOD, { subsystem: 'sftp' });
        return await work(watch, new ChannelLink(channel, dialled.socket));
      } finally {
        dialled.close();
      }
    });
  }
}

/** What both directions share: the end, whichever comes first. */
class Settling {
  readonly result: Promise<MovedFile>;
  resolve: (moved: MovedFile) => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;

  constructor() {
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** With what `finish` gives, or its error. */
  async settle(finish: () => MovedFile): Promise<void> {
    this.resolve(await Promise.resolve().then(finish));
  }

  closed(): void {
    this.reject(fail('TRANSFER_TRANSPORT', { method: METHOD, reason: 'the connection was closed' }));
  }
}

class FetchRun {
  readonly #remote: RemoteFile;
  readonly #sink: FileSink;
  readonly #link: ChannelLink;
  readonly #file: ReceivedFile;
  readonly #engine: SftpFetch;
  readonly #end = new Settling();
  /** One step of the file after the other. */
  #work: Promise<void> = Promise.resolve();
  #sizeBytes: number | undefined;
  /** In order, not written yet; the engine's window bounds it. */
  readonly #arrived: Uint8Array[] = [];

  constructor(remote: RemoteFile, sink: FileSink, watch: TransferWatch, link: ChannelLink) {
    this.#remote = remote;
    this.#sink = sink;
    this.#link = link;
    this.#file = new ReceivedFile(sink, watch);
    this.#engine = new SftpFetch(remote.path);
  }

  run(): Promise<MovedFile> {
    this.#link.open(
      (bytes) => {
        this.#take(this.#engine.handle({ kind: 'bytes', bytes }));
        return true;
      },
      () => this.#end.closed(),
    );
    this.#take(this.#engine.start());
    return this.#end.result;
  }

  #take(outputs: readonly SftpFetchOutput[]): void {
    for (const output of outputs) {
      switch (output.kind) {
        case 'send':
          this.#link.send(output.bytes);
          break;
        case 'size':
          this.#then(() => this.#begin(output.sizeBytes));
          break;
        case 'data':
          this.#arrived.push(output.bytes);
          this.#then(() => this.#store());
          break;
        case 'done':
          this.#then(() => this.#end.settle(() => this.#file.finish(this.#sizeBytes)));
          break;
        case 'failed':
          this.#end.reject(sftpError(output, this.#remote.path));
      }
    }
  }

  async #begin(sizeBytes: number | undefined): Promise<void> {
    const { heldBytes } = this.#sink;
    this.#sizeBytes = sizeBytes;
    const offset = sizeBytes !== undefined && heldBytes <= sizeBytes ? heldBytes : 0;
    await this.#file.begin(offset, sizeBytes);
    this.#take(this.#engine.handle({ kind: 'start', offset }));
  }

  /** What came while the last was written is written at once: each writing costs a turn of the disk's own thread. */
  async #store(): Promise<void> {
    const pieces = this.#arrived.splice(0);
    if (pieces.length === 0) return;
    const bytes = Buffer.concat(pieces);
    await this.#file.write(bytes);
    this.#take(this.#engine.handle({ kind: 'taken', lengthBytes: bytes.length }));
  }

  #then(step: () => Promise<void>): void {
    this.#work = this.#work.then(step);
    this.#work.catch((error: unknown) => this.#end.reject(error));
  }
}

interface BringDeps {
  readonly remote: RemoteFile;
  readonly source: FileSource;
  readonly options: TransferOptions;
  readonly watch: TransferWatch;
  readonly link: ChannelLink;
}

class BringRun {
  readonly #deps: BringDeps;
  readonly #engine: SftpBring;
  readonly #end = new Settling();
  #file: SentFile;
  #pieces: AsyncGenerator<Uint8Array> | undefined;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(deps: BringDeps) {
    this.#deps = deps;
    this.#engine = new SftpBring({ path: deps.remote.path, resume: deps.options.resume ?? false });
    this.#file = new SentFile(deps.source, METHOD);
  }

  async run(): Promise<MovedFile> {
    const { link, watch, source } = this.#deps;
    watch.expect(source.sizeBytes);
    link.open(
      (bytes) => {
        this.#take(this.#engine.handle({ kind: 'bytes', bytes }));
        return true;
      },
      () => this.#end.closed(),
    );
    this.#take(this.#engine.start());
    try {
      return await this.#end.result;
    } finally {
      // A file that does not answer cannot be let go of before it does: nobody waits for that.
      void this.#pieces?.return(undefined).catch(() => undefined);
    }
  }

  #take(outputs: readonly SftpBringOutput[]): void {
    const { link, watch, remote } = this.#deps;
    for (const output of outputs) {
      switch (output.kind) {
        case 'send':
          link.send(output.bytes);
          break;
        case 'held':
          this.#try(() => this.#resume(output.sizeBytes, output.tail));
          break;
        case 'needData':
          this.#try(() => this.#give(output.maxBytes));
          break;
        case 'progress':
          watch.moved(output.bytes);
          break;
        case 'done':
          this.#try(() => this.#end.settle(() => this.#file.finish()));
          break;
        case 'failed':
          this.#end.reject(sftpError(output, remote.path));
      }
    }
  }

  /** Goes on only where the end of what is there is ours: another image of the same name would make one of two halves. */
  async #resume(sizeBytes: number, tail: Uint8Array): Promise<void> {
    const { source, watch } = this.#deps;
    const isOurs =
      tail.length > 0 && sizeBytes <= source.sizeBytes && (await this.#isAt(sizeBytes - tail.length, tail));
    const offset = isOurs ? sizeBytes : 0;
    this.#file = new SentFile(source, METHOD, offset);
    watch.expect(source.sizeBytes, offset);
    this.#take(this.#engine.handle({ kind: 'start', offset }));
  }

  async #isAt(offset: number, tail: Uint8Array): Promise<boolean> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.#deps.source.open({ offset, endOffset: offset + tail.length })) pieces.push(piece);
    return Buffer.concat(pieces).equals(tail);
  }

  async #give(maxBytes: number): Promise<void> {
    await this.#deps.link.drained();
    this.#pieces ??= this.#file.pieces();
    if (this.#rest.length === 0) {
      const next = await this.#pieces.next();
      if (next.done === true) {
        this.#take(this.#engine.handle({ kind: 'data', bytes: this.#rest, last: true }));
        return;
      }
      this.#rest = next.value;
    }
    const bytes = this.#rest.subarray(0, maxBytes);
    this.#rest = this.#rest.subarray(bytes.length);
    this.#take(this.#engine.handle({ kind: 'data', bytes, last: false }));
  }

  #try(step: () => Promise<void>): void {
    Promise.resolve()
      .then(step)
      .catch((error: unknown) => this.#end.reject(error));
  }
}

/** The class of a refusal is in its status code; the server's text is for people. */
function sftpError(failed: SftpFailed, file: string): PortwrightError {
  const reason = failed.message === '' ? `status ${'code' in failed ? failed.code : ''}` : failed.message;
  switch (failed.reason) {
    case 'space':
      return fail('TRANSFER_SPACE', { method: METHOD, reason });
    case 'length':
      return fail('TRANSFER_INTEGRITY', { method: METHOD, reason });
    case 'illegal':
      return fail('TRANSFER_TRANSPORT', { method: METHOD, reason: `the server broke the protocol: ${reason}` });
    case 'status':
      return statusError(failed.code, reason, file);
  }
}

function statusError(code: number, reason: string, file: string): PortwrightError {
  switch (code) {
    case FX.noSuchFile:
      return fail('TRANSFER_REMOTE_FILE', { method: METHOD, file, reason });
    case FX.noSpaceOnFilesystem:
    case FX.quotaExceeded:
      return fail('TRANSFER_SPACE', { method: METHOD, reason });
    default:
      return fail('TRANSFER_REFUSED', { method: METHOD, reason });
  }
}
