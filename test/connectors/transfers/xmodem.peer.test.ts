/** Our XMODEM and YMODEM against lrzsz over ptys, each of its four programs, both ways. One test a row of the matrix. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { XmodemTransfer } from '../../../connectors/transfers/xmodem-transfer.js';
import { codeOf } from '../../../core/errors/index.js';
import type { InBandOptions } from '../../../core/ports/transfer.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { requirePeer } from '../../support/peers.js';
import { MemorySink } from './memory-sink.js';
import { MemorySource } from './memory-source.js';
import { PeerRows } from './peer-rows.js';

const clock = new SystemClock();
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const limits = {
  stallMs: 20_000,
  totalMs: 25_000,
  signal: new AbortController().signal,
  onProgress: (): void => undefined,
};
// rx waits a second after EOT, and its last ACK may be lost when it flushes its terminal: then nothing tells of the end.
const transfer = new XmodemTransfer({ clock, endTimeoutMs: 2000 });

/** A file that holds every byte, ends like fill, and is random between. */
function fileOf(length: number): Uint8Array {
  const content = seededBytes(length, length);
  content.set(Uint8Array.from({ length: Math.min(256, length) }, (_unused, byte) => byte));
  content.fill(0x1a, Math.max(0, length - 3));
  return content;
}

describe('XMODEM and YMODEM with lrzsz', function () {
  this.timeout(60_000);
  const rows = new PeerRows();

  before(function () {
    requirePeer.call(this, 'socat', 'rx', 'sx', 'rb', 'sb');
    rows.start();
  });

  after(() => rows.stop());

  const toRx = [
    { args: ['-c'], blockSize: 1024, length: 100_001 },
    { args: ['-c'], blockSize: 128, length: 20_001 },
    { args: [], blockSize: 1024, length: 50_000 },
    { args: [], blockSize: 128, length: 10_001 },
    { args: ['-c'], blockSize: 1024, length: 1 },
  ] as const;
  for (const { args, blockSize, length } of toRx) {
    rows.add(`ours, ${blockSize} → rx ${args.join(' ')}: ${length} bytes and the fill`, async (pair) => {
      const content = fileOf(length);
      const { exited } = pair.lend('rx', [...args, 'received']);
      const source = new MemorySource(content);
      const result = await transfer.send(pair, source, { ...limits, method: 'xmodem', blockSize });
      expect(await exited).to.equal(0);
      const received = await readFile(join(pair.folder, 'received'));
      expect(result.bytes).to.equal(length);
      expect(received.length).to.equal(result.paddedBytes);
      expect(sha256(received.subarray(0, length))).to.equal(sha256(content));
      expect(received.subarray(length).every((byte) => byte === 0x1a)).to.equal(true);
    });
  }

  for (const blockSize of [128, 1024] as const) {
    rows.add(`ours, ${blockSize} → rb: a batch of three, exact`, async (pair) => {
      const contents = [fileOf(20_001), new Uint8Array(0), fileOf(1024)];
      const { exited } = pair.lend('rb', ['-u']);
      const sources = contents.map((content, index) =>
        Object.assign(new MemorySource(content), { fileName: `F${index}` }),
      );
      const result = await transfer.sendBatch(pair, sources, { ...limits, method: 'ymodem', blockSize });
      expect(await exited).to.equal(0);
      for (const [index, content] of contents.entries()) {
        expect(sha256(await readFile(join(pair.folder, `F${index}`))), `file ${index}`).to.equal(sha256(content));
      }
      expect(result).to.include({ bytes: 21_025, endAcknowledged: true });
    });
  }

  for (const [args, length] of [
    [[], 20_001],
    [['-k'], 100_001],
    [['-k'], 128],
  ] as const) {
    rows.add(`sx ${args.join(' ')} → ours: ${length} bytes and the fill`, async (pair) => {
      const content = fileOf(length);
      await writeFile(join(pair.folder, 'file'), content);
      const { exited } = pair.lend('sx', [...args, 'file']);
      const sink = new MemorySink();
      const result = await transfer.receive(pair, sink, { ...limits, method: 'xmodem' });
      expect(await exited).to.equal(0);
      expect(sha256(sink.content.subarray(0, length))).to.equal(sha256(content));
      expect(result.bytes).to.equal(sink.content.length);
      expect(result.bytes - result.paddedBytes).to.equal(length - 3);
    });
  }

  for (const args of [[], ['-k']]) {
    rows.add(`sb ${args.join(' ')} → ours: a batch of three, exact`, async (pair) => {
      const contents = [fileOf(30_001), new Uint8Array(0), fileOf(129)];
      await Promise.all(contents.map((content, index) => writeFile(join(pair.folder, `f${index}`), content)));
      const { exited } = pair.lend('sb', [...args, 'f0', 'f1', 'f2']);
      const sinks = contents.map(() => new MemorySink());
      let next = 0;
      const files = await transfer.receiveBatch(pair, () => sinks[next++], { ...limits, method: 'ymodem' });
      expect(await exited).to.equal(0);
      expect(files.map(({ sha256: hash }) => hash)).to.deep.equal(contents.map(sha256));
      expect(sinks.map(({ content }) => sha256(content))).to.deep.equal(contents.map(sha256));
      expect(files.map(({ fileName }) => fileName)).to.deep.equal(['f0', 'f1', 'f2']);
    });
  }

  rows.add('sb -k → ours by YMODEM-g: exact, though sb leaves without closing the batch', async (pair) => {
    const content = fileOf(30_001);
    await writeFile(join(pair.folder, 'file'), content);
    const { exited } = pair.lend('sb', ['-k', 'file']);
    const sink = new MemorySink();
    const { sha256: hash } = await transfer.receive(pair, sink, { ...limits, method: 'ymodem', streaming: true });
    expect(await exited).to.equal(0);
    expect(hash).to.equal(sha256(content));
  });

  rows.add('ours → rx, between a device’s own messages', async (pair) => {
    const content = seededBytes(5, 60_000);
    const { exited } = pair.lend('rx', ['-c', 'received']);
    const printed: Promise<void>[] = [];
    const options: InBandOptions = {
      ...limits,
      method: 'xmodem',
      blockSize: 128,
      onProgress: () => printed.push(pair.print(`\r\n%CDP-4-NATIVE_VLAN_MISMATCH: C ${printed.length}\r\n`)),
    };
    await transfer.send(pair, new MemorySource(content), options);
    await Promise.all(printed);
    expect(await exited).to.equal(0);
    const received = await readFile(join(pair.folder, 'received'));
    expect(sha256(received.subarray(0, content.length))).to.equal(sha256(content));
    expect(printed.length).to.be.above(4);
  });

  rows.add('cancels rx when it is aborted', async (pair) => {
    const abort = new AbortController();
    const { exited } = pair.lend('rx', ['-c', 'received']);
    const sending = transfer.send(pair, new MemorySource(seededBytes(6, 500_000)), {
      ...limits,
      method: 'xmodem',
      blockSize: 1024,
      signal: abort.signal,
      onProgress: ({ bytes }) => {
        if (bytes > 10_000) abort.abort(new Error('the node is stopping'));
      },
    });
    const error: unknown = await sending.catch((thrown: unknown) => thrown);
    expect(codeOf(error)).to.equal('TRANSFER_ABORTED');
    expect(await exited).to.not.equal(0);
  });

  rows.add('cancels sb when the file is longer than the sink takes', async (pair) => {
    await writeFile(join(pair.folder, 'file'), seededBytes(7, 50_000));
    const { exited } = pair.lend('sb', ['-k', 'file']);
    const sink = new MemorySink({ maxBytes: 10_000 });
    const receiving = transfer.receive(pair, sink, { ...limits, method: 'ymodem' });
    const error: unknown = await receiving.catch((thrown: unknown) => thrown);
    expect(codeOf(error)).to.equal('TRANSFER_SPACE');
    expect(await exited).to.not.equal(0);
    expect(sink.content.length).to.equal(0);
  });
});
