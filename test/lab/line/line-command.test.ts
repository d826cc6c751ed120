import { expect } from 'chai';
import { lineArguments } from '../../../lab/line/line-command.js';

const wrong = (...words: string[]): string => {
  const read = lineArguments(words);
  return read.kind === 'wrong' ? read.text : 'right';
};

describe('lab line, its options', () => {
  it('a clean line at 115200 baud where nothing is said, with a seed of its own', () => {
    const read = lineArguments([]);
    expect(read).to.deep.include({ kind: 'line', json: false });
    if (read.kind !== 'line') return;
    expect(read.options.baudRate).to.equal(115_200);
    expect(read.options.seed).to.be.within(0, 999_999);
    expect(Object.keys(read.options)).to.have.members(['baudRate', 'seed']);
  });

  it('takes every rate, time and link', () => {
    const words =
      '--baud 9600 --bit-error-rate 1e-6 --drop 0.5 --duplicate 0 --stall 1e-3 --stall-ms 20 --disconnect 1e-7 --disconnect-ms 50 --seed 7 --near a --far b --json';
    expect(lineArguments(words.split(' '))).to.deep.equal({
      kind: 'line',
      json: true,
      options: {
        ...{ baudRate: 9600, bitErrorRate: 1e-6, dropRate: 0.5, duplicateRate: 0, stallRate: 1e-3, stallMs: 20 },
        ...{ disconnectRate: 1e-7, disconnectMs: 50, seed: 7, near: 'a', far: 'b' },
      },
    });
  });

  it('names the option, what was wanted and what came', () => {
    expect(wrong('--baud', '9601')).to.match(/^--baud: expected one of 300, .*921600, got 9601$/);
    expect(wrong('--drop', '2')).to.equal('--drop: expected a probability from 0 to 1, got 2');
    expect(wrong('--drop', '')).to.equal('--drop: expected a probability from 0 to 1, got ');
    expect(wrong('--stall-ms=-1')).to.equal('--stall-ms: expected milliseconds, got -1');
    expect(wrong('--seed', 'x')).to.equal('--seed: expected a number of up to 9 digits, got x');
    expect(wrong('--speed', '1')).to.match(/Unknown option '--speed'/);
    expect(wrong('9600')).to.match(/Unexpected argument/);
  });
});
