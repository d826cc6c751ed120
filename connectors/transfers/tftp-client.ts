/**
 * TFTP with us as the client: RFC 1350 with the options of RFC 2347–2349 and RFC 7440, where the server has them. A broken-off
 * transfer cannot be resumed: TFTP has no way to say where to go on.
 */
import { createHash } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { fail } from '../../core/errors/index.js';
import type { PortwrightError } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type {
  FileSink,
  FileSource,
  MovedFile,
  RemoteFile,
  TransferClient,
  TransferOptions,
} from '../../core/ports/transfer.js';
import type { Fetch } from '../../core/ports/transfer-server.js';
import { watched } from '../../core/transfer-watch.js';
import type { TransferWatch } from '../../core/transfer-watch.js';
import { TFTP_ERROR } from '../../protocols/tftp/packet.js';
import type { TftpMode } from '../../protocols/tftp/packet.js';
import type { Failed, TftpRequest } from '../../protocols/tftp/transfer-io.js';
import { openNetascii } from './netascii-file.js';
import { NodeUdpSocket } from './node-udp-socket.js';
import { PageCache } from './page-cache.js';
import type { PagedFile } from './paged-file.js';
import { PathLimit, isLoopback } from './path-limit.js';
import { ReceivedFile } from './received-file.js';
import { TftpConversation } from './tftp-conversation.js';
import { TftpReceiveRun } from './tftp-receive-run.js';
import { describeFailure } from './tftp-run.js';
import type { RunFailure } from './tftp-run.js';
import { TftpSendRun } from './tftp-send-run.js';
import type { MakeUdpSocket, UdpPeer } from './udp-socket.js';

const METHOD = 'tftp';
/** IANA. */
const TFTP_PORT = 69;
/** Commonly asked: leaves room for tunnels on the way within Ethernet's 1500. */
const BLOCK_BYTES = 1428;
/** Where nothing cuts a datagram. */
const LOOPBACK_BLOCK_BYTES = 8192;
/** 8 blocks of the longest are what every socket buffer holds. */
const WINDOW_BLOCKS = { ethernet: 16, loopback: 8 } as const;

export interface TftpClientDeps {
  readonly clock: Clock;
  /** Default `octet`: images are bytes. */
  readonly mode?: TftpMode;
  /** Default: Node's own sockets. */
  readonly makeSocket?: MakeUdpSocket;
}

export class TftpClient implements TransferClient {
  readonly #deps: TftpClientDeps;
  readonly #path: PathLimit;

  constructor(deps: TftpClientDeps) {
    this.#deps = deps;
    this.#path = new PathLimit(() => deps.clock.monotonicMs());
  }

  get(remote: RemoteFile, sink: FileSink, options: TransferOptions): Promise<MovedFile> {
    return watched({ method: METHOD, clock: this.#deps.clock, options }, async (watch) => {
      const file = new ReceivedFile(sink, watch);
      await file.begin(0);
      const { bytes, sha256 } = await this.#converse(remote, watch, (talk, request) => {
        const run = new TftpReceiveRun({
          ...talk.deps,
          ...{ opening: { kind: 'request', request }, mode: this.#mode, file },
          onTerms: ({ sizeBytes = 0 }) => {
            watch.expect(sizeBytes === 0 ? undefined : sizeBytes);
            if (sizeBytes > sink.maxBytes) talk.breakOff(TFTP_ERROR.diskFull, noRoom(sizeBytes, sink.maxBytes));
          },
        });
        return run;
      });
      return { bytes, ...(sha256 === undefined ? {} : { sha256 }) };
    });
  }

  put(remote: RemoteFile, source: FileSource, options: TransferOptions): Promise<MovedFile> {
    return watched({ method: METHOD, clock: this.#deps.clock, options }, async (watch) => {
      const pages = this.#mode === 'netascii' ? await openNetascii(source) : new PageCache(METHOD).open(source);
      const file = new HashedPages(pages);
      watch.expect(pages.sizeBytes);
      await this.#converse(remote, watch, (talk, request) => {
        const opening = { kind: 'request', request } as const;
        return new TftpSendRun({ ...talk.deps, opening, file, onProgress: (bytes) => watch.moved(bytes) });
      });
      const sha256 = this.#mode === 'octet' ? { sha256: file.sha256 } : {};
      return { bytes: pages.sizeBytes, ...sha256 };
    });
  }

  get #mode(): TftpMode {
    return this.#deps.mode ?? 'octet';
  }

  /** Errors: by the server's code, see `errorOf`; the file's own. */
  async #converse(
    remote: RemoteFile,
    watch: TransferWatch,
    makeRun: (talk: TftpConversation, request: TftpRequest) => TftpReceiveRun | TftpSendRun,
  ): Promise<Fetch> {
    const { clock, makeSocket = nodeSocket } = this.#deps;
    const { address } = await lookup(remote.host);
    const server: UdpPeer = { address, port: remote.port ?? TFTP_PORT };
    const request = await this.#request(remote.path, address);
    const talk = new TftpConversation({ clock, makeSocket, server, signal: watch.signal });
    const { fetch, failure } = await talk.run((conversation) => makeRun(conversation, request));
    if (failure !== undefined) throw errorOf(failure, remote);
    return fetch;
  }

  async #request(fileName: string, address: string): Promise<TftpRequest> {
    const loopback = isLoopback(address);
    const limit = await this.#path.maxBlockBytes(address);
    const blockBytes = loopback ? LOOPBACK_BLOCK_BYTES : Math.min(BLOCK_BYTES, limit);
    const windowBlocks = loopback ? WINDOW_BLOCKS.loopback : WINDOW_BLOCKS.ethernet;
    return { fileName, mode: this.#mode, blockBytes, windowBlocks, askSize: this.#mode === 'octet' };
  }
}

const nodeSocket: MakeUdpSocket = (host, onTrouble) => new NodeUdpSocket(host, onTrouble);

/** The hash of a file as it passes by; its pages are wanted in their order, and some again. */
class HashedPages implements PagedFile {
  readonly sizeBytes: number;
  readonly #pages: PagedFile;
  readonly #hash = createHash('sha256');
  #next = 0;

  constructor(pages: PagedFile) {
    this.#pages = pages;
    this.sizeBytes = pages.sizeBytes;
  }

  get sha256(): string {
    return this.#hash.digest('hex');
  }

  page(index: number): Uint8Array | undefined {
    const page = this.#pages.page(index);
    if (page !== undefined && index === this.#next) {
      this.#hash.update(page);
      this.#next += 1;
    }
    return page;
  }

  load(index: number): Promise<void> {
    return this.#pages.load(index);
  }

  close(): void {
    this.#pages.close();
  }
}

function noRoom(sizeBytes: number, maxBytes: number): PortwrightError {
  return fail('TRANSFER_SPACE', { method: METHOD, reason: `${sizeBytes} bytes, at most ${maxBytes} are taken` });
}

/** By RFC 1350's error codes. */
function errorOf({ failed, cause }: RunFailure, remote: RemoteFile): unknown {
  if (cause !== undefined) return cause;
  const reason = describeFailure(failed);
  if (failed.reason === 'silent') return fail('TRANSFER_TIMEOUT', { method: METHOD, reason });
  if (failed.reason !== 'peerError') return fail('TRANSFER_TRANSPORT', { method: METHOD, reason });
  return refusalOf(failed, remote.path);
}

function refusalOf({ code, message = '' }: Failed, file: string): PortwrightError {
  const reason = message === '' ? `error ${code ?? 0}` : message;
  switch (code) {
    case TFTP_ERROR.notFound:
      return fail('TRANSFER_REMOTE_FILE', { method: METHOD, file, reason });
    case TFTP_ERROR.diskFull:
      return fail('TRANSFER_SPACE', { method: METHOD, reason });
    default:
      return fail('TRANSFER_REFUSED', { method: METHOD, reason });
  }
}
