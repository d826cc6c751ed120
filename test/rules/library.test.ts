/** Every shipped rule against its recorded events: dropping in a rule without a recording fails here. */
import { readFileSync, readdirSync } from 'node:fs';
import { expect } from 'chai';
import { parseDuration } from '../../core/duration.js';
import type { JsonObject } from '../../core/json.js';
import { Catalog } from '../../actions/index.js';
import { readRules, ruleAdvice, RuleSet } from '../../rules/index.js';
import { event, PORT, START_MS } from './world.js';

interface Recording {
  readonly origin: string;
  readonly make: string;
  readonly events: readonly {
    readonly at: string;
    readonly type: string;
    readonly data: JsonObject;
    /** The alarm that must be raised here; absent: none may. */
    readonly message?: string;
  }[];
}

const LIBRARY = new URL('../../rules/library/', import.meta.url);
const RECORDINGS = new URL('./library/', import.meta.url);

function readJson(folder: URL, name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
}

describe('rules/library', () => {
  const names = readdirSync(LIBRARY).filter((name) => name.endsWith('.json'));

  it('ships rules that load with the actions that are shipped', () => {
    const files = names.map((file) => ({ file, json: readJson(LIBRARY, file) }));
    const context = { catalog: new Catalog(), conditions: {} };
    const { rules, places, problems } = readRules(files, context);
    expect(problems).to.deep.equal([]);
    expect(ruleAdvice(rules, places, context)).to.deep.equal([]);
    expect(rules.map((rule) => rule.name)).to.include('cisco-restart-loop');
  });

  for (const name of names) {
    it(`${name} fires where its recording says and nowhere else`, async () => {
      const catalog = new Catalog();
      const { rules: read } = readRules([{ file: name, json: readJson(LIBRARY, name) }], { catalog, conditions: {} });
      const rules = new RuleSet({ rules: read, conditions: {}, catalog });
      const recording = readJson(RECORDINGS, name) as Recording;
      const port = { ...PORT, make: recording.make };
      expect(recording.events.some((entry) => entry.message !== undefined)).to.equal(true);
      for (const [i, entry] of recording.events.entries()) {
        const happened = event(`e${String(i)}`, entry.data, { type: entry.type });
        const atMs = START_MS + (parseDuration(entry.at) ?? Number.NaN);
        const rulings = await rules.decide(happened, { port }, atMs);
        const calls = rulings.flatMap((ruling) => ruling.chain?.actions ?? []);
        const messages = calls.filter(({ action }) => action === 'alarm').map((call) => call.params['message']);
        expect(messages, `event ${String(i)}`).to.deep.equal(entry.message === undefined ? [] : [entry.message]);
      }
    });
  }
});
