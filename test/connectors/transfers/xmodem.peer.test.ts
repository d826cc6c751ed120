/** Our XMODEM against lrzsz over ptys: its `rx` receives from our sender, its `sx` sends to our receiver. */
import { expect } from 'chai';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { XmodemTransfer } from '../../../connectors/transfers/xmodem-transfer.js';
import { codeOf } from '../../../core/errors/index.js';
import type { InBandOptions, TransferResult } from '../../../core/ports/transfer.js';
import { XmodemReceiver } from '../../../protocols/xmodem/receiver.js';
import type { XmodemReceiverOptions, XmodemReceiverOutput } from '../../../protocols/xmodem/receiver-io.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { requirePeer } from '../../support/peers.js';
import { MemorySource } from './memory-source.js';
import { PtyPair } from './pty-pair.js';

describe('XMODEM with lrzsz', function () {
  this.timeout(30_000);
  const clock = new SystemClock();
  let pair: PtyPair;

  before(function () {
    requirePeer.call(this, 'socat', 'rx', 'sx');
  });

  beforeEach(async () => {
    pair = await PtyPair.open();
  });

  afterEach(() => pair.close());

  const send = (content: Uint8Array, options: Partial<InBandOptions> = {}, line = pair): Promise<TransferResult> =>
    // rx waits a second after EOT, and its last ACK may be lost when it flushes its terminal: then nothing tells of the end.
    new XmodemTransfer({ clock, endTimeoutMs: 2000 }).send(line, new MemorySource(content), {
      method: 'xmodem',
      blockSize: 128,
      stallMs: 20_000,
      totalMs: 25_000,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      ...options,
    });

  const receivers = [
    { args: ['-c'], blockSize: 1024, length: 300_001 },
    { args: ['-c'], blockSize: 128, length: 50_001 },
    { args: [], blockSize: 1024, length: 200_000 },
    { args: [], blockSize: 128, length: 20_001 },
    { args: ['-c'], blockSize: 1024, length: 1 },
  ] as const;
  it('sends to rx in every form, side by side', async () => {
    const runs = receivers.map(async ({ args, blockSize, length }) => {
      const form = `rx ${args.join(' ')}, ${blockSize}-byte blocks, ${length} bytes`;
      const own = await PtyPair.open();
      try {
        const content = seededBytes(length, length);
        const { exited } = own.lend('rx', [...args, 'received']);
        const result = await send(content, { blockSize }, own);
        expect(await exited, form).to.equal(0);
        const received = await readFile(join(own.folder, 'received'));
        expect(result.bytes, form).to.equal(length);
        expect(received.length, form).to.equal(result.paddedBytes);
        expect(received.subarray(0, length).equals(content), form).to.equal(true);
        expect(
          received.subarray(length).every((byte) => byte === 0x1a),
          form,
        ).to.equal(true);
      } finally {
        await own.close();
      }
    });
    await Promise.all(runs);
  });

  it('sends between a device’s own messages', async () => {
    const content = seededBytes(5, 60_000);
    let messages = 0;
    const { exited } = pair.lend('rx', ['-c', 'received']);
    const printed: Promise<void>[] = [];
    await send(content, {
      onProgress: () => {
        messages += 1;
        if (messages % 20 === 0) printed.push(pair.print(`\r\n%CDP-4-NATIVE_VLAN_MISMATCH: C ${messages}\r\n`));
      },
    });
    await Promise.all(printed);
    expect(await exited).to.equal(0);
    const received = await readFile(join(pair.folder, 'received'));
    expect(received.subarray(0, content.length).equals(content)).to.equal(true);
    expect(printed.length).to.be.above(10);
  });

  it('cancels rx when it is aborted', async () => {
    const abort = new AbortController();
    const { exited } = pair.lend('rx', ['-c', 'received']);
    const sending = send(seededBytes(6, 500_000), {
      signal: abort.signal,
      onProgress: ({ bytes }) => {
        if (bytes > 10_000) abort.abort(new Error('the node is stopping'));
      },
    });
    const error: unknown = await sending.catch((thrown: unknown) => thrown);
    expect(codeOf(error)).to.equal('TRANSFER_ABORTED');
    expect(await exited).to.not.equal(0);
  });

  const senders: readonly (readonly [string[], XmodemReceiverOptions, number])[] = [
    [[], {}, 30_001],
    [['-k'], {}, 200_001],
    [[], { crc: false }, 20_000],
    [['-k'], { nakFirstEot: false }, 128],
  ];
  for (const [args, options, length] of senders) {
    it(`receives ${length} bytes from sx ${args.join(' ')} with ${JSON.stringify(options)}`, async () => {
      const content = seededBytes(length, length);
      await writeFile(join(pair.folder, 'file'), content);
      const { exited } = pair.lend('sx', [...args, 'file']);
      const { bytes, end } = await receive(pair, clock, options);
      expect(await exited).to.equal(0);
      expect(end.kind).to.equal('done');
      expect(bytes.subarray(0, length).equals(content)).to.equal(true);
      expect(bytes.subarray(length).every((byte) => byte === 0x1a)).to.equal(true);
      expect(bytes.length - length).to.equal(end.kind === 'done' ? end.paddedBytes : -1);
    });
  }
});

/** Our receiver engine on the near end; resolves when it has ended. */
function receive(
  pair: PtyPair,
  clock: SystemClock,
  options: XmodemReceiverOptions,
): Promise<{ bytes: Buffer; end: XmodemReceiverOutput }> {
  return new Promise((resolve) => {
    const receiver = new XmodemReceiver(options, clock.monotonicMs());
    const pieces: Uint8Array[] = [];
    let cancelTimer = (): void => undefined;
    const feed = (input: Parameters<XmodemReceiver['handle']>[0]): void => {
      for (const output of receiver.handle(input, clock.monotonicMs())) {
        if (output.kind === 'send') void pair.write(output.bytes);
        else if (output.kind === 'data') pieces.push(output.bytes);
        else resolve({ bytes: Buffer.concat(pieces), end: output });
      }
      cancelTimer();
      const dueMs = receiver.nextDeadlineMs();
      if (dueMs !== undefined) {
        cancelTimer = clock.after(dueMs - clock.monotonicMs(), () => feed({ kind: 'timer' }));
      }
    };
    pair.read((bytes) => feed({ kind: 'bytes', bytes }));
    feed({ kind: 'timer' });
  });
}
