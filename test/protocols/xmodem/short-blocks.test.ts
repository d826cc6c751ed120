import { expect } from 'chai';
import { holdLineCase, lineCase } from './line-case.js';

/** Lines that hold bytes back for 15 s: a 1K block arrives after its bytes would have been begun anew in short ones. */
const HELD_BACK = [530, 10_434, 13_511, 16_055, 9828, 500_615, 501_944, 509_631, 511_030, 512_793];

describe('protocols/xmodem, short blocks after long ones', () => {
  for (const seed of HELD_BACK) {
    it(`never take a late block for a repeat, seed ${seed}`, () => {
      expect(holdLineCase(lineCase(seed))).to.be.oneOf(['exact', 'failed']);
    });
  }
});
