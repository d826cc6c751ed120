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

export function describeTransferClient(row: ContractRow): void {
  describe(`TransferClient contract: ${row.method}`, function () {
    this.timeout(20_000);
    let clock: FakeClock;
    let server: TransferServer;
    let client: TransferClient;
    let abort: AbortController;
    let told: TransferProgress[];

    const content = seededBytes(7, 1_000_001);
    const options = (): TransferOptions => ({
      ...{ stallMs: STALL_MS, totalMs: TOTAL_MS, signal: abort.signal },
      onProgress: (progress) => told.push(progress),
    });
    const remoteOf = (exposure: Exposure): RemoteFile =>
      row.remote?.(exposure) ?? {
        ...{ host: HOST, port: exposure.port, path: exposure.path },
        ...(exposure.login === undefined ? {} : { credentials: exposure.login }),
      };
    const onProgress = (): void => undefined;
    const expose = (source: ContractFile, peerAddress?: string): Exposure =>
      server.expose({ source, onProgress, ...(peerAddress === undefined ? {} : { peerAddress }) });
    const get = (exposure: Exposure, sink: MemorySink): Promise<MovedFile> =>
      client.get(remoteOf(exposure), sink, options());
    const codeOfFailure = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'none', codeOf);

    /** Lets simulated time pass beside the real network, slowly: a client may pause before it tries again. */
    const passing = async <T>(promise: Promise<T>): Promise<T> => {
      const state = { settled: false };
      void promise.finally(() => (state.settled = true)).catch(() => undefined);
      while (!state.settled) await clock.advance(10);
      return promise;
    };

    beforeEach(async () => {
      clock = new FakeClock();
      abort = new AbortController();
      told = [];
      client = row.client(clock);
      server = row.server({ clock: new SystemClock(), random: new SeededRandom(5), log: silentLog });
      await server.start();
    });

    afterEach(() => server.stop());

    it('gets files of every size, exactly, with hash and progress', async () => {
      for (const size of SIZES) {
        told = [];
        const file = new ContractFile(content.subarray(0, size));
        const sink = new MemorySink();
        const moved = await get(expose(file), sink);
        expect(moved, `${size} bytes`).to.deep.equal({ bytes: size, sha256: file.sha256 });
        expect(Buffer.compare(sink.content, file.content), `${size} bytes`).to.equal(0);
        expect(told.at(-1)?.bytes).to.equal(size);
      }
      expect(clock.pending, 'no timer is left').to.equal(0);
    });

    it('takes no bytes that were there before for part of the file', async () => {
      const file = new ContractFile(content);
      const sink = new MemorySink({ held: new Uint8Array(2_000_000).fill(1) });
      const moved = await get(expose(file), sink).catch((error: unknown) => codeOf(error));
      // A protocol that can only be asked for an offset may refuse; it may never deliver something else.
      if (typeof moved === 'string') expect(moved).to.match(/^TRANSFER_/);
      else expect(Buffer.compare(sink.content, content)).to.equal(0);
    });

    it(`${row.resumes ? 'goes on' : 'begins anew'} where an earlier transfer was broken off`, async () => {
      const file = new ContractFile(content, { stopAtBytes: HALF });
      const exposure = expose(file);
      const first = new MemorySink();
      const broken = codeOfFailure(get(exposure, first));
      await first.holds(HALF - 65_536);
      abort.abort(new Error('a pause'));
      expect(await broken).to.equal('TRANSFER_ABORTED');
      file.goOn();
      abort = new AbortController();
      const second = new MemorySink({ held: first.content });
      const moved = await get(exposure, second);
      expect(moved.bytes).to.equal(content.length);
      expect(Buffer.compare(second.content, content)).to.equal(0);
      expect(file.openedAt.at(-1)! > 0).to.equal(row.resumes);
      expect(moved.sha256).to.equal(row.resumes ? undefined : file.sha256);
    });

    it('aborts in the middle and writes nothing after that; the server notices', async () => {
      const file = new ContractFile(content, { stopAtBytes: HALF });
      const exposure = expose(file);
      const sink = new MemorySink();
      const ended = codeOfFailure(get(exposure, sink));
      await sink.holds(100_000);
      abort.abort(new Error('enough'));
      expect(await ended).to.equal('TRANSFER_ABORTED');
      const { bytes } = sink;
      file.goOn();
      await server.stop();
      expect(sink.bytes).to.equal(bytes);
      expect(exposure.fetches.map(({ complete }) => complete)).to.deep.equal([false]);
    });

    it('does not begin when it is aborted before', async () => {
      abort.abort(new Error('never'));
      const exposure = expose(new ContractFile(content));
      expect(await codeOfFailure(get(exposure, new MemorySink()))).to.equal('TRANSFER_ABORTED');
      expect(exposure.fetches).to.have.length(0);
    });

    it('ends at a stall', async () => {
      const sink = new MemorySink();
      const ended = codeOfFailure(get(expose(new ContractFile(content, { stopAtBytes: HALF })), sink));
      await sink.holds(HALF - 65_536);
      await clock.advance(STALL_MS);
      await clock.advance(STALL_MS);
      expect(await ended).to.equal('TRANSFER_TIMEOUT');
    });

    it('ends at the total time', async () => {
      const sink = new MemorySink();
      const ended = codeOfFailure(
        client.get(remoteOf(expose(new ContractFile(content, { stopAtBytes: HALF }))), sink, {
          ...options(),
          stallMs: TOTAL_MS * 10,
        }),
      );
      await sink.holds(HALF - 65_536);
      await clock.advance(TOTAL_MS);
      expect(await ended).to.equal('TRANSFER_TIMEOUT');
    });

    it('tells a file that is not there, and one that is for someone else', async () => {
      const exposure = expose(new ContractFile(content));
      const remote = remoteOf(exposure);
      const missing = { ...remote, path: remote.path.replace(/.$/, 'x') };
      expect(await codeOfFailure(client.get(missing, new MemorySink(), options()))).to.equal('TRANSFER_REMOTE_FILE');
      const foreign = expose(new ContractFile(content), '192.0.2.99');
      const code = await codeOfFailure(get(foreign, new MemorySink()));
      expect(row.refusedCodes ?? ['TRANSFER_REFUSED']).to.include(code);
    });

    it('tells a disk that is full, and a file that is too long', async () => {
      const full = new MemorySink({ fullAtBytes: HALF });
      expect(await codeOfFailure(get(expose(new ContractFile(content)), full))).to.equal('TRANSFER_SPACE');
      expect(full.bytes).to.be.at.most(HALF);
      const small = new MemorySink({ maxBytes: HALF });
      expect(await codeOfFailure(get(expose(new ContractFile(content)), small))).to.equal('TRANSFER_SPACE');
      expect(small.bytes).to.be.at.most(HALF);
    });

    it('never takes a file for whole whose source was cut', async () => {
      const file = new ContractFile(content.subarray(0, HALF), { sizeBytes: content.length });
      const code = await passing(codeOfFailure(get(expose(file), new MemorySink())));
      expect(code).to.match(/^TRANSFER_(?:INTEGRITY|TRANSPORT|REFUSED)$/);
    });

    it('tells a server that is not there', async () => {
      const exposure = expose(new ContractFile(content));
      await server.stop();
      const code = await passing(codeOfFailure(get(exposure, new MemorySink())));
      expect(code).to.match(/^TRANSFER_(?:TRANSPORT|TIMEOUT)$/);
    });

    if (row.puts === true) describePut();

    function describePut(): void {
      const accept = (sink: MemorySink): Exposure => {
        if (server.accept === undefined) throw new Error('this server takes no files');
        return server.accept({ sink, onProgress });
      };
      const put = (exposure: Exposure, source: ContractFile): Promise<MovedFile> =>
        client.put(remoteOf(exposure), source, options());

      it('puts files of every size, exactly, with hash and progress', async () => {
        for (const size of SIZES) {
          told = [];
          const file = new ContractFile(content.subarray(0, size));
          const sink = new MemorySink();
          const exposure = accept(sink);
          expect(await put(exposure, file), `${size} bytes`).to.deep.equal({ bytes: size, sha256: file.sha256 });
          expect(Buffer.compare(sink.content, file.content), `${size} bytes`).to.equal(0);
          expect(told.at(-1)?.bytes).to.equal(size);
          const [fetch] = exposure.fetches;
          expect(fetch?.complete).to.equal(true);
          expect(fetch?.sha256).to.equal(file.sha256);
        }
        expect(clock.pending, 'no timer is left').to.equal(0);
      });

      it('leaves no whole file where its source was cut', async () => {
        const exposure = accept(new MemorySink());
        const file = new ContractFile(content.subarray(0, HALF), { sizeBytes: content.length });
        expect(await codeOfFailure(put(exposure, file))).to.equal('TRANSFER_INTEGRITY');
        await server.stop();
        expect(exposure.fetches.filter(({ complete }) => complete)).to.have.length(0);
      });

      it('tells a server whose disk is full', async () => {
        const exposure = accept(new MemorySink({ fullAtBytes: HALF }));
        const code = await codeOfFailure(put(exposure, new ContractFile(content)));
        expect(row.spaceCodes ?? ['TRANSFER_SPACE']).to.include(code);
        await server.stop();
        expect(exposure.fetches.map(({ complete }) => complete)).to.deep.equal([false]);
      });

      it('ends at a stall and when it is aborted; the server has no whole file', async () => {
        const exposure = accept(new MemorySink());
        const stalled = new ContractFile(content, { stopAtBytes: HALF });
        const ended = codeOfFailure(put(exposure, stalled));
        while (exposure.bytes < 100_000) await new Promise((resolve) => setImmediate(resolve));
        await clock.advance(STALL_MS);
        await clock.advance(STALL_MS);
        expect(await ended).to.equal('TRANSFER_TIMEOUT');
        stalled.goOn();
        const second = accept(new MemorySink());
        const broken = codeOfFailure(put(second, new ContractFile(content, { stopAtBytes: HALF })));
        while (second.bytes < 100_000) await new Promise((resolve) => setImmediate(resolve));
        abort.abort(new Error('enough'));
        expect(await broken).to.equal('TRANSFER_ABORTED');
        await server.stop();
        expect([...exposure.fetches, ...second.fetches].map(({ complete }) => complete)).to.deep.equal([false, false]);
      });
    }
  });
}
