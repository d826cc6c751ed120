/** From a request that may be answered to a transfer that runs: its file, its terms, its run on a shared socket. */
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';
import type { FileSink, FileSource } from '../../core/ports/transfer.js';
import type { Fetch } from '../../core/ports/transfer-server.js';
import { TransferWatch } from '../../core/transfer-watch.js';
import { grantOptions } from '../../protocols/tftp/options.js';
import type { GrantLimits, TransferTerms } from '../../protocols/tftp/options.js';
import { TFTP_ERROR } from '../../protocols/tftp/packet.js';
import type { TftpMode, TftpOptions } from '../../protocols/tftp/packet.js';
import { openNetascii } from './netascii-file.js';
import type { OpenGrant } from './open-grant.js';
import type { PageCache } from './page-cache.js';
import type { PathLimit } from './path-limit.js';
import { ReceivedFile } from './received-file.js';
import { TftpReceiveRun, errorCodeFor } from './tftp-receive-run.js';
import type { TftpRun, TftpRunDeps } from './tftp-run.js';
import { TftpSendRun } from './tftp-send-run.js';
import type { SharedSocket } from './tftp-sockets.js';
import type { UdpPeer } from './udp-socket.js';

export interface TftpAsked {
  readonly kind: 'rrq' | 'wrq';
  readonly mode: TftpMode;
  readonly options: TftpOptions;
  /** The whole datagram: the same again is the same request. */
  readonly text: string;
  readonly exposure: OpenGrant;
  readonly peer: UdpPeer;
}

/** A transfer in the server's table; it may still be preparing its file. */
export interface StartedRun extends Pick<TftpRun, 'deadlineMs' | 'heard' | 'heardAtMs' | 'tick' | 'abort' | 'abandon'> {
  readonly text: string;
  readonly peer: UdpPeer;
  readonly exposure: OpenGrant;
}

export interface TftpStarterDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: GrantLimits;
  readonly cache: PageCache;
  /** Absent: blocks may be cut on their way. */
  readonly path?: PathLimit;
  onDeadline(deadlineMs: number): void;
  onOver(run: StartedRun): void;
  /** Its file could not be prepared. */
  refuse(peer: UdpPeer, code: number, reason: string): void;
  /** The peer never answered: its address may be forged. */
  neverAnswered(address: string, reason: string): void;
}

/** Blocks up to this pass everywhere; larger ones must fit the way. */
const PASSES_EVERYWHERE = 512;

export class TftpStarter {
  readonly #deps: TftpStarterDeps;
  /** Files that are being brought, or are whole. */
  readonly #brought = new WeakMap<OpenGrant, 'coming' | 'whole'>();

  constructor(deps: TftpStarterDeps) {
    this.#deps = deps;
  }

  start(asked: TftpAsked, shared: SharedSocket): StartedRun | { readonly code: number; readonly text: string } {
    const { grant } = asked.exposure;
    if ('source' in grant) {
      if (asked.kind === 'wrq') return { code: TFTP_ERROR.accessViolation, text: 'this file is only to be fetched' };
      const { source } = grant;
      return this.#begin(asked, shared, (run) => this.#startSending(run, source));
    }
    if (asked.kind === 'rrq') return { code: TFTP_ERROR.accessViolation, text: 'this file is to be sent here' };
    const refused = this.#refuseUpload(asked, grant.sink);
    if (refused !== undefined) return refused;
    this.#brought.set(asked.exposure, 'coming');
    const { sink } = grant;
    return this.#begin(asked, shared, (run) => this.#startReceiving(run, sink));
  }

  #refuseUpload(asked: TftpAsked, sink: FileSink): { code: number; text: string } | undefined {
    const state = this.#brought.get(asked.exposure);
    if (state === 'whole') return { code: TFTP_ERROR.fileExists, text: 'the file is here already' };
    if (state === 'coming') return { code: TFTP_ERROR.accessViolation, text: 'the file is being written' };
    const told = grantOptions(asked.options, undefined, this.#deps.limits).terms.sizeBytes ?? 0;
    if (told > sink.maxBytes) return { code: TFTP_ERROR.diskFull, text: `no more than ${sink.maxBytes} bytes fit` };
    return undefined;
  }

  #begin(asked: TftpAsked, shared: SharedSocket, make: (starting: Starting) => Promise<void>): StartedRun {
    const starting = new Starting(asked, shared, this.#deps);
    void make(starting).catch((error: unknown) => {
      if (asked.kind === 'wrq') this.#brought.delete(asked.exposure);
      starting.fail(errorCodeFor(error), error instanceof Error ? error.message : String(error));
    });
    return starting;
  }

  async #startSending(starting: Starting, source: FileSource): Promise<void> {
    const { mode, options, peer } = starting.asked;
    const limits = await this.#limitsFor(options, peer.address);
    const file = mode === 'netascii' ? await openNetascii(source) : this.#deps.cache.open(source);
    const opening = { kind: 'answer', ...grantOptions(options, file.sizeBytes, limits) } as const;
    const onProgress = (bytes: number): void => starting.progressed(bytes);
    const began = starting.run((deps) => new TftpSendRun({ ...deps, opening, file, onProgress }));
    if (!began) file.close();
  }

  async #startReceiving(starting: Starting, sink: FileSink): Promise<void> {
    const { mode, options, peer, exposure } = starting.asked;
    const limits = await this.#limitsFor(options, peer.address);
    const { terms, granted } = grantOptions(options, undefined, limits);
    // The told length of a text counts its line ends as the sender has them.
    const known = mode === 'netascii' ? undefined : terms.sizeBytes;
    const opening = { kind: 'answer', terms: withoutSize(terms, known), granted } as const;
    const { file, watch } = this.#receivedFile(starting, sink);
    // A broken-off bringing cannot be resumed: it begins anew.
    await file.begin(0, known);
    starting.onResult = ({ complete }) => {
      watch.end();
      if (complete) this.#brought.set(exposure, 'whole');
      else this.#brought.delete(exposure);
    };
    const began = starting.run((deps) => new TftpReceiveRun({ ...deps, opening, mode, file }));
    if (!began) this.#brought.delete(exposure);
  }

  /** Its time is the grant's: there is no other limit. */
  #receivedFile(starting: Starting, sink: FileSink): { file: ReceivedFile; watch: TransferWatch } {
    const watch = new TransferWatch({
      ...{ method: 'tftp', clock: this.#deps.clock },
      options: {
        ...{ stallMs: Infinity, totalMs: Infinity, signal: new AbortController().signal },
        onProgress: ({ bytes }) => starting.progressed(bytes),
      },
    });
    return { file: new ReceivedFile(sink, watch), watch };
  }

  async #limitsFor(options: TftpOptions, address: string): Promise<GrantLimits> {
    const { limits, path } = this.#deps;
    const mayBeCut = Number(options.get('blksize') ?? 0) > PASSES_EVERYWHERE;
    if (path === undefined || !mayBeCut) return limits;
    return { ...limits, maxBlockBytes: Math.min(limits.maxBlockBytes, await path.maxBlockBytes(address)) };
  }
}

/** The place of a transfer in the table: first without, then with its run. */
class Starting implements StartedRun {
  readonly asked: TftpAsked;
  onResult: ((fetch: Fetch) => void) | undefined;
  readonly #shared: SharedSocket;
  readonly #deps: TftpStarterDeps;
  readonly #beganAtMs: number;
  #run: TftpRun | undefined;
  #number = 0;
  #over = false;

  constructor(asked: TftpAsked, shared: SharedSocket, deps: TftpStarterDeps) {
    this.asked = asked;
    this.#shared = shared;
    this.#deps = deps;
    this.#beganAtMs = deps.clock.monotonicMs();
  }

  get text(): string {
    return this.asked.text;
  }

  get peer(): UdpPeer {
    return this.asked.peer;
  }

  get exposure(): OpenGrant {
    return this.asked.exposure;
  }

  get deadlineMs(): number {
    return this.#run?.deadlineMs ?? Infinity;
  }

  get heard(): boolean {
    return this.#run?.heard ?? false;
  }

  get heardAtMs(): number {
    return this.#run?.heardAtMs ?? this.#beganAtMs;
  }

  tick(): void {
    this.#run?.tick();
  }

  abort(code: number, reason: string): void {
    if (this.#run === undefined) this.fail(code, reason);
    else this.#run.abort(code, reason);
  }

  abandon(reason: string): void {
    if (this.#run === undefined) this.#end();
    else this.#run.abandon(reason);
  }

  progressed(bytes: number): void {
    this.exposure.progressed(this.#number, bytes);
  }

  /** Before it runs. */
  fail(code: number, reason: string): void {
    if (this.#over) return;
    this.#end();
    this.#deps.refuse(this.peer, code, reason);
  }

  /** False where it was ended meanwhile. */
  run(make: (deps: TftpRunDeps) => TftpRun): boolean {
    if (this.#over) return false;
    const { clock } = this.#deps;
    this.#number = this.exposure.began();
    this.#run = make({
      ...{ clock, socket: this.#shared.socket, peer: this.peer },
      onDeadline: (deadlineMs) => this.#deps.onDeadline(deadlineMs),
      onResult: (fetch) => this.#result(fetch),
      onOver: () => this.#end(),
    });
    this.#shared.add(this.peer, this.#run);
    this.#run.tick();
    return true;
  }

  #result(fetch: Fetch): void {
    this.onResult?.(fetch);
    this.exposure.ended(fetch);
    if (!this.heard && !fetch.complete) {
      this.#deps.neverAnswered(this.peer.address, fetch.reason ?? '');
      return;
    }
    const { peer, bytes, complete, reason } = fetch;
    const what = this.asked.kind === 'rrq' ? 'tftp fetch' : 'tftp upload';
    this.#deps.log.info(what, { path: this.exposure.path, peer, bytes, complete, reason });
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#run !== undefined) this.#shared.remove(this.peer);
    this.#deps.onOver(this);
  }
}

function withoutSize({ sizeBytes: _told, ...terms }: TransferTerms, known: number | undefined): TransferTerms {
  return known === undefined ? terms : { ...terms, sizeBytes: known };
}
