/** XMODEM and YMODEM, every size and content, over every kind of bad line, by the thousand. */
import { holdLineCase, lineCase } from '../protocols/xmodem/line-case.js';

const CASES = 20_000;

export const suite = {
  name: 'xmodem-line',
  possible: CASES,
  *cases(seed: number): Iterable<{ id: string; run(): Promise<void> }> {
    for (let index = 0; index < CASES; index += 1) {
      const bad = lineCase((seed + index) >>> 0);
      yield {
        id: bad.id,
        run: async () => {
          holdLineCase(bad);
        },
      };
    }
  },
};
