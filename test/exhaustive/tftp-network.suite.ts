/**
 * TFTP transfers over networks that lose, repeat, delay, damage, cut and stop, both ways: the exact file or a clean failure,
 * in bounded time. Every thirtieth case measures what 5 % of loss, repetition and disorder cost in lock-step.
 */
import { expect } from 'chai';
import { decodeTftp, encodeAck, encodeData, encodeError, encodeOack } from '../../protocols/tftp/packet.js';
import type { TftpRequest } from '../../protocols/tftp/transfer-io.js';
import { runOverNetwork } from '../protocols/tftp/lossy-network.js';
import type { Direction, Network, NetworkRun } from '../protocols/tftp/lossy-network.js';
import { seededRandom } from '../protocols/xmodem/noisy-line.js';

const POSSIBLE = 30_000;
/** Small blocks reach the end of the 16-bit numbers soon. */
const LEAST_BLOCK = 8;
const LAST_NUMBER = 65_535;
const SIZES = [0, 1, 511, 512, 513, 1427, 1428, 1429, 8191, 8192, 8193, 30_000, 100_000];
const WRAPPING = [LAST_NUMBER * LEAST_BLOCK - 1, LAST_NUMBER * LEAST_BLOCK, LAST_NUMBER * LEAST_BLOCK + 1];
const BLOCKS = [undefined, 8, 511, 512, 1428, 8192, 65_464];
const WINDOWS = [undefined, 1, 2, 4, 16, 64];
const RATES = [0, 0, 0.01, 0.05, 0.1, 0.25];
/** A transfer of lock-step blocks takes its time; more of them show nothing new. */
const MOST_BLOCKS = 400;
/** The longest stop and all patience of both engines, ms. */
const LONGEST_MS = 300_000;
/** A quarter lost each way, and every wait at its longest now and then, ms. */
const LONGEST_BLOCK_MS = 3000;

type Random = () => number;

function one<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

/** Noise is dear to make; a piece of it at a random place is as good. */
const NOISE = (() => {
  const random = seededRandom(1);
  return Uint8Array.from({ length: 3_000_000 }, () => random() * 256);
})();

function fileOf(random: Random, length: number): Uint8Array {
  const from = Math.floor(random() * (NOISE.length - length));
  return NOISE.subarray(from, from + length);
}

function networkOf(random: Random, seed: number, gentle: boolean): Network {
  const rate = (): number => (gentle ? one(random, [0, 0.0005]) : one(random, RATES));
  const stallAtMs = random() * 400;
  return {
    ...{ seed, loss: rate(), duplicate: rate(), reorder: rate(), corrupt: rate() / 5, truncate: rate() / 5 },
    delayMs: gentle ? 0.1 : one(random, [0.1, 5, 100]),
    ...(random() < 0.2 ? { stall: [stallAtMs, stallAtMs + one(random, [500, 20_000, 120_000])] as const } : {}),
  };
}

function requestOf(random: Random, wraps: boolean): TftpRequest {
  const blockBytes = wraps ? LEAST_BLOCK : one(random, BLOCKS);
  const windowBlocks = wraps ? one(random, [1, 64]) : one(random, WINDOWS);
  const rolloverTo = one(random, [undefined, 0, 1] as const);
  return {
    fileName: 'image.bin',
    // A cut datagram looks like the last block: only the told length tells them apart.
    askSize: true,
    ...(blockBytes === undefined ? {} : { blockBytes }),
    ...(windowBlocks === undefined ? {} : { windowBlocks }),
    ...(rolloverTo === undefined ? {} : { rolloverTo }),
  };
}

/** What holds on every network. */
function holdToPromise(run: NetworkRun, file: Uint8Array): void {
  const kinds = (outputs: readonly { readonly kind: string }[]): string[] => outputs.map(({ kind }) => kind);
  const [sender, receiver] = [kinds(run.sender), kinds(run.receiver)];
  if (receiver.includes('done')) expect(Buffer.compare(run.received, file), 'content').to.equal(0);
  else expect([...sender, ...receiver], 'somebody says that it failed').to.include('failed');
  if (sender.includes('done')) expect(receiver, 'the sender believes that it is whole').to.include('done');
  expect(run.elapsedMs, 'time').to.be.below(LONGEST_MS + run.dataLeast * LONGEST_BLOCK_MS);
}

function transferCase(seed: number): void {
  const random = seededRandom(seed);
  const wraps = random() < 0.05;
  const request = requestOf(random, wraps);
  const most = (request.blockBytes ?? 512) * MOST_BLOCKS;
  const file = fileOf(random, wraps ? one(random, WRAPPING) : Math.min(one(random, SIZES), most));
  const direction = one<Direction>(random, ['read', 'write']);
  holdToPromise(runOverNetwork(file, request, networkOf(random, seed, wraps), direction), file);
}

/** Losing one packet in twenty each way and sending again costs 1 / (0.95 × 0.95) = 1.108 at least. */
function efficiencyCase(seed: number): void {
  const random = seededRandom(seed);
  const file = fileOf(random, 2_500_000);
  const network = { seed, loss: 0.05, duplicate: 0.05, reorder: 0.05, delayMs: one(random, [1, 5, 50]) };
  const direction = one<Direction>(random, ['read', 'write']);
  const run = runOverNetwork(file, { fileName: 'image.bin' }, network, direction);
  expect(Buffer.compare(run.received, file)).to.equal(0);
  expect(run.dataSent / run.dataLeast).to.be.at.most(1.15);
}

/** Any bytes, and packets with some bytes changed: an answer, and only printable text in it. */
function decoderCase(seed: number): void {
  const random = seededRandom(seed);
  const packets = [
    Uint8Array.from(Buffer.from('\x00\x01image.bin\x00octet\x00blksize\x001428\x00tsize\x000\x00', 'latin1')),
    encodeData(7, fileOf(random, 30)),
    encodeAck(65_535),
    encodeError(3, 'Disk full'),
    encodeOack(new Map([['windowsize', '16']])),
    fileOf(random, Math.floor(random() * 600)),
  ];
  for (let round = 0; round < 200; round += 1) {
    const packet = Uint8Array.from(one(random, packets)).subarray(0, random() < 0.2 ? random() * 40 : undefined);
    for (let change = random() * 4; change > 0; change -= 1)
      packet[Math.floor(random() * packet.length)] = random() * 256;
    const decoded = decodeTftp(packet);
    const texts = JSON.stringify('options' in decoded ? [decoded, ...decoded.options] : decoded);
    expect(/^[\x20-\x7e]*$/.test(texts), texts).to.equal(true);
  }
}

function caseOf(number: number): (seed: number) => void {
  if (number % 30 === 0) return efficiencyCase;
  return number % 30 === 1 ? decoderCase : transferCase;
}

export const suite = {
  name: 'tftp-network',
  possible: POSSIBLE,
  *cases(seed: number): Iterable<{ id: string; run(): Promise<void> }> {
    for (let number = 0; number < POSSIBLE; number += 1) {
      const own = (Math.imul(seed, 31_337) + number) >>> 0;
      const work = caseOf(number);
      yield { id: `${work.name} ${String(own)}`, run: async () => work(own) };
    }
  },
};
