/**
 * What every `TransferClient` must do, whatever its protocol, against the server of ours that speaks it. One call with one row
 * makes the tests: each method has a file here that makes it.
 */
import { expect } from 'chai';
import { SystemClock } from '../../../../connectors/clock/system-clock.js';
import { codeOf } from '../../../../core/errors/index.js';
import type { Clock } from '../../../../core/ports/clock.js';
import type { Log } from '../../../../core/ports/log.js';
import type { Random } from '../../../../core/ports/random.js';
import type { MovedFile, RemoteFile, TransferClient, TransferOptions } from '../../../../core/ports/transfer.js';
import type { Exposure, TransferServer } from '../../../../core/ports/transfer-server.js';
import type { TransferProgress } from '../../../../core/transfer-progress.js';
import { seededBytes } from '../../../protocols/xmodem/noisy-line.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { SeededRandom } from '../../../support/seeded-random.js';
import { silentLog } from '../../../support/silent-log.js';
import { MemorySink } from '../memory-sink.js';
import { ContractFile } from './contract-file.js';

export interface ContractRow {
  readonly method: string;
  /** A second `get` after a broken one asks for the rest alone. */
  readonly resumes: boolean;
  client(clock: Clock): TransferClient;
  /** Listens on 127.0.0.1, port 0. */
  server(parts: { readonly clock: Clock; readonly random: Random; readonly log: Log }): TransferServer;
  /** How the client names what the server exposes. Default: address, port, path and login as they are. */
  remote?(exposure: Exposure): RemoteFile;
  /** Codes that mean "wrong address" and "no space at the server" where the protocol cannot say it better. */
  readonly refusedCodes?: readonly string[];
  readonly spaceCodes?: readonly string[];
  /** Absent: the server takes no files, or the client sends none. */
  readonly puts?: boolean;
}

const HOST = '127.0.0.1';
const STALL_MS = 30_000;
const TOTAL_MS = 100_000;
/** Small ones, those at a block, and one beyond every buffer on the way. */
const SIZES = [0, 1, 511, 512, 513, 65_535, 65_536, 65_537, 1_000_001];
const HALF = 500_000;
const CONTENT = seededBytes(7, 1_000_001);

export function describeTransferClient(row: ContractRow): void {
  describe(`TransferClient contract: ${row.method}`, function () {
    this.timeout(20_000);
    const bed = new ContractBed(row);

    beforeEach(() => bed.start());
    afterEach(() => bed.stop());

    wholeFiles(row, bed);
    brokenOff(bed);
    failures(row, bed);
    if (row.puts === true) puts(row, bed);
  });
}

/** Client, server and both ends' clocks of one test: the client's is simulated, so that its limits pass when told. */
class ContractBed {
  readonly #row: ContractRow;
  clock = new FakeClock();
  abort = new AbortController();
  told: TransferProgress[] = [];
  client: TransferClient;
  server: TransferServer;

  constructor(row: ContractRow) {
    this.#row = row;
    this.client = row.client(this.clock);
    this.server = this.#newServer();
  }

  async start(): Promise<void> {
    this.clock = new FakeClock();
    this.abort = new AbortController();
    this.told = [];
    this.client = this.#row.client(this.clock);
    this.server = this.#newServer();
    await this.server.start();
  }

  async stop(): Promise<void> {
    // A client may stay a while for a last word that was lost: its clock is the simulated one.
    await this.clock.advance(STALL_MS);
    await this.server.stop();
  }

  options(): TransferOptions {
    return {
      ...{ stallMs: STALL_MS, totalMs: TOTAL_MS, signal: this.abort.signal },
      onProgress: (progress) => this.told.push(progress),
    };
  }

  remoteOf(exposure: Exposure): RemoteFile {
    const { port, path, login } = exposure;
    const credentials = login === undefined ? {} : { credentials: login };
    return this.#row.remote?.(exposure) ?? { host: HOST, port, path, ...credentials };
  }

  expose(source: ContractFile, peerAddress?: string): Exposure {
    const address = peerAddress === undefined ? {} : { peerAddress };
    return this.server.expose({ source, onProgress: () => undefined, ...address });
  }

  accept(sink: MemorySink): Exposure {
    if (this.server.accept === undefined) throw new Error('this server takes no files');
    return this.server.accept({ sink, onProgress: () => undefined });
  }

  get(exposure: Exposure, sink: MemorySink): Promise<MovedFile> {
    return this.client.get(this.remoteOf(exposure), sink, this.options());
  }

  put(exposure: Exposure, source: ContractFile): Promise<MovedFile> {
    return this.client.put(this.remoteOf(exposure), source, this.options());
  }

  /** Lets simulated time pass beside the real network, slowly: a client may pause before it tries again. */
  async passing<T>(promise: Promise<T>): Promise<T> {
    const state = { settled: false };
    void promise.finally(() => (state.settled = true)).catch(() => undefined);
    while (!state.settled) await this.clock.advance(10);
    return promise;
  }

  #newServer(): TransferServer {
    return this.#row.server({ clock: new SystemClock(), random: new SeededRandom(5), log: silentLog });
  }
}

/** Resolves when the server has written down how its side ended. */
async function recorded(exposure: Exposure): Promise<void> {
  while (exposure.fetches.length === 0) await new Promise((resolve) => setImmediate(resolve));
}

function codeOfFailure(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => 'none', codeOf);
}

function wholeFiles(row: ContractRow, bed: ContractBed): void {
  it('gets files of every size, exactly, with hash and progress', async () => {
    for (const size of SIZES) {
      bed.told = [];
      const file = new ContractFile(CONTENT.subarray(0, size));
      const sink = new MemorySink();
      const moved = await bed.get(bed.expose(file), sink);
      expect(moved, `${size} bytes`).to.deep.equal({ bytes: size, sha256: file.sha256 });
      expect(Buffer.compare(sink.content, file.content), `${size} bytes`).to.equal(0);
      expect(bed.told.at(-1)?.bytes).to.equal(size);
    }
    // A protocol may stay a while for a last word that was lost.
    await bed.clock.advance(STALL_MS);
    expect(bed.clock.pending, 'no timer is left').to.equal(0);
  });

  it('takes no bytes that were there before for part of the file', async () => {
    const file = new ContractFile(CONTENT);
    const sink = new MemorySink({ held: new Uint8Array(2_000_000).fill(1) });
    const moved = await bed.get(bed.expose(file), sink).catch((error: unknown) => codeOf(error));
    // A protocol that can only be asked for an offset may refuse; it may never deliver something else.
    if (typeof moved === 'string') expect(moved).to.match(/^TRANSFER_/);
    else expect(Buffer.compare(sink.content, CONTENT)).to.equal(0);
  });

  it(`${row.resumes ? 'goes on' : 'begins anew'} where an earlier transfer was broken off`, async () => {
    const file = new ContractFile(CONTENT, { stopAtBytes: HALF });
    const exposure = bed.expose(file);
    const first = new MemorySink();
    const broken = codeOfFailure(bed.get(exposure, first));
    await first.holds(HALF - 65_536);
    bed.abort.abort(new Error('a pause'));
    expect(await bed.passing(broken)).to.equal('TRANSFER_ABORTED');
    file.goOn();
    bed.abort = new AbortController();
    const second = new MemorySink({ held: first.content });
    const moved = await bed.get(exposure, second);
    expect(moved.bytes).to.equal(CONTENT.length);
    expect(Buffer.compare(second.content, CONTENT)).to.equal(0);
    if (row.resumes) expect(file.openedAt.at(-1)).to.be.above(0);
    expect(moved.sha256).to.equal(row.resumes ? undefined : file.sha256);
  });
}

function brokenOff(bed: ContractBed): void {
  it('aborts in the middle and writes nothing after that; the server notices', async () => {
    const file = new ContractFile(CONTENT, { stopAtBytes: HALF });
    const exposure = bed.expose(file);
    const sink = new MemorySink();
    const ended = codeOfFailure(bed.get(exposure, sink));
    await sink.holds(100_000);
    bed.abort.abort(new Error('enough'));
    expect(await bed.passing(ended)).to.equal('TRANSFER_ABORTED');
    const { bytes } = sink;
    file.goOn();
    await bed.server.stop();
    await recorded(exposure);
    expect(sink.bytes).to.equal(bytes);
    expect(exposure.fetches.map(({ complete }) => complete)).to.deep.equal([false]);
  });

  it('does not begin when it is aborted before', async () => {
    bed.abort.abort(new Error('never'));
    const exposure = bed.expose(new ContractFile(CONTENT));
    expect(await codeOfFailure(bed.get(exposure, new MemorySink()))).to.equal('TRANSFER_ABORTED');
    expect(exposure.fetches).to.have.length(0);
  });

  it('ends at a stall', async () => {
    const sink = new MemorySink();
    const ended = codeOfFailure(bed.get(bed.expose(new ContractFile(CONTENT, { stopAtBytes: HALF })), sink));
    await sink.holds(HALF - 65_536);
    await bed.clock.advance(STALL_MS);
    await bed.clock.advance(STALL_MS);
    expect(await bed.passing(ended)).to.equal('TRANSFER_TIMEOUT');
  });

  it('ends at the total time', async () => {
    const sink = new MemorySink();
    const ended = codeOfFailure(
      bed.client.get(bed.remoteOf(bed.expose(new ContractFile(CONTENT, { stopAtBytes: HALF }))), sink, {
        ...bed.options(),
        stallMs: TOTAL_MS * 10,
      }),
    );
    await sink.holds(HALF - 65_536);
    await bed.clock.advance(TOTAL_MS);
    expect(await bed.passing(ended)).to.equal('TRANSFER_TIMEOUT');
  });
}

function failures(row: ContractRow, bed: ContractBed): void {
  it('tells a file that is not there, and one that is for someone else', async () => {
    const exposure = bed.expose(new ContractFile(CONTENT));
    const remote = bed.remoteOf(exposure);
    const missing = { ...remote, path: remote.path.replace(/.$/, 'x') };
    expect(await codeOfFailure(bed.client.get(missing, new MemorySink(), bed.options()))).to.equal(
      'TRANSFER_REMOTE_FILE',
    );
    const foreign = bed.expose(new ContractFile(CONTENT), '192.0.2.99');
    const code = await codeOfFailure(bed.get(foreign, new MemorySink()));
    expect(row.refusedCodes ?? ['TRANSFER_REFUSED']).to.include(code);
  });

  it('tells a disk that is full, and a file that is too long', async () => {
    const full = new MemorySink({ fullAtBytes: HALF });
    expect(await codeOfFailure(bed.get(bed.expose(new ContractFile(CONTENT)), full))).to.equal('TRANSFER_SPACE');
    expect(full.bytes).to.be.at.most(HALF);
    const small = new MemorySink({ maxBytes: HALF });
    expect(await codeOfFailure(bed.get(bed.expose(new ContractFile(CONTENT)), small))).to.equal('TRANSFER_SPACE');
    expect(small.bytes).to.be.at.most(HALF);
  });

  it('never takes a file for whole whose source was cut', async () => {
    const file = new ContractFile(CONTENT.subarray(0, HALF), { sizeBytes: CONTENT.length });
    const code = await bed.passing(codeOfFailure(bed.get(bed.expose(file), new MemorySink())));
    expect(code).to.match(/^TRANSFER_(?:INTEGRITY|TRANSPORT|REFUSED)$/);
  });

  it('tells a server that is not there', async () => {
    const exposure = bed.expose(new ContractFile(CONTENT));
    await bed.server.stop();
    const code = await bed.passing(codeOfFailure(bed.get(exposure, new MemorySink())));
    expect(code).to.match(/^TRANSFER_(?:TRANSPORT|TIMEOUT)$/);
  });
}

function puts(row: ContractRow, bed: ContractBed): void {
  it('puts files of every size, exactly, with hash and progress', async () => {
    for (const size of SIZES) {
      bed.told = [];
      const file = new ContractFile(CONTENT.subarray(0, size));
      const sink = new MemorySink();
      const exposure = bed.accept(sink);
      expect(await bed.put(exposure, file), `${size} bytes`).to.deep.equal({ bytes: size, sha256: file.sha256 });
      expect(Buffer.compare(sink.content, file.content), `${size} bytes`).to.equal(0);
      expect(bed.told.at(-1)?.bytes).to.equal(size);
      const [fetch] = exposure.fetches;
      expect(fetch?.complete).to.equal(true);
      expect(fetch?.sha256).to.equal(file.sha256);
    }
    // A protocol may stay a while for a last word that was lost.
    await bed.clock.advance(STALL_MS);
    expect(bed.clock.pending, 'no timer is left').to.equal(0);
  });

  it('leaves no whole file where its source was cut', async () => {
    const exposure = bed.accept(new MemorySink());
    const file = new ContractFile(CONTENT.subarray(0, HALF), { sizeBytes: CONTENT.length });
    expect(await bed.passing(codeOfFailure(bed.put(exposure, file)))).to.equal('TRANSFER_INTEGRITY');
    await bed.server.stop();
    expect(exposure.fetches.filter(({ complete }) => complete)).to.have.length(0);
  });

  it('tells a server whose disk is full', async () => {
    const exposure = bed.accept(new MemorySink({ fullAtBytes: HALF }));
    const code = await codeOfFailure(bed.put(exposure, new ContractFile(CONTENT)));
    expect(row.spaceCodes ?? ['TRANSFER_SPACE']).to.include(code);
    await bed.server.stop();
    await recorded(exposure);
    expect(exposure.fetches.map(({ complete }) => complete)).to.deep.equal([false]);
  });

  it('ends at a stall of its source; the server has no whole file', async () => {
    const exposure = bed.accept(new MemorySink());
    const stalled = new ContractFile(CONTENT, { stopAtBytes: HALF });
    const ended = codeOfFailure(bed.put(exposure, stalled));
    await stalled.stopped;
    await bed.clock.advance(STALL_MS);
    await bed.clock.advance(STALL_MS);
    expect(await bed.passing(ended)).to.equal('TRANSFER_TIMEOUT');
    stalled.goOn();
    await bed.server.stop();
    await recorded(exposure);
    expect(exposure.fetches.map(({ complete }) => complete)).to.deep.equal([false]);
  });

  it('ends when it is aborted; the server has no whole file', async () => {
    const exposure = bed.accept(new MemorySink());
    const file = new ContractFile(CONTENT, { stopAtBytes: HALF });
    const broken = codeOfFailure(bed.put(exposure, file));
    await file.stopped;
    bed.abort.abort(new Error('enough'));
    expect(await bed.passing(broken)).to.equal('TRANSFER_ABORTED');
    await bed.server.stop();
    await recorded(exposure);
    expect(exposure.fetches.map(({ complete }) => complete)).to.deep.equal([false]);
  });
}
