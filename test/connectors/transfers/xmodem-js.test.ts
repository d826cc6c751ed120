/**
 * Our XMODEM with xmodem.js, an independent one in this language. It takes a block only when it comes in one piece, strips
 * every 0x1A at the end, and has no 1K blocks.
 */
import { EventEmitter, once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { XmodemTransfer } from '../../../connectors/transfers/xmodem-transfer.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { MemorySink } from './memory-sink.js';
import { MemorySource } from './memory-source.js';
import { ScriptedLine } from './scripted-line.js';

interface XmodemJs extends EventEmitter {
  send(socket: EventEmitter, content: Buffer): void;
  receive(socket: EventEmitter, fileName: string): void;
}

const foreign = createRequire(import.meta.url)('xmodem.js') as XmodemJs;
const LIMITS = {
  method: 'xmodem',
  stallMs: 8000,
  totalMs: 9000,
  signal: new AbortController().signal,
  onProgress: (): void => undefined,
} as const;

/** What xmodem.js takes for a socket, as the far end of our line. */
class FarSocket extends EventEmitter {
  readonly #line: ScriptedLine;

  constructor(line: ScriptedLine) {
    super();
    this.#line = line;
    line.onWritten = (bytes) => setImmediate(() => this.emit('data', Buffer.from(bytes)));
  }

  write(bytes: Buffer): void {
    setImmediate(() => this.#line.say(bytes));
  }
}

describe('XMODEM with xmodem.js', function () {
  this.timeout(10_000);
  const transfer = new XmodemTransfer({ clock: new SystemClock() });
  const content = Buffer.concat([seededBytes(1, 20_001), Buffer.from([0x55])]);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xmodem-js-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('ours, 128 → xmodem.js: hash compared', async () => {
    const line = new ScriptedLine();
    const file = join(folder, 'received');
    const sending = transfer.send(line, new MemorySource(content), { ...LIMITS, blockSize: 128 });
    foreign.receive(new FarSocket(line), file);
    const { endAcknowledged, resentBlocks } = await sending;
    expect({ endAcknowledged, resentBlocks }).to.deep.equal({ endAcknowledged: true, resentBlocks: 0 });
    // It writes after its acknowledgement, and tells nobody when it is done.
    let received: Buffer = Buffer.alloc(0);
    for (let round = 0; round < 500 && received.length < content.length; round += 1) {
      received = await readFile(file).catch(() => received);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(received.equals(content)).to.equal(true);
  });

  it('xmodem.js → ours: hash compared', async () => {
    const line = new ScriptedLine();
    const sink = new MemorySink();
    const stopped = once(foreign, 'stop');
    foreign.send(new FarSocket(line), content);
    const result = await transfer.receive(line, sink, LIMITS);
    await stopped;
    expect(Buffer.from(sink.content.subarray(0, content.length)).equals(content)).to.equal(true);
    expect(result.bytes - result.paddedBytes).to.equal(content.length);
  });
});
