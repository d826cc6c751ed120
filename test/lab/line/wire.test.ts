import { expect } from 'chai';
import { seededLine } from '../../../lab/line/damage.js';
import { Wire } from '../../../lab/line/wire.js';
import type { WireOptions } from '../../../lab/line/wire.js';

const wire = (options: Partial<WireOptions> = {}, seed = 1): Wire =>
  new Wire({ baudRate: 9600, ...options }, seededLine(seed));
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index & 0xff);
const BYTE_MS = 10_000 / 9600;

describe('Wire', () => {
  it('carries each byte in its time, one after the other', () => {
    const line = wire();
    line.write(bytes(3), 100);
    line.write(bytes(2), 100);
    expect(line.nextMs()).to.be.closeTo(100 + BYTE_MS, 1e-9);
    expect([...line.take(100 + BYTE_MS - 0.01)]).to.deep.equal([]);
    expect([...line.take(100 + BYTE_MS)]).to.deep.equal([0]);
    expect([...line.take(100 + 4 * BYTE_MS)]).to.deep.equal([1, 2, 0]);
    expect(line.queued).to.equal(1);
    expect(line.idleAtMs).to.be.closeTo(100 + 5 * BYTE_MS, 1e-9);
    expect([...line.take(1_000)]).to.deep.equal([1]);
    expect([line.queued, line.nextMs(), line.pieceEndMs()]).to.deep.equal([0, undefined, undefined]);
  });

  it('a pause of the writer is a pause on the wire', () => {
    const line = wire();
    line.write(bytes(1), 0);
    line.take(5);
    line.write(bytes(1), 50);
    expect(line.nextMs()).to.be.closeTo(50 + BYTE_MS, 1e-9);
  });

  it('the same seed does the same harm, whole or byte by byte', () => {
    const noise = { bitErrorRate: 1e-3, dropRate: 1e-3, duplicateRate: 1e-3, stallRate: 1e-4 };
    const whole = wire(noise, 42);
    whole.write(bytes(20_000), 0);
    const single = wire(noise, 42);
    for (const byte of bytes(20_000)) single.write(Uint8Array.of(byte), 0);
    expect(single.take(1e9)).to.deep.equal(whole.take(1e9));
    expect(single.counts).to.deep.equal(whole.counts);
    const other = wire(noise, 43);
    other.write(bytes(20_000), 0);
    expect(other.counts).to.not.deep.equal(whole.counts);
  });

  it('does as much harm as its rates say', () => {
    const line = wire({ bitErrorRate: 1e-4, dropRate: 1e-3, duplicateRate: 2e-3, stallRate: 1e-4 }, 7);
    const sent = 1_000_000;
    line.write(bytes(sent), 0);
    const { mishaps } = line.counts;
    expect(line.counts.bytes).to.equal(sent);
    expect(mishaps.bitError).to.be.within(700, 900);
    expect(mishaps.drop).to.be.within(850, 1150);
    expect(mishaps.duplicate).to.be.within(1750, 2250);
    expect(mishaps.stall).to.be.within(60, 140);
    const arrived = line.take(1e12);
    expect(arrived.length).to.be.closeTo(sent + mishaps.duplicate - mishaps.drop, 10);
  });

  it('turns single bits, and every one of the eight', () => {
    const line = wire({ bitErrorRate: 1e-3 }, 3);
    line.write(new Uint8Array(50_000), 0);
    const turned = [...line.take(1e9)].filter((byte) => byte !== 0);
    const single = turned.filter((byte) => (byte & (byte - 1)) === 0);
    expect(turned.length).to.be.greaterThan(300);
    expect(single.length).to.be.greaterThan(turned.length * 0.98);
    expect(new Set(single).size).to.equal(8);
  });

  it('tells whether what was written came to harm', () => {
    expect(wire().write(bytes(1_000), 0)).to.equal(false);
    expect(wire({ dropRate: 1 }).write(bytes(1), 0)).to.equal(true);
    expect(wire({ stallRate: 1 }).write(bytes(1), 0)).to.equal(false);
  });

  it('a lost byte takes its time, one that comes twice takes two', () => {
    const lost = wire({ dropRate: 1 });
    lost.write(bytes(4), 0);
    expect([lost.idleAtMs, lost.take(1e9).length]).to.deep.equal([4 * BYTE_MS, 0]);
    const twice = wire({ duplicateRate: 1 });
    twice.write(bytes(2), 0);
    expect([...twice.take(1e9)]).to.deep.equal([0, 0, 1, 1]);
    expect(twice.idleAtMs).to.be.closeTo(4 * BYTE_MS, 1e-9);
  });

  it('stands still for as long as it is told', () => {
    const line = wire({ stallRate: 1, stallMs: 200 });
    line.write(bytes(2), 0);
    expect(line.nextMs()).to.be.closeTo(200 + BYTE_MS, 1e-9);
    expect(line.idleAtMs).to.be.closeTo(2 * (200 + BYTE_MS), 1e-9);
  });

  it('breaks off at a byte, loses what follows, and goes on once it is mended', () => {
    const line = wire({ disconnectRate: 1 });
    line.write(bytes(3), 0);
    expect([line.broken, line.take(1e9).length]).to.deep.equal([true, 0]);
    const calm = wire({ disconnectRate: 0.01 }, 5);
    calm.write(bytes(1_000), 0);
    expect(calm.broken).to.equal(true);
    expect(calm.take(1e9).length).to.be.within(1, 999);
    calm.mend(2_000);
    calm.write(bytes(1), 2_000);
    expect([calm.broken, calm.nextMs()]).to.deep.equal([false, 2_000 + BYTE_MS]);
  });
});
