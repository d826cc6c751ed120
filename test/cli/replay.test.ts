/** `rules replay`: the same events, the same rules, the same log. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeEvent } from '../../core/event.js';
import type { Event } from '../../core/event.js';
import type { JsonObject } from '../../core/json.js';
import { MAIN, PORT, withSite } from '../server/site/site-folder.js';
import { command } from './command.js';

const START_MS = Date.UTC(2026, 0, 1);
const RESTART = '%SYS-5-RESTART: System restarted --';

function rule(over: JsonObject = {}): JsonObject {
  return {
    ...{ name: 'restarts', on: 'console.line', ports: { make: 'cisco' } },
    conditions: { all: [{ fact: 'event', path: '$.data.line', operator: 'matches', value: 'SYS-5-RESTART' }] },
    hold: { times: 2, within: '10m' },
    actions: [{ alarm: { message: '{{port.name}} restarts' } }],
    ...over,
  };
}

function line(i: number, minute: number, text: string): Event {
  const timeMs = START_MS + minute * 60_000;
  const port = { name: '1/1', id: 'aus-1:1/1' };
  return makeEvent({
    ...{ id: `e${String(i)}`, node: 'aus-1', port, type: 'console.line', timeMs, authenticated: true },
    data: { line: text },
  });
}

const EVENTS = [
  line(1, 0, RESTART),
  line(2, 1, 'quiet'),
  line(3, 5, RESTART),
  line(4, 30, RESTART),
  line(5, 31, RESTART),
];

describe('rules replay', () => {
  const site = (over: JsonObject = {}) => ({
    'portwright.json': MAIN,
    'ports.json': [PORT],
    'rules/r.json': [rule(over)],
  });

  it('decides on the clock of the events, by the ports of the site', async () => {
    await withSite(site(), async (folder) => {
      writeFileSync(join(folder, 'log.json'), JSON.stringify(EVENTS));
      const { code, io } = await command(folder, 'rules', 'replay', 'log.json', '--rules', 'rules');
      expect([code, io.stderr]).to.deep.equal([0, '']);
      const told = io.stdout
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text) as JsonObject);
      expect(told.map(({ event, outcome }) => [event, (outcome as JsonObject)['kind']])).to.deep.equal([
        ...[
          ['e1', 'hold'],
          ['e3', 'fired'],
          ['e4', 'hold'],
          ['e5', 'fired'],
        ],
      ]);
      expect(told[1]?.['actions']).to.deep.equal([{ alarm: { message: '1/1 restarts' } }]);
    });
  });

  it('gives the same bytes on each run, and in each form of the recording', async () => {
    await withSite(site(), async (folder) => {
      const forms: Readonly<Record<string, string>> = {
        list: JSON.stringify(EVENTS),
        lines: EVENTS.map((event) => JSON.stringify(event)).join('\n'),
        shown: JSON.stringify({ events: [...EVENTS].reverse().map((event, i) => ({ seq: 5 - i, event })) }),
      };
      const logs: string[] = [];
      for (const [name, text] of Object.entries(forms)) {
        writeFileSync(join(folder, name), text);
        for (let run = 0; run < 2; run += 1) {
          logs.push((await command(folder, 'rules', 'replay', name, '--rules', '.')).io.stdout);
        }
      }
      expect(logs[0]).to.contain('"fired"');
      expect(new Set(logs).size).to.equal(1);
    });
  });

  it('lists the firings that another set of rules gains and loses', async () => {
    await withSite(site(), async (before) => {
      await withSite(site({ hold: { times: 3, within: '1h' } }), async (after) => {
        writeFileSync(join(before, 'log.json'), JSON.stringify(EVENTS));
        const { code, io } = await command(before, 'rules', 'replay', 'log.json', '--diff', '.', after);
        expect(code, io.stderr).to.equal(0);
        const told = io.stdout
          .trim()
          .split('\n')
          .map((text) => [text[0], (JSON.parse(text.slice(2)) as JsonObject)['event']]);
        expect(told).to.deep.equal([
          ...[
            ['-', 'e3'],
            ['-', 'e5'],
            ['+', 'e4'],
          ],
        ]);
      });
    });
  });

  it('names what is wrong with the recording, the rules, or the question', async () => {
    await withSite(site({ on: 7 }), async (folder) => {
      writeFileSync(join(folder, 'log.json'), JSON.stringify(EVENTS));
      writeFileSync(join(folder, 'bad.json'), '[{"id":"x"}]');
      const broken = await command(folder, 'rules', 'replay', 'log.json', '--rules', '.');
      expect([broken.code, broken.io.stdout]).to.deep.equal([2, '']);
      expect(broken.io.stderr).to.contain('rules/r.json');
      const bad = await command(folder, 'rules', 'replay', 'bad.json', '--rules', '.');
      expect(bad.code).to.equal(2);
      expect(bad.io.stderr).to.contain('place 1');
      expect((await command(folder, 'rules', 'replay', 'log.json')).code).to.equal(2);
      expect((await command(folder, 'rules', 'replay', 'log.json', '--diff', '.')).code).to.equal(2);
    });
  });
});
