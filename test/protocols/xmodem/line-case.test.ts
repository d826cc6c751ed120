import { expect } from 'chai';
import { decodeBlock, encodeBlock } from '../../../protocols/xmodem/block.js';
import { XmodemReceiver } from '../../../protocols/xmodem/receiver.js';
import type { XmodemReceiverInput } from '../../../protocols/xmodem/receiver-io.js';
import { XmodemSender } from '../../../protocols/xmodem/sender.js';
import { YmodemReceiver } from '../../../protocols/xmodem/ymodem-receiver.js';
import { YmodemSender } from '../../../protocols/xmodem/ymodem-sender.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { holdLineCase, lineCase } from './line-case.js';
import { seededBytes } from './noisy-line.js';

const CASES = 400;

describe('protocols/xmodem over every kind of bad line', () => {
  it(`${CASES} seeded cases: the exact file or a clean failure, in time`, () => {
    let exact = 0;
    for (let seed = 1; seed <= CASES; seed += 1) if (holdLineCase(lineCase(seed)) === 'exact') exact += 1;
    // A ninth is cut off, and some lines are beyond help.
    expect(exact).to.be.above(CASES * 0.75);
  }).timeout(40_000);

  it('takes any bytes for a block without harm', () => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 20_000; round += 1) {
      const bytes = Uint8Array.from({ length: random.below(140) }, () => random.below(256));
      if (random.below(2) === 0 && bytes.length > 2) bytes.set([1, bytes[1] ?? 0, 255 - (bytes[1] ?? 0)]);
      const decoded = decodeBlock(bytes, random.below(2) === 0 ? 'crc' : 'sum');
      if (decoded.kind === 'block') expect(decoded.wireBytes).to.be.at.most(bytes.length);
    }
  });

  it('engines take any bytes at any time: they end, or still wait for something', () => {
    const files = [{ fileName: 'f', sizeBytes: 5000 }];
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = new SeededRandom(seed);
      const engines = [
        new XmodemSender({ blockSize: 1024 }, 0),
        new YmodemSender({ blockSize: 128, files }, 0),
        new XmodemReceiver({}, 0),
        new YmodemReceiver({ streaming: seed % 2 === 0 }, 0),
      ];
      for (const engine of engines) {
        for (let round = 0, nowMs = 0; round < 200; round += 1) {
          feed(engine, { kind: 'bytes', bytes: anything(random) }, nowMs);
          nowMs += random.below(4000);
          feed(engine, { kind: 'timer' }, nowMs);
          if (!engine.ended) expect(engine.nextDeadlineMs(), `seed ${seed}`).to.satisfy(Number.isFinite);
        }
      }
    }
  });
});

type Engine = XmodemSender | YmodemSender | XmodemReceiver | YmodemReceiver;

/** A sender gets what it asks for at once. */
function feed(engine: Engine, input: XmodemReceiverInput, nowMs: number): void {
  for (const output of engine.handle(input, nowMs)) {
    if (output.kind !== 'needData' || !(engine instanceof XmodemSender || engine instanceof YmodemSender)) continue;
    engine.handle({ kind: 'data', bytes: seededBytes(1, 5000), last: true }, nowMs);
  }
}

/** Noise, control bytes, halves of blocks and whole ones. */
function anything(random: SeededRandom): Uint8Array {
  const control = [0x01, 0x02, 0x04, 0x06, 0x15, 0x18, 0x43, 0x47, 0x1a];
  const kind = random.below(3);
  if (kind === 0) return Uint8Array.from({ length: random.below(300) }, () => random.below(256));
  if (kind === 1) return Uint8Array.from({ length: 1 + random.below(4) }, () => control[random.below(9)] ?? 0);
  const block = encodeBlock(random.below(3), seededBytes(random.below(9), 128), 128, 'crc', 0);
  return block.subarray(0, random.below(block.length + 1));
}
