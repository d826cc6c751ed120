import { expect } from 'chai';
import { readMonitors } from '../../schedules/index.js';

const BARE = { name: 'cpu', every: '1m', ports: { driver: 'cisco-ios' } };
const CPU = {
  ...BARE,
  command: { send: 'show processes cpu', patterns: ['five minutes: (?P<cpu>\\d+)%'] },
};
const read = (json: unknown) => readMonitors([{ file: 'monitors/a.json', json }]);
const problemsOf = (json: unknown): string[] =>
  read(json).problems.map(({ pointer, wanted, got }) => `${pointer}: ${wanted}, got ${got}`);

describe('readMonitors', () => {
  it('takes one, a list, and a list with a version', () => {
    for (const json of [CPU, [CPU], { version: 1, monitors: [CPU] }]) {
      expect(read(json)).to.deep.equal({
        problems: [],
        monitors: [
          { name: 'cpu', everyMs: 60_000, ports: { driver: 'cisco-ios' }, poll: { kind: 'command', ...CPU.command } },
        ],
      });
    }
  });

  it('knows facts, and ping with three by default', () => {
    const { monitors } = read([
      { name: 'f', every: '5m', ports: {}, facts: {} },
      { name: 'i', every: '1m', ports: {}, interface: { name: 'Gi0/1' } },
      { name: 'p', every: '30s', ports: {}, ping: {} },
      { name: 'q', every: '30s', ports: {}, ping: { host: '192.0.2.1', count: 5 } },
    ]);
    expect(monitors.map(({ poll }) => poll)).to.deep.equal([
      { kind: 'facts' },
      { kind: 'interface', name: 'Gi0/1' },
      { kind: 'ping', count: 3 },
      { kind: 'ping', count: 5, host: '192.0.2.1' },
    ]);
  });

  const rows: readonly (readonly [string, unknown, string])[] = [
    ['nothing to read', BARE, ': one of the keys facts, command, interface, ping, got none'],
    [
      'two things to read',
      { ...CPU, facts: {} },
      ': one of the keys facts, command, interface, ping, got facts and command',
    ],
    [
      'an interval that leaves a console no rest',
      { ...CPU, every: '5s' },
      '/every: a duration of 10s or more, got "5s"',
    ],
    [
      'a pattern without a name',
      { ...CPU, command: { send: 'x', patterns: ['(\\d+)'] } },
      '/command/patterns/0: a pattern with a named group: (?P<name>…), got "(\\\\d+)"',
    ],
    [
      'a pattern that is none',
      { ...CPU, command: { send: 'x', patterns: ['(?P<a>'] } },
      '/command/patterns/0: an RE2 pattern',
    ],
    ['a slot in the command', { ...CPU, command: { send: 'show {{x}}', patterns: ['(?P<a>.)'] } }, '/command/send: '],
    [
      'two lines in the command',
      { ...CPU, command: { send: 'show clock\nreload', patterns: ['(?P<a>.)'] } },
      '/command/send: ',
    ],
    ['an option for a host', { ...BARE, ping: { host: '-f' } }, '/ping/host: '],
    ['another key', { ...CPU, often: true }, '/often: '],
  ];
  for (const [what, json, wanted] of rows) {
    it(`names ${what}`, () => {
      const problems = problemsOf(json);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.include(wanted);
    });
  }

  it('takes a name once', () => {
    expect(problemsOf([CPU, CPU])).to.deep.equal(['/1/name: a name that monitors/a.json has not taken, got "cpu"']);
  });
});
