import { expect } from 'chai';
import { Intake, QUEUE_MAX } from '../../../connectors/sources/intake.js';
import { makeEvent } from '../../../core/event.js';
import type { Event } from '../../../core/event.js';
import { FakeClock } from '../../support/fake-clock.js';

const event = (id: string): Event =>
  makeEvent({ id, node: 'n', type: 'syslog.message', timeMs: 0, authenticated: false, data: {} });

/** A store that writes only when a test lets it. */
class Gate {
  readonly written: string[] = [];
  readonly #waiting: (() => void)[] = [];
  open = false;

  accept = (taken: Event): Promise<void> => {
    this.written.push(taken.id);
    return this.open ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  };

  release(): void {
    this.open = true;
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

describe('connectors/sources/intake', () => {
  let gate: Gate;
  let clock: FakeClock;
  let intake: Intake;
  let told: Readonly<Record<string, number>>[];

  beforeEach(() => {
    gate = new Gate();
    clock = new FakeClock();
    told = [];
    intake = new Intake({
      ...{ accept: gate.accept, clock, onFailed: () => undefined },
      onDropped: (dropped) => told.push({ ...dropped }),
    });
  });

  /** The store is busy and the queue is full. */
  const fill = (): number => {
    let taken = 0;
    while (gate.written.length + QUEUE_MAX > taken) intake.offer('flood', event(`f${String((taken += 1))}`), false);
    return taken;
  };

  it('writes in order, critical ones first', async () => {
    for (let i = 0; i < 1000; i += 1) intake.offer('a', event(`a${String(i)}`), false);
    intake.offer('b', event('critical'), true);
    const before = gate.written.length;
    gate.release();
    await intake.settled();
    expect(gate.written[before]).to.equal('critical');
    const others = gate.written.filter((id) => id !== 'critical');
    expect(others).to.deep.equal(Array.from({ length: 1000 }, (_, i) => `a${String(i)}`));
    expect(told).to.deep.equal([]);
  });

  it('drops what is not critical, counts it by its source, and tells once a second', async () => {
    fill();
    for (let i = 0; i < 7; i += 1) intake.offer('late', event(`l${String(i)}`), false);
    for (let i = 0; i < 5; i += 1) intake.offer('core', event(`c${String(i)}`), true);
    expect(told).to.deep.equal([]);
    await clock.advance(1000);
    expect(told).to.deep.equal([{ late: 7, flood: 5 }]);
    gate.release();
    await intake.settled();
    expect(gate.written.filter((id) => id.startsWith('c'))).to.have.length(5);
    expect(gate.written.filter((id) => id.startsWith('l'))).to.have.length(0);
  });

  it('drops critical ones only where nothing else is left', async () => {
    let taken = 0;
    while (gate.written.length + QUEUE_MAX > taken) intake.offer('core', event(`c${String((taken += 1))}`), true);
    intake.offer('core', event('one too many'), true);
    gate.release();
    await intake.settled();
    expect(told).to.deep.equal([{ core: 1 }]);
  });

  it('holds back who can be held back, until half of it is written', async () => {
    fill();
    let roomy = false;
    const waiting = intake.room().then(() => (roomy = true));
    await clock.advance(0);
    expect(roomy).to.equal(false);
    gate.release();
    await waiting;
    await intake.settled();
  });
});
