import { expect } from 'chai';
import fc from 'fast-check';
import { ByteQueue } from '../../protocols/byte-queue.js';

describe('protocols/byte-queue', () => {
  it('gives back exactly what was put in, whatever the order of push, view and drop', () => {
    const operation = fc.oneof(
      fc.record({ push: fc.uint8Array({ maxLength: 50 }) }),
      fc.record({ drop: fc.nat({ max: 60 }) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
        const queue = new ByteQueue(32);
        let model: number[] = [];
        for (const step of operations) {
          if ('push' in step) {
            queue.push(step.push);
            model.push(...step.push);
          } else {
            queue.drop(step.drop);
            model = model.slice(step.drop);
          }
          expect(queue.sizeBytes).to.equal(model.length);
          expect([...queue.view(0, 1000)]).to.deep.equal(model);
          expect([...queue.view(3, 4)]).to.deep.equal(model.slice(3, 7));
        }
      }),
    );
  });
});
