import { expect } from 'chai';
import { Pattern, PatternBook, patternProblem } from '../../core/pattern.js';

describe('rules/pattern', () => {
  it('finds itself anywhere and captures its groups', () => {
    const pattern = new Pattern('Interface (?P<intf>\\S+), changed state to (?<state>up|down)( \\((?P<why>.*)\\))?');
    expect(pattern.groups).to.have.members(['intf', 'state', 'why']);
    expect(pattern.capture('%LINK-3-UPDOWN: Interface Fa0/1, changed state to down')).to.deep.equal({
      intf: 'Fa0/1',
      state: 'down',
      why: '',
    });
    expect(pattern.capture('nothing of the kind')).to.equal(undefined);
    expect(pattern.test('Interface x, changed state to up')).to.equal(true);
  });

  it('takes linear time on what makes a backtracking engine hang', () => {
    const hostile = `${'a'.repeat(20_000)}!`;
    const startMs = performance.now();
    expect(new Pattern('^(a+)+$').test(hostile)).to.equal(false);
    expect(performance.now() - startMs).to.be.below(2000);
  });

  it('names what is wrong with a pattern', () => {
    expect(patternProblem('%SYS-5-RESTART')).to.equal(undefined);
    expect(patternProblem('(a')).to.contain('missing closing )');
    expect(patternProblem('(?=a)')).to.contain('unsupported');
    expect(patternProblem('(a)\\1')).to.be.a('string');
  });

  it('compiles each pattern once', () => {
    const book = new PatternBook();
    expect(book.get('a+')).to.equal(book.get('a+'));
  });
});
