import { expect } from 'chai';
import { ReplyPace } from '../../../protocols/xmodem/reply-pace.js';

function learnt(...delays: number[]): ReplyPace {
  const pace = new ReplyPace();
  for (const delay of delays) pace.learn(delay);
  return pace;
}

describe('protocols/xmodem/reply-pace', () => {
  it('believes every answer until it knows the line', () => {
    expect(learnt(90, 90, 90).isEarly(1)).to.equal(false);
    expect(learnt(90, 90, 90).settleMs).to.equal(300);
  });

  it('holds what comes sooner than half the fastest crossing', () => {
    const pace = learnt(4000, 92, 95, 90);
    expect(pace.isEarly(44)).to.equal(true);
    expect(pace.isEarly(46)).to.equal(false);
    expect(pace.believeMs).to.equal(135);
  });

  it('follows a far end that became faster, and forgets with another block size', () => {
    const pace = learnt(1000, 1000, 1000, 1000);
    expect(pace.isEarly(300)).to.equal(true);
    expect(pace.settleMs).to.equal(2000);
    pace.learn(300);
    expect(pace.isEarly(300)).to.equal(false);
    pace.reset();
    expect(pace.isEarly(0)).to.equal(false);
  });

  it('never calls a far end early on a line without delay', () => {
    expect(learnt(0, 0, 0, 0).isEarly(0)).to.equal(false);
  });
});
