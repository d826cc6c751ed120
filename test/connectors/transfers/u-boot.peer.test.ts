/** Our XMODEM and YMODEM into the memory of a real U-Boot on QEMU's arm64 board; its own `crc32` says what arrived. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { crc32 } from 'node:zlib';
import { expect } from 'chai';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { XmodemTransfer } from '../../../connectors/transfers/xmodem-transfer.js';
import type { InBandMethod } from '../../../core/ports/transfer.js';
import type { Line } from '../../../core/ports/line.js';
import { freeConsolePort } from '../../peers/device/free-port.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { requirePeer } from '../../support/peers.js';
import { MemorySource } from './memory-source.js';

const FIRMWARE = '/usr/lib/u-boot/qemu_arm64/u-boot.bin';
const BOARD = ['-M', 'virt', '-cpu', 'cortex-a57', '-m', '256', '-display', 'none', '-monitor', 'none', '-nic', 'none'];
const ADDRESS = '0x40200000';
const PROMPT = /\n=> $/;
const LIMIT_MS = 30_000;

/** The board's console: a line for transfers, and a little dialogue around them. */
class BoardConsole implements Line {
  readonly portId = 'u-boot';
  readonly owner = 'test';
  readonly fence = 1;
  readonly mode = 'binary';
  readonly #socket: Socket;
  #said = '';
  #heard: () => void = () => undefined;
  #late: (error: Error) => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.#said += bytes.toString('latin1');
      this.#heard();
    });
  }

  /** What was said up to the match, which is then forgotten. */
  async expect(pattern: RegExp): Promise<string> {
    const timer = setTimeout(() => {
      this.#late(new Error(`no ${String(pattern)} in ${JSON.stringify(this.#said.slice(-300))}`));
    }, LIMIT_MS);
    try {
      return await this.#match(pattern);
    } finally {
      clearTimeout(timer);
    }
  }

  async #match(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#said);
      if (match !== null) {
        const text = this.#said.slice(0, match.index + match[0].length);
        this.#said = this.#said.slice(text.length);
        return text;
      }
      await new Promise<void>((resolve, reject) => {
        this.#heard = resolve;
        this.#late = reject;
      });
    }
  }

  async command(text: string, until = PROMPT): Promise<string> {
    await this.write(new TextEncoder().encode(`${text}\r`));
    return this.expect(until);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#socket.write(bytes, () => resolve()));
  }

  read(onBytes: (bytes: Uint8Array) => void): () => void {
    this.#socket.on('data', onBytes);
    return () => this.#socket.off('data', onBytes);
  }

  /** What was said already and nobody expected: the first request stands right behind U-Boot's words. */
  recent(): Uint8Array {
    return Buffer.from(this.#said, 'latin1');
  }

  /** The same line, on which nothing is written any more once the signal aborts. */
  mutedBy(signal: AbortSignal): Line {
    const write = (bytes: Uint8Array): Promise<void> => (signal.aborted ? Promise.resolve() : this.write(bytes));
    return Object.create(this, {
      write: { value: write },
      read: { value: this.read.bind(this) },
      recent: { value: this.recent.bind(this) },
    }) as Line;
  }

  setMode(): void {
    throw new Error('not of this line');
  }

  opened(): Promise<void> {
    return Promise.resolve();
  }

  release(): void {
    this.#socket.destroy();
  }
}

describe('XMODEM and YMODEM with U-Boot', function () {
  this.timeout(90_000);
  const transfer = new XmodemTransfer({ clock: new SystemClock() });
  let qemu: ChildProcess | undefined;
  let board: BoardConsole | undefined;

  before(async function () {
    requirePeer.call(this, 'qemu-system-aarch64', FIRMWARE);
    const port = await freeConsolePort();
    const serial = `tcp:127.0.0.1:${port},server=on,wait=on,nodelay=on`;
    qemu = spawn('qemu-system-aarch64', [...BOARD, '-bios', FIRMWARE, '-serial', serial], { stdio: 'ignore' });
    board = new BoardConsole(await reached(port, qemu));
    await board.expect(/Hit any key to stop autoboot/);
    await board.command('');
  });

  after(async () => {
    board?.release();
    if (qemu === undefined) return;
    qemu.kill('SIGKILL');
    if (qemu.exitCode === null && qemu.signalCode === null) await once(qemu, 'exit');
  });

  /** Loads, and returns what U-Boot says of it: the length that it counts, and its own CRC-32 over ours. */
  async function load(method: InBandMethod, blockSize: 128 | 1024, content: Uint8Array): Promise<[number, string]> {
    const command = method === 'xmodem' ? 'loadx' : 'loady';
    if (board === undefined) throw new Error('the board is off');
    await board.command(`${command} ${ADDRESS}`, /## Ready for binary \(\wmodem\) download to [^\n]*\n/);
    await transfer.send(board, new MemorySource(content), {
      ...{ method, blockSize, stallMs: 30_000, totalMs: 60_000 },
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    const told = await board.expect(/## Total Size\s+= 0x[0-9a-f]+ = \d+ Bytes[^]*=> $/);
    const crc = await board.command(`crc32 ${ADDRESS} ${content.length.toString(16)}`);
    return [Number(/= (\d+) Bytes/.exec(told)?.[1]), /==> ([0-9a-f]{8})/.exec(crc)?.[1] ?? crc];
  }

  const ending = (length: number, ...tail: number[]): Uint8Array =>
    Uint8Array.from([...seededBytes(length, length - tail.length), ...tail]);
  const hexCrc = (content: Uint8Array): string => crc32(content).toString(16).padStart(8, '0');

  for (const blockSize of [128, 1024] as const) {
    it(`ours, ${blockSize} → loadx: CRC-32 compared`, async () => {
      const content = ending(6001, 0x55);
      expect(await load('xmodem', blockSize, content)).to.deep.equal([6001, hexCrc(content)]);
    });

    it(`ours, ${blockSize} → loady: CRC-32 compared, exact though it ends like fill`, async () => {
      const content = ending(6001, 0x1a, 0x1a);
      expect(await load('ymodem', blockSize, content)).to.deep.equal([6001, hexCrc(content)]);
    });
  }

  for (const method of ['xmodem', 'ymodem'] as const) {
    it(`a receiver that a dead sender left in the middle of ${method} is cancelled at its own request`, async function () {
      this.timeout(60_000);
      if (board === undefined) throw new Error('the board is off');
      const dying = new AbortController();
      await board.command(`${method === 'xmodem' ? 'loadx' : 'loady'} ${ADDRESS}`, /## Ready for binary [^\n]*\n/);
      // A process that was killed writes nothing more, not even CANs.
      const mute = board.mutedBy(dying.signal);
      const sending = transfer.send(mute, new MemorySource(ending(60_000, 0x55)), {
        ...{ method, blockSize: 128, stallMs: 30_000, totalMs: 60_000, signal: dying.signal },
        onProgress: ({ bytes }) => {
          if (bytes > 20_000) dying.abort();
        },
      });
      expect(await sending.catch((error: unknown) => error)).to.be.instanceOf(Error);
      const broken = transfer.breakOff(board, new AbortController().signal);
      await board.expect(/## Binary \(\wmodem\) download aborted[^]*=> $/);
      expect(await broken).to.equal('cancelled');
      expect(await board.command('echo still here')).to.include('still here\r\n=> ');
    });
  }

  it('ours → loadx: a 0x1A at the end is neither counted nor in memory, which the CRC-32 over the known length tells', async () => {
    const content = ending(3000, 0x1a, 0x1a, 0x1a);
    const [counted, crc] = await load('xmodem', 1024, content);
    expect(counted).to.equal(2997);
    expect(crc)
      .to.match(/^[0-9a-f]{8}$/)
      .and.not.equal(hexCrc(content));
  });
});

async function reached(port: number, qemu: ChildProcess): Promise<Socket> {
  for (;;) {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.on('error', () => resolve(false));
    });
    if (open) return socket;
    if (qemu.exitCode !== null) throw new Error('QEMU ended before its console was open');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
