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

  it('imposes a pause after a late refusal, and lets it go where it was an accident', () => {
    const pace = learnt(90, 90);
    pace.refused(500);
    expect(pace.pauseMs(1029), 'refused in time').to.equal(0);
    pace.refused(6000);
    expect(pace.pauseMs(1029)).to.equal(2);
    for (let block = 0; block < 64; block += 1) pace.learn(90);
    expect(pace.pauseMs(1029)).to.equal(0);
  });

  it('keeps the pause that a second late refusal soon after has shown to be needed', () => {
    const pace = learnt(1, 1);
    expect(pace.pauseMs(1029)).to.equal(1);
    for (let late = 0; late < 3; late += 1) {
      pace.refused(6000);
      pace.learn(1);
    }
    expect(pace.pauseMs(1029)).to.equal(8);
    for (let block = 0; block < 1000; block += 1) pace.learn(1);
    expect(pace.pauseMs(1029)).to.equal(8);
    pace.refused(6000);
    expect(pace.pauseMs(1029), 'long after').to.equal(16);
    for (let block = 0; block < 64; block += 1) pace.learn(1);
    expect(pace.pauseMs(1029)).to.equal(8);
  });

  it('never calls a far end early on a line without delay', () => {
    expect(learnt(0, 0, 0, 0).isEarly(0)).to.equal(false);
  });
});
