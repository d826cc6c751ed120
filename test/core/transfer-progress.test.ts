import { expect } from 'chai';
import { TransferMeter } from '../../core/transfer-progress.js';

const MS_A_BEAT = 100;

/** Feeds `beats` beats of `bytesABeat`, and gives the last progress. */
function feed(meter: TransferMeter, beats: number, bytesABeat: number, from = { bytes: 0, atMs: 0 }) {
  let progress = meter.at(from.bytes, from.atMs);
  for (let i = 1; i <= beats; i++) progress = meter.at(from.bytes + i * bytesABeat, from.atMs + i * MS_A_BEAT);
  return progress;
}

describe('TransferMeter', () => {
  it('tells bytes, rate and what remains', () => {
    const progress = feed(new TransferMeter(10_000, 0), 40, 100);
    expect(progress).to.deep.equal({ bytes: 4000, totalBytes: 10_000, bytesPerSecond: 1000, remainingMs: 6000 });
  });

  it('tells no remaining time without a total, and no rate before two moments', () => {
    expect(new TransferMeter(undefined, 0).at(0, 0)).to.deep.equal({ bytes: 0, bytesPerSecond: 0 });
    expect(feed(new TransferMeter(undefined, 0), 10, 50)).to.deep.equal({ bytes: 500, bytesPerSecond: 500 });
  });

  it('follows a rate that changes: ten seconds later the old one is forgotten', () => {
    const meter = new TransferMeter(undefined, 0);
    feed(meter, 100, 1000);
    const slow = feed(meter, 100, 10, { bytes: 100_000, atMs: 100 * MS_A_BEAT });
    expect(slow.bytesPerSecond).to.be.closeTo(100, 10);
  });

  it('counts what an earlier attempt moved as progress and not for the rate', () => {
    const progress = feed(new TransferMeter(2000, 0, 1000), 10, 50, { bytes: 1000, atMs: 0 });
    expect(progress).to.deep.equal({ bytes: 1500, totalBytes: 2000, bytesPerSecond: 500, remainingMs: 1000 });
  });

  it('begins anew when the device begins anew', () => {
    const meter = new TransferMeter(10_000, 0);
    feed(meter, 50, 100);
    const again = feed(meter, 10, 20, { bytes: 0, atMs: 6000 });
    expect(again.bytes).to.equal(200);
    expect(again.bytesPerSecond).to.equal(200);
  });

  it('shows a stall', () => {
    const meter = new TransferMeter(undefined, 0);
    feed(meter, 10, 100);
    expect(meter.at(1000, 60_000).bytesPerSecond).to.be.below(20);
  });
});
