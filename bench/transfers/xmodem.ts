/**
 * XMODEM over paced lines: our sender and lrzsz's `sx`, each to `rx`. Rates are slopes of two sizes, so that the seconds
 * which both ends wait at the start and the end are out of them. A run ends when `rx` does.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SystemClock } from '../../connectors/clock/system-clock.js';
import { XmodemTransfer } from '../../connectors/transfers/xmodem-transfer.js';
import { reasonOf } from '../../core/errors/index.js';
import type { FileSink, FileSource } from '../../core/ports/transfer.js';
import { HashThread } from '../../store/images/hash-thread.js';
import type { BenchCase } from '../bench-case.js';
import { BenchLine, firstLine, openPacedPair, runOn } from './paced-line.js';

const clock = new SystemClock();
/** 8N1: start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;
/** Number, complement, head and CRC; and the acknowledgement. */
const BLOCK_OVERHEAD_BYTES = 6;
const LIMITS = {
  method: 'xmodem',
  stallMs: 30_000,
  totalMs: 300_000,
  signal: new AbortController().signal,
  onProgress: (): void => undefined,
} as const;
/** `sx` must be there before the first request, else it waits for the second one. */
const HEAD_START_MS = 300;

/** Of one transfer. */
const TRIES = 3;

interface Rate {
  readonly name: string;
  readonly baudRate: number;
  readonly blockSize: 128 | 1024;
  /** Whole blocks; the slope is between them. */
  readonly sizes: readonly [number, number];
  /** Least part of the protocol limit; undefined: only printed. */
  readonly leastPercent: number;
}

const RATES: readonly Rate[] = [
  { name: 'xmodem-1k 9600', baudRate: 9600, blockSize: 1024, sizes: [2048, 8192], leastPercent: 98.5 },
  { name: 'xmodem-1k 115200', baudRate: 115_200, blockSize: 1024, sizes: [16_384, 81_920], leastPercent: 98.5 },
  { name: 'xmodem-128 9600', baudRate: 9600, blockSize: 128, sizes: [1024, 6144], leastPercent: 98.5 },
  { name: 'xmodem-128 115200', baudRate: 115_200, blockSize: 128, sizes: [4096, 57_344], leastPercent: 96 },
];

/** Bytes a second that the line can carry: a block and its acknowledgement, nothing between. */
function limit({ baudRate, blockSize }: Rate): number {
  return (blockSize * baudRate) / BITS_PER_BYTE / (blockSize + BLOCK_OVERHEAD_BYTES);
}

function sourceOf(content: Uint8Array): FileSource {
  return {
    fileName: 'file',
    sizeBytes: content.length,
    async *open() {
      yield await Promise.resolve(content);
    },
  };
}

/** Blocks that no error could pass unseen: every byte, shifted from block to block. */
function contentOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_unused, index) => (index * 7 + (index >> 7)) & 0xff);
}

/** Runs `send` against `rx`; returns how long `rx` ran, ms. The signal says that `rx` has ended. */
async function toRx(
  rate: Rate,
  length: number,
  send: (near: string, folder: string, over: AbortSignal) => Promise<unknown>,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'portwright-bench-'));
  const pair = await openPacedPair(rate.baudRate);
  try {
    await writeFile(join(folder, 'file'), contentOf(length));
    const over = new AbortController();
    const sending = send(pair.near, folder, over.signal);
    // Heard below, when `rx` has ended.
    sending.catch(() => undefined);
    await clock.sleep(HEAD_START_MS);
    const beganMs = performance.now();
    const code = await runOn(pair.far, folder, 'rx', ['-c', 'received']);
    const tookMs = performance.now() - beganMs;
    over.abort();
    await sending;
    if (code !== 0) throw new Error(`rx ended with ${code}`);
    return tookMs;
  } finally {
    await pair.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function ours(rate: Rate, length: number): Promise<number> {
  return toRx(rate, length, async (near) => {
    const line = await new BenchLine(near, rate.baudRate).open();
    const transfer = new XmodemTransfer({ clock, endTimeoutMs: 2000 });
    try {
      await transfer.send(line, sourceOf(contentOf(length)), { ...LIMITS, blockSize: rate.blockSize });
    } finally {
      await line.close();
    }
  });
}

async function lrzsz(rate: Rate, length: number): Promise<number> {
  const args = rate.blockSize === 1024 ? ['-k', 'file'] : ['file'];
  // `sx` would wait a minute for a last ACK that `rx` may have thrown away.
  return toRx(rate, length, (near, folder, over) => runOn(near, folder, 'sx', args, over));
}

/** A machine that is very busy makes `rx` give up at times, whoever sends: told, and measured again. */
async function anew(run: () => Promise<number>): Promise<number> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await run();
    } catch (error) {
      if (left === 0) throw error;
      process.stderr.write(`measured again: ${reasonOf(error)}\n`);
    }
  }
}

/** Percent of the protocol limit. */
async function percent(rate: Rate, run: (rate: Rate, length: number) => Promise<number>): Promise<number> {
  const [small, large] = rate.sizes;
  const smallMs = await anew(() => run(rate, small));
  const largeMs = await anew(() => run(rate, large));
  return (((large - small) / (largeMs - smallMs)) * 1000 * 100) / limit(rate);
}

/** Two rows for each rate: beside lrzsz, and against the limit by the same measurements. */
function rateCases(rate: Rate): readonly BenchCase[] {
  const measured: number[] = [];
  const measure = async (): Promise<number> => {
    const figure = await percent(rate, ours);
    measured.push(figure);
    return figure;
  };
  const frame = { unit: '% of the protocol limit', betterIs: 'higher' as const };
  return [
    {
      ...frame,
      name: rate.name,
      goal: rate.name === 'xmodem-128 115200' ? 1 : 0.99,
      peerName: 'lrzsz sx',
      ours: measure,
      peer: () => percent(rate, lrzsz),
    },
    {
      ...frame,
      name: `${rate.name} limit`,
      goal: rate.leastPercent,
      peerName: null,
      ours: async () => measured.shift() ?? (await measure()),
    },
  ];
}

/** Our two ends over a line that turns bits, 128 KiB in 1K blocks at 921600, seconds. */
function noisyCase(bitErrorRate: string, goal: number): BenchCase {
  let seed = 0;
  return {
    name: `xmodem-1k 921600 bit errors ${bitErrorRate}`,
    unit: 's',
    betterIs: 'lower',
    goal,
    peerName: null,
    ours: async () => {
      seed += 1;
      const pair = await openPacedPair(921_600, ['--bit-error-rate', bitErrorRate, '--seed', String(seed)]);
      const [near, far] = [new BenchLine(pair.near, 921_600), new BenchLine(pair.far, 921_600)];
      try {
        await Promise.all([near.open(), far.open()]);
        const transfer = new XmodemTransfer({ clock });
        const content = contentOf(131_072);
        const beganMs = performance.now();
        const sending = transfer.send(near, sourceOf(content), { ...LIMITS, blockSize: 1024 });
        const sink = new ComparingSink(content);
        await Promise.all([sending, transfer.receive(far, sink, LIMITS)]);
        if (!sink.same) throw new Error(`seed ${seed}: not the same file`);
        return (performance.now() - beganMs) / 1000;
      } finally {
        await Promise.all([near.close(), far.close()]);
        await pair.stop();
      }
    },
  };
}

class ComparingSink implements FileSink {
  readonly maxBytes = Infinity;
  readonly heldBytes = 0;
  same = true;
  readonly #wanted: Uint8Array;
  #at = 0;

  constructor(wanted: Uint8Array) {
    this.#wanted = wanted;
  }

  write(bytes: Uint8Array): Promise<void> {
    this.same &&= Buffer.compare(this.#wanted.subarray(this.#at, this.#at + bytes.length), bytes) === 0;
    this.#at += bytes.length;
    return Promise.resolve();
  }

  truncate(sizeBytes: number): Promise<void> {
    this.#at = sizeBytes;
    return Promise.resolve();
  }
}

const DEVICES = resolve(import.meta.dirname, 'paced-devices.js');
const LINES = 32;
const LINES_BAUD = 115_200;
const LINES_BYTES = 65_536;
const HASHED_BYTES = 1024 ** 3;

/** Rate of the slowest of 32 lines at once, while 1 GB is hashed, to that of one alone. */
function manyCase(): BenchCase {
  return {
    name: `xmodem-1k 115200 on ${LINES} lines while 1 GB is hashed`,
    unit: '× one line alone',
    betterIs: 'higher',
    goal: 0.97,
    peerName: null,
    ours: async () => {
      const alone = await slowestOf(1, undefined);
      const folder = await mkdtemp(join(tmpdir(), 'portwright-bench-'));
      try {
        const file = join(folder, 'image');
        await writeFile(file, '');
        await truncate(file, HASHED_BYTES);
        return (await slowestOf(LINES, file)) / alone;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Bytes a second of the slowest line. */
async function slowestOf(count: number, hashed: string | undefined): Promise<number> {
  const child = spawn(process.execPath, [DEVICES, String(count), String(LINES_BAUD)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: BenchLine[] = [];
  const hashing = new HashThread();
  try {
    for (const path of (await firstLine(child.stdout)) as string[]) {
      lines.push(await new BenchLine(path, LINES_BAUD).open());
    }
    const hash = hashed === undefined ? undefined : hashing.sha256Of(hashed);
    const rates = await Promise.all(lines.map(lineRate));
    await hash;
    return Math.min(...rates);
  } finally {
    for (const line of lines) await line.close();
    await hashing.stop();
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}

/** Between the first acknowledged block and the last. */
async function lineRate(line: BenchLine): Promise<number> {
  let [firstMs, lastMs, first, last] = [0, 0, 0, 0];
  await new XmodemTransfer({ clock }).send(line, sourceOf(contentOf(LINES_BYTES)), {
    ...LIMITS,
    blockSize: 1024,
    onProgress: ({ bytes }) => {
      const nowMs = performance.now();
      if (bytes > 0 && first === 0) [first, firstMs] = [bytes, nowMs];
      if (bytes > last) [last, lastMs] = [bytes, nowMs];
    },
  });
  return ((last - first) / (lastMs - firstMs)) * 1000;
}

export function xmodemCases(): readonly BenchCase[] {
  return [...RATES.flatMap(rateCases), noisyCase('1e-6', 2), noisyCase('1e-5', 4), manyCase()];
}
