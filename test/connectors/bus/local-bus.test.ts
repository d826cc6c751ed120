import { expect } from 'chai';
import { LocalBus } from '../../../connectors/bus/local-bus.js';
import { quietLog } from './quiet-log.js';
import { anEvent } from './memory-events.js';

describe('connectors/bus/local-bus', () => {
  it('tells every listener at once, in order, until it stops listening', async () => {
    const bus = new LocalBus({ log: quietLog().log });
    await bus.start();
    const heard: string[] = [];
    const stopA = bus.subscribe((seq, event) => heard.push(`a ${String(seq)} ${event.id}`));
    bus.subscribe((seq, event) => heard.push(`b ${String(seq)} ${event.id}`));
    bus.publish(1, anEvent('x'));
    stopA();
    stopA();
    bus.publish(2, anEvent('y'));
    expect(heard).to.deep.equal(['a 1 x', 'b 1 x', 'b 2 y']);
    await bus.stop();
    bus.publish(3, anEvent('z'));
    expect(heard).to.have.length(3);
  });

  it('the same function may listen twice', () => {
    const bus = new LocalBus({ log: quietLog().log });
    const heard: number[] = [];
    const listener = (seq: number): unknown => heard.push(seq);
    const stop = bus.subscribe(listener);
    bus.subscribe(listener);
    stop();
    bus.publish(1, anEvent('x'));
    expect(heard).to.deep.equal([1]);
  });

  it('a listener that throws is logged and stops no other', () => {
    const { log, lines } = quietLog();
    const bus = new LocalBus({ log });
    const heard: number[] = [];
    bus.subscribe(() => {
      throw new Error('broken');
    });
    bus.subscribe((seq) => heard.push(seq));
    bus.publish(1, anEvent('x'));
    expect(heard).to.deep.equal([1]);
    expect(lines.map((line) => line.level)).to.deep.equal(['error']);
  });
});
