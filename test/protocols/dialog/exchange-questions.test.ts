import { expect } from 'chai';
import type { DialogTable, Exchange } from '../../../core/dialog-table.js';
import { outputOf, runAll, says } from './run-exchange.js';
import { router } from './tables.js';

describe('ExchangeMachine: questions of its own', () => {
  const fetch: Exchange = {
    send: 'copy scp://once@192.0.2.1/x flash:',
    silenceMs: 5_000,
    questions: [
      { id: 'server-password', pattern: '^Password: ?$', answer: '{{serverPassword}}', key: false, intent: 'safe' },
    ],
  };

  it('come before prompts: a password prompt is answered here, and a logout elsewhere', () => {
    const device = says(
      ['copy scp://once@192.0.2.1/x flash:\r', 'copy scp://once@192.0.2.1/x flash:\r\nPassword: '],
      ['secret\r', '\r\n30 bytes copied in 1 secs\r\nRouter#'],
    );
    const { result, typed } = runAll({ exchange: fetch, device, slots: { serverPassword: 'secret' } });
    expect(outputOf(result)).to.equal('Password: \n30 bytes copied in 1 secs');
    expect(typed[1]).to.equal('secret\r');
    const other = runAll({ exchange: { send: fetch.send ?? '', silenceMs: 5_000 }, device });
    expect(other.result.kind).to.equal('loggedOut');
  });
});

describe('ExchangeMachine: a key that may want a RETURN', () => {
  const table: DialogTable = {
    ...router,
    questions: [
      { id: 'first', pattern: 'remove files\\? \\(y/N\\) ?$', answer: 'n', key: 'thenReturn', intent: 'safe' },
      { id: 'second', pattern: 'cr> - cancel\\) ?$', answer: 'y', key: 'thenReturn', intent: 'safe' },
    ],
  };
  const go: Exchange = { send: 'go', silenceMs: 20_000 };

  it('gets none from a device that reads keys: it would answer the next question', () => {
    const device = says(
      ['go\r', 'go\r\nremove files? (y/N) '],
      ['n', 'No\r\ninstall? (y - yes, <cr> - cancel) '],
      ['y', 'Yes\r\ndone\r\nRouter#'],
    );
    const { typed, result } = runAll({ exchange: go, table, device });
    expect([result.kind, typed]).to.deep.equal(['answered', ['go\r', 'n', 'y']]);
  });

  it('gets one where only the key is shown, or nothing at all', () => {
    for (const echo of ['n', '']) {
      const device = says(['go\r', 'go\r\nremove files? (y/N) '], ['n', echo], ['\r', '\r\ndone\r\nRouter#']);
      const { typed, result } = runAll({ exchange: go, table, device });
      expect([result.kind, typed]).to.deep.equal(['answered', ['go\r', 'n', '\r']]);
    }
  });
});

describe('ExchangeMachine: questions that a device wraps at its margin', () => {
  it('are known between words and inside one', () => {
    for (const wrapped of ['Erase flash: before\r\ncopying? [confirm]', 'Erase flash: befo\r\nre copying? [confirm]']) {
      const device = says(['copy\r', `copy\r\n${wrapped}`], ['n', 'n\r\nRouter#']);
      const { typed } = runAll({ exchange: { send: 'copy', silenceMs: 5_000 }, device });
      expect(typed).to.deep.equal(['copy\r', 'n']);
    }
  });
});
