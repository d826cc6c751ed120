import { expect } from 'chai';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TranscriptEntry, TranscriptRef } from '../../../core/ports/transcript-store.js';
import type { Stores } from '../../../store/index.js';
import { FileTranscriptStore } from '../../../store/transcripts/file-transcript-store.js';
import { codeOfRejected } from '../support/rejected.js';
import {
  DAY_MS,
  DEFAULT_RETENTION,
  START_MS,
  newFolder,
  removeFolders,
  seeded,
  startStores,
  testClock,
  testJob,
  testLog,
} from '../support/store-folder.js';

const CONSOLE: TranscriptRef = { kind: 'console', portId: 'aus-1:1/1' };

function entry(atMs: number, text: string, direction: TranscriptEntry['direction'] = 'in'): TranscriptEntry {
  return { atMs, direction, text };
}

describe('FileTranscriptStore', () => {
  let dataDir: string;
  let stores: Stores;

  beforeEach(async () => {
    dataDir = await newFolder();
    ({ stores } = await startStores(dataDir));
  });

  afterEach(async () => {
    await stores.stop();
  });

  after(removeFolders);

  async function restart(beforeStart: () => void): Promise<void> {
    await stores.stop();
    beforeStart();
    ({ stores } = await startStores(dataDir));
  }

  const consoleLog = (): string => join(dataDir, 'console', 'aus-1%3A1%2F1', '2026-11-23.log');

  it('keeps every character and direction', async () => {
    const entries = [
      entry(START_MS, 'Router>\r\n\u0000\u001b[31m"\\', 'in'),
      entry(START_MS + 1, 'reload\r', 'out'),
      entry(START_MS + 2, 'größe 🚀 \ud800', 'note'),
    ];
    for (const one of entries) stores.transcripts.append(CONSOLE, one);
    expect(await stores.transcripts.read(CONSOLE, {})).to.deep.equal(entries);
    expect(readFileSync(consoleLog(), 'utf8').split('\n')).to.have.length(4);
  });

  it('reads since a time and the newest by number', async () => {
    for (let n = 0; n < 50; n += 1) stores.transcripts.append(CONSOLE, entry(START_MS + n * DAY_MS, `line ${n}`));
    const texts = async (options: { sinceMs?: number; limit?: number }): Promise<readonly string[]> =>
      (await stores.transcripts.read(CONSOLE, options)).map((one) => one.text);
    expect(await texts({ sinceMs: START_MS + 47 * DAY_MS })).to.deep.equal(['line 47', 'line 48', 'line 49']);
    expect(await texts({ limit: 2 })).to.deep.equal(['line 48', 'line 49']);
    expect(await texts({ sinceMs: START_MS + 10 * DAY_MS, limit: 1 })).to.deep.equal(['line 49']);
    expect(await texts({ sinceMs: START_MS + 99 * DAY_MS })).to.deep.equal([]);
    expect(await texts({ limit: 0 })).to.deep.equal([]);
    expect(await texts({})).to.have.length(50);
  });

  it('reads one of many interleaved jobs without reading the others', async () => {
    const jobs = Array.from({ length: 40 }, (_, n) => `job-${n}`);
    for (const id of jobs) await stores.jobs.create(testJob(id), []);
    for (let round = 0; round < 20; round += 1) {
      for (const jobId of jobs) {
        stores.transcripts.append(
          { kind: 'transcript', jobId },
          entry(START_MS + round, `${jobId} ${round} ${'x'.repeat(500)}`),
        );
      }
      await stores.transcripts.flush();
    }
    const read = await stores.transcripts.read({ kind: 'transcript', jobId: 'job-7' }, {});
    expect(read.map((one) => one.text.split(' ').slice(0, 2).join(' '))).to.deep.equal(
      Array.from({ length: 20 }, (_, round) => `job-7 ${round}`),
    );
    expect(readdirSync(join(dataDir, 'transcripts'))).to.deep.equal(['2026-11-23.idx', '2026-11-23.log']);
  });

  it('keeps what is captured apart by kind, port and job', async () => {
    const refs: readonly TranscriptRef[] = (['post', 'running-config', 'startup-config'] as const).flatMap((kind) =>
      ['p1', 'p"2'].flatMap((portId) => ['j1', 'j2'].map((jobId) => ({ kind, portId, jobId }))),
    );
    for (const ref of refs) stores.transcripts.append(ref, entry(START_MS, JSON.stringify(ref), 'note'));
    for (const ref of refs) {
      expect((await stores.transcripts.read(ref, {})).map((one) => one.text)).to.deep.equal([JSON.stringify(ref)]);
    }
  });

  it('has on disk what was flushed, and leaves out a torn last line', async () => {
    stores.transcripts.append(CONSOLE, entry(START_MS, 'first'));
    stores.transcripts.append(CONSOLE, entry(START_MS + 1, 'torn by the crash'));
    await stores.transcripts.flush();
    const bytes = statSync(consoleLog()).size;
    await restart(() => truncateSync(consoleLog(), bytes - 5));
    expect((await stores.transcripts.read(CONSOLE, {})).map((one) => one.text)).to.deep.equal(['first']);
    stores.transcripts.append(CONSOLE, entry(START_MS + 2, 'after'));
    expect((await stores.transcripts.read(CONSOLE, {})).map((one) => one.text)).to.deep.equal(['first', 'after']);
  });

  it('reads the same from every torn log and index', async () => {
    for (let n = 0; n < 6; n += 1) {
      stores.transcripts.append(CONSOLE, entry(START_MS + n, `line ${n}`));
      await stores.transcripts.flush();
    }
    await stores.stop();
    const index = consoleLog().replace('.log', '.idx');
    const wholeIndex = readFileSync(index);
    for (let cut = 0; cut <= wholeIndex.length; cut += 7) {
      writeFileSync(index, wholeIndex.subarray(0, cut));
      const store = await logsOnly();
      expect((await store.read(CONSOLE, {})).map((one) => one.text)).to.deep.equal(
        [0, 1, 2, 3, 4, 5].map((n) => `line ${n}`),
      );
      await store.stop();
    }
    ({ stores } = await startStores(dataDir));
  });

  it('reads any range by limit and time as a plain list would', async () => {
    const seed = 20261123;
    const random = seeded(seed);
    const all: TranscriptEntry[] = [];
    let atMs = START_MS;
    for (let n = 0; n < 400; n += 1) {
      atMs += Math.floor(random() * 900_000);
      const one = entry(atMs, `${n} ${'y'.repeat(Math.floor(random() * 3000))}`);
      all.push(one);
      stores.transcripts.append(CONSOLE, one);
      if (random() < 0.1) await stores.transcripts.flush();
    }
    for (let round = 0; round < 40; round += 1) {
      const sinceMs = START_MS + Math.floor(random() * (atMs - START_MS));
      const limit = 1 + Math.floor(random() * 400);
      const wanted = all.filter((one) => one.atMs >= sinceMs).slice(-limit);
      expect(await stores.transcripts.read(CONSOLE, { sinceMs, limit }), `seed ${seed}`).to.deep.equal(wanted);
    }
  });

  it('keeps port ids inside its folder', async () => {
    const ref: TranscriptRef = { kind: 'console', portId: '..' };
    stores.transcripts.append(ref, entry(START_MS, 'x'));
    await stores.transcripts.flush();
    expect(readdirSync(join(dataDir, 'console'))).to.deep.equal(['%2E%2E']);
    expect(await stores.transcripts.read(ref, {})).to.have.length(1);
  });

  it('waits for a disk that refuses, says so once, and then writes everything once', async () => {
    const { stores: own, log } = await startStores(join(dataDir, 'own'));
    // A file stands where the folder must be made.
    writeFileSync(join(dataDir, 'own', 'console'), '');
    own.transcripts.append(CONSOLE, entry(START_MS, 'one'));
    expect(await codeOfRejected(own.transcripts.flush())).to.equal('STORE_FAILED');
    own.transcripts.append(CONSOLE, entry(START_MS + 1, 'two'));
    expect(await codeOfRejected(own.transcripts.flush())).to.equal('STORE_FAILED');
    expect(log.lines).to.deep.equal(['logs and transcripts wait for the disk']);
    rmSync(join(dataDir, 'own', 'console'));
    await own.transcripts.flush();
    expect((await own.transcripts.read(CONSOLE, {})).map((one) => one.text)).to.deep.equal(['one', 'two']);
    await own.stop();
  });

  it('writes by itself soon after an entry came', async () => {
    stores.transcripts.append(CONSOLE, entry(START_MS, 'soon'));
    // The file is there a moment before its first line.
    const written = (): string => (existsSync(consoleLog()) ? readFileSync(consoleLog(), 'utf8') : '');
    while (written() === '') await new Promise((resolve) => setTimeout(resolve, 5));
    expect(written()).to.contain('soon');
  });

  /** The logs without the databases: opens faster. */
  async function logsOnly(): Promise<FileTranscriptStore> {
    return new FileTranscriptStore({
      dataDir,
      clock: testClock(),
      log: testLog(),
      segmentBytes: DEFAULT_RETENTION.maxBytes,
      spanOf: async () => undefined,
      onWritten: () => undefined,
    });
  }
});
