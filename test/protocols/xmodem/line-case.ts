/** One seeded case of a transfer over a bad line: what is sent, by which protocol, and what the line does to it. */
import { expect } from 'chai';
import type { BlockSize } from '../../../protocols/xmodem/block.js';
import { XmodemReceiver } from '../../../protocols/xmodem/receiver.js';
import { XmodemSender } from '../../../protocols/xmodem/sender.js';
import { YmodemReceiver } from '../../../protocols/xmodem/ymodem-receiver.js';
import { YmodemSender } from '../../../protocols/xmodem/ymodem-sender.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { runOverLine, seededBytes } from './noisy-line.js';
import type { LineOutput, LineRun, Noise } from './noisy-line.js';

export const SIZES = [0, 1, 127, 128, 129, 1023, 1024, 1025, 3000, 9000];

/** What a file holds: nothing particular, an end that looks like fill, every byte, and bytes that mean something on the line. */
export const CONTENTS = ['random', 'fillAtEnd', 'everyByte', 'cans', 'heads', 'ends'] as const;

const NOISES: readonly (readonly [string, Omit<Noise, 'seed'>])[] = [
  ['clean', {}],
  ['drop', { dropRate: 2e-4 }],
  ['duplicate', { duplicateRate: 1e-4 }],
  ['corrupt', { bitErrorRate: 3e-5 }],
  ['truncate', { truncateRate: 0.05 }],
  ['stall', { stallRate: 0.02 }],
  ['disconnect', { disconnectAtMs: 700 }],
  ['log', { log: { text: '\r\n%CDP-4-NATIVE: Changed C 0/1 CC\r\n', rate: 0.3 } }],
  ['all', { dropRate: 5e-5, duplicateRate: 5e-5, bitErrorRate: 1e-5, truncateRate: 0.01, stallRate: 0.003 }],
];
const PROTOCOLS = ['xmodem', 'checksum', 'ymodem', 'batch'] as const;
const SPEEDS = [960, 11_520, 92_160];
/** Eleven tries of ten seconds for each of some blocks, simulated ms. */
const LONGEST_MS = 2 * 3_600_000;

export interface LineCase {
  readonly id: string;
  readonly protocol: (typeof PROTOCOLS)[number];
  readonly blockSize: BlockSize;
  readonly contents: readonly Uint8Array[];
  readonly noise: Noise;
}

export function lineCase(seed: number): LineCase {
  const random = new SeededRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)] as T;
  const protocol = pick(PROTOCOLS);
  const [noiseName, noise] = pick(NOISES);
  const blockSize = pick([128, 1024] as const);
  const [kind, size] = [pick(CONTENTS), pick(SIZES)];
  const bytesPerSecond = pick(SPEEDS);
  const sizes = protocol === 'batch' ? [size, pick(SIZES), pick(SIZES)] : [size];
  return {
    id: `${seed} ${protocol} ${blockSize} ${kind} ${sizes.join('+')} ${noiseName} ${bytesPerSecond}`,
    protocol,
    blockSize,
    contents: sizes.map((length, index) => contentOf(kind, seed + index, length)),
    noise: { seed, ...noise, bytesPerSecond },
  };
}

function contentOf(kind: (typeof CONTENTS)[number], seed: number, length: number): Uint8Array {
  const bytes = seededBytes(seed, length);
  if (kind === 'fillAtEnd') bytes.fill(0x1a, Math.max(0, length - 200));
  if (kind === 'everyByte') bytes.forEach((_byte, index) => (bytes[index] = index));
  if (kind === 'cans') bytes.fill(0x18);
  if (kind === 'heads') bytes.forEach((_byte, index) => (bytes[index] = [0x01, 0x02, 0x01, 0xfe][index % 4] ?? 0));
  if (kind === 'ends') bytes.fill(0x04);
  return bytes;
}

function run({ protocol, blockSize, contents, noise }: LineCase): LineRun<LineOutput> {
  if (protocol === 'xmodem' || protocol === 'checksum') {
    const receiver = new XmodemReceiver({ crc: protocol === 'xmodem' }, 0);
    return runOverLine<LineOutput>(contents, new XmodemSender({ blockSize }, 0), receiver, noise);
  }
  const files = contents.map((content, index) => ({ fileName: `f${index}`, sizeBytes: content.length }));
  return runOverLine<LineOutput>(contents, new YmodemSender({ blockSize, files }, 0), new YmodemReceiver({}, 0), noise);
}

/** Runs the case and holds it to what is promised: the exact file or a clean failure, within its time. */
export function holdLineCase(bad: LineCase): 'exact' | 'failed' {
  const result = run(bad);
  const sent = result.outputs.at(-1);
  expect(['done', 'failed'], `${bad.id}: the sender ends`).to.include(sent?.kind);
  expect(['done', 'failed'], `${bad.id}: the receiver ends`).to.include(result.receiverEnd?.kind);
  expect(result.elapsedMs, `${bad.id}: in time`).to.be.below(LONGEST_MS);
  if (bad.noise.disconnectAtMs !== undefined) {
    // Ten tries of ten seconds and the wait in hand (Forsberg, chapter 7), or a minute for the first block.
    expect(result.elapsedMs, `${bad.id}: after the cut`).to.be.below(bad.noise.disconnectAtMs + 130_000);
  }
  if (agreedOnChecksum(result) && harmful(bad.noise)) return 'failed';
  const received = result.receiverEnd?.kind === 'done';
  if (received) holdFiles(bad, result);
  if (sent?.kind === 'done') holdAll(bad, result);
  return sent?.kind === 'done' && received ? 'exact' : 'failed';
}

/** One bad block of 256 passes the checksum, by arithmetic: nothing is promised for such a line without the far end's hash. */
function agreedOnChecksum({ outputs }: LineRun<LineOutput>): boolean {
  return outputs.some((output) => 'check' in output && output.check === 'sum');
}

function harmful({ bitErrorRate = 0, dropRate = 0, duplicateRate = 0 }: Noise): boolean {
  return bitErrorRate + dropRate + duplicateRate > 0;
}

/** What the receiver calls whole is whole; in XMODEM with nothing but fill behind it. */
function holdFiles({ id, protocol, contents }: LineCase, { files, receiverEnd }: LineRun<LineOutput>): void {
  const padded = protocol === 'xmodem' || protocol === 'checksum';
  const whole = padded && files.length === 0 ? [new Uint8Array(0)] : files;
  for (const [index, file] of whole.entries()) {
    const content = contents[index] ?? new Uint8Array(0);
    expect(Buffer.compare(file.subarray(0, content.length), content), `${id}: file ${index}`).to.equal(0);
    const rest = file.subarray(content.length);
    expect(rest.length === 0 || padded, `${id}: file ${index} is longer`).to.equal(true);
    expect(
      rest.every((byte) => byte === 0x1a),
      `${id}: fill`,
    ).to.equal(true);
  }
  if (padded || receiverEnd?.closed === true) expect(whole.length, `${id}: files`).to.equal(contents.length);
}

/** What the sender calls through has arrived, whatever became of the last words. */
function holdAll({ id, contents }: LineCase, { files }: LineRun<LineOutput>): void {
  for (const [index, content] of contents.entries()) {
    const file = files[index] ?? new Uint8Array(0);
    expect(Buffer.compare(file.subarray(0, content.length), content), `${id}: sent ${index}`).to.equal(0);
  }
}
