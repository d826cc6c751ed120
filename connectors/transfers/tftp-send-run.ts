/** A file to one peer: the engine says which blocks go out, the file's pages have them. */
import { TFTP_ERROR, acknowledgedBlock, decodeTftp } from '../../protocols/tftp/packet.js';
import { SendTransfer } from '../../protocols/tftp/send-transfer.js';
import type { Failed, Opening, SendInput, SendOutput } from '../../protocols/tftp/transfer-io.js';
import { PAGE_BYTES } from './paged-file.js';
import type { PagedFile } from './paged-file.js';
import { describeFailure, tftpMessage } from './tftp-run.js';
import type { TftpRun, TftpRunDeps } from './tftp-run.js';

export interface TftpSendRunDeps extends TftpRunDeps {
  readonly opening: Opening;
  /** Closed at the end. */
  readonly file: PagedFile;
  /** Bytes that the peer has acknowledged; told now and then, and at the end. */
  onProgress(bytes: number): void;
}

/** Progress is told this seldom, ms: a transfer has ten thousand acknowledgements a second. */
const PROGRESS_EVERY_MS = 50;

export class TftpSendRun implements TftpRun {
  readonly #deps: TftpSendRunDeps;
  readonly #engine: SendTransfer;
  /** Blocks that wait for their pages; none where the first is behind the last. */
  #waitFirst = 1;
  #waitLast = 0;
  #loading = false;
  #pageIndex = -1;
  #page: Uint8Array | undefined;
  #heardAtMs: number;
  #toldAtMs = -Infinity;
  #cause: unknown;
  #ended = false;

  constructor(deps: TftpSendRunDeps) {
    this.#deps = deps;
    this.#engine = new SendTransfer(deps.opening, deps.file.sizeBytes, deps.clock.monotonicMs());
    this.#heardAtMs = deps.clock.monotonicMs();
  }

  get deadlineMs(): number {
    // Nothing is late while the disk is.
    return this.#ended || this.#loading ? Infinity : (this.#engine.nextDeadlineMs() ?? Infinity);
  }

  get heard(): boolean {
    return this.#engine.heard;
  }

  get heardAtMs(): number {
    return this.#heardAtMs;
  }

  receive(datagram: Uint8Array): void {
    const nowMs = this.#deps.clock.monotonicMs();
    this.#heardAtMs = nowMs;
    const block = acknowledgedBlock(datagram);
    if (block === undefined) {
      this.#feed({ kind: 'packet', packet: decodeTftp(datagram) });
      return;
    }
    if (this.#ended) return;
    if (nowMs - this.#toldAtMs >= PROGRESS_EVERY_MS) {
      this.#toldAtMs = nowMs;
      this.#deps.onProgress(this.#engine.ackedBytes);
    }
    this.#takeAll(this.#engine.acknowledged(block, nowMs));
  }

  tick(): void {
    this.#feed({ kind: 'timer' });
  }

  abort(code: number, reason: string): void {
    this.#feed({ kind: 'abort', code, message: tftpMessage(reason) });
  }

  abandon(reason: string): void {
    if (!this.#ended) this.#end({ kind: 'failed', reason: 'aborted', message: reason });
  }

  #feed(input: SendInput): void {
    if (!this.#ended) this.#takeAll(this.#engine.handle(input, this.#deps.clock.monotonicMs()));
  }

  #takeAll(outputs: readonly SendOutput[]): void {
    for (const output of outputs) this.#take(output);
    if (!this.#ended) this.#deps.onDeadline(this.deadlineMs);
  }

  #take(output: SendOutput): void {
    switch (output.kind) {
      case 'send':
        this.#deps.socket.send(output.bytes, this.#deps.peer);
        return;
      case 'blocks':
        this.#wait(output.first, output.first + output.count - 1);
        if (!this.#loading) this.#sendWaiting();
        return;
      case 'terms':
        return;
      case 'done':
        this.#end();
        return;
      case 'failed':
        this.#end(output);
    }
  }

  /** What still waits is joined; what was acknowledged meanwhile needs no sending. */
  #wait(first: number, last: number): void {
    const waits = this.#waitFirst <= this.#waitLast;
    this.#waitFirst = Math.max(waits ? Math.min(this.#waitFirst, first) : first, this.#engine.ackedBlocks + 1);
    this.#waitLast = Math.max(this.#waitLast, last);
  }

  #sendWaiting(): void {
    const { blockBytes, rolloverTo } = this.#engine.terms;
    while (this.#waitFirst <= this.#waitLast) {
      const first = this.#waitFirst;
      const bytes = this.#bytesFrom((first - 1) * blockBytes, (this.#waitLast - first + 1) * blockBytes, blockBytes);
      if (bytes === undefined) return;
      const count = Math.max(1, Math.ceil(bytes.length / blockBytes));
      this.#deps.socket.sendBlocks({ first, count, rolloverTo, blockBytes, bytes }, this.#deps.peer);
      this.#waitFirst = first + count;
    }
  }

  /**
   * Whole blocks from `offset` as far as one page has them, at most `mostBytes`; a block that lies in two pages alone. Where
   * a page is missing it is fetched, and the sending goes on then.
   */
  #bytesFrom(offset: number, mostBytes: number, blockBytes: number): Uint8Array | undefined {
    const { sizeBytes } = this.#deps.file;
    const end = Math.min(offset + mostBytes, sizeBytes);
    if (end <= offset) return new Uint8Array(0);
    const page = this.#pageAt(Math.floor(offset / PAGE_BYTES));
    if (page === undefined) return undefined;
    const within = offset % PAGE_BYTES;
    const here = page.subarray(within, within + (end - offset));
    if (here.length === end - offset) return here;
    const whole = here.length - (here.length % blockBytes);
    if (whole > 0) return here.subarray(0, whole);
    const next = this.#pageAt(Math.floor(offset / PAGE_BYTES) + 1);
    if (next === undefined) return undefined;
    const block = new Uint8Array(Math.min(blockBytes, sizeBytes - offset));
    block.set(here);
    block.set(next.subarray(0, block.length - here.length), here.length);
    return block;
  }

  #pageAt(index: number): Uint8Array | undefined {
    if (index === this.#pageIndex) return this.#page;
    const page = this.#deps.file.page(index);
    if (page === undefined) {
      void this.#fetch(index);
      return undefined;
    }
    this.#pageIndex = index;
    this.#page = page;
    this.#readAhead(index + 1);
    return page;
  }

  /** A failure shows when the page is wanted. */
  #readAhead(index: number): void {
    const { file } = this.#deps;
    if (index * PAGE_BYTES < file.sizeBytes) file.load(index).catch(() => undefined);
  }

  async #fetch(index: number): Promise<void> {
    this.#loading = true;
    try {
      await this.#deps.file.load(index);
      this.#loading = false;
      if (this.#ended) return;
      this.#feed({ kind: 'left' });
      this.#sendWaiting();
    } catch (error) {
      this.#loading = false;
      this.#cause = error;
      this.abort(TFTP_ERROR.undefined, error instanceof Error ? error.message : String(error));
    }
  }

  #end(failed?: Failed): void {
    this.#ended = true;
    this.#page = undefined;
    const { file, peer } = this.#deps;
    file.close();
    const bytes = this.#engine.ackedBytes;
    this.#deps.onProgress(bytes);
    if (failed === undefined) this.#deps.onResult({ peer: peer.address, bytes, complete: true });
    else {
      const fetch = { peer: peer.address, bytes, complete: false, reason: describeFailure(failed) };
      this.#deps.onResult(fetch, { failed, cause: this.#cause });
    }
    this.#deps.onOver();
  }
}
