/** Tables of the docs that list what the code lists: neither has a row more than the other. */
import { expect } from 'chai';
import { pushOs } from '../../actions/push-os/push-os.js';
import { durationText } from '../../core/duration.js';
import { ERRORS } from '../../core/errors/index.js';
import { DEFAULT_PUSH_SETTINGS } from '../../core/settings.js';
import { DRIVERS } from '../../drivers/index.js';
import { FAULT_IDS, FAULTS } from '../../lab/faults/catalogue.js';
import { DEVICE_GROUPS } from '../../lab/faults/device-groups.js';
import { DEVICE_NAMES } from '../../lab/spec.js';
import { encodeToken } from '../../connectors/bus/subject-encoding.js';
import { OPERATORS, parseOperator } from '../../rules/operators.js';
import { FACT_NAMES } from '../../rules/snapshot.js';
import { PortSchema, PortwrightSchema } from '../../server/site/schemas.js';
import { SettingsSchema } from '../../server/site/settings-schema.js';
import { buildApi } from '../../server/http/api.js';
import { fakeServices } from '../support/fake-services.js';
import { silentLog } from '../support/silent-log.js';
import { codeSpans, handwrittenPages, namesOf, readPage, tableOf } from './pages.js';

/** What stands where a setting has no default of its own. */
const WITHOUT_DEFAULT: Readonly<Record<string, string>> = { rebootCap: "the driver's", xmodemBaudRate: 'not raised' };

describe('docs, tables', () => {
  it('settings with their defaults', () => {
    const shown = tableOf('docs/site-folder.md', 'setting').map(([name = '', value = '']) => [name, value]);
    const wanted = Object.keys(SettingsSchema.properties)
      .filter((name) => name !== '$comment')
      .map((name) => [name, defaultText(name)]);
    expect(shown).to.deep.equal(wanted);
  });

  it('keys of portwright.json and ports.json are named', () => {
    const spans = codeSpans('docs/site-folder.md').map((span) => span.split('.')[0]);
    for (const { properties } of [PortwrightSchema, PortSchema]) {
      const keys = Object.keys(properties).filter((key) => !key.startsWith('$') && key !== 'version');
      expect(keys.filter((key) => !spans.includes(key))).to.deep.equal([]);
    }
  });

  it('operators, decorators and facts of rules', () => {
    expect(namesOf('docs/rules.md', 'operator')).to.have.members([...OPERATORS]);
    expect(namesOf('docs/rules.md', 'fact')).to.deep.equal(FACT_NAMES);
    const decorators = codeSpans('docs/rules.md').filter((span) => /^\w+:$/.test(span));
    expect(decorators.length).to.be.greaterThan(4);
    for (const decorator of decorators) expect(parseOperator(`${decorator}equal`), decorator).not.to.equal(undefined);
  });

  it('steps of a push, where it may stop and what may be repeated', () => {
    const yes = (is: boolean): string => (is ? 'yes' : 'no');
    const shown = tableOf('docs/push-os.md', 'step').map(([step, , boundary, again]) => [step, boundary, again]);
    const wanted = Object.entries(pushOs.steps).map(([name, { boundary, repeatable }]) => [
      name,
      yes(boundary),
      yes(repeatable),
    ]);
    expect(shown).to.have.deep.members(wanted);
  });

  it('drivers, their methods, and that nothing is claimed which none was seen to do', () => {
    const rows = tableOf('docs/drivers.md', 'driver');
    expect(rows.map(([id]) => id)).to.deep.equal(DRIVERS.map(({ id }) => id));
    for (const [i, { make, osType, capabilities, transfers, verify, activate, verifiedOn }] of DRIVERS.entries()) {
      const [, makeShown, os, versions = '', methods = '', proof, kind, rollback, seen = ''] = rows[i] ?? [];
      expect([makeShown, os]).to.deep.equal([make, osType]);
      expect(versions.split(', ').filter((version) => version !== '–')).to.deep.equal([...capabilities.versionsRead]);
      expect(methods.split(', ').filter((method) => method !== '–')).to.have.members(Object.keys(transfers));
      expect([proof, kind, rollback]).to.deep.equal([verify.algorithm, activate.kind, capabilities.rollback]);
      expect(seen.startsWith('nothing yet')).to.equal(verifiedOn.length === 0);
      for (const { model } of verifiedOn) expect(seen).to.include(model);
    }
  });

  it('routes of the API', async () => {
    const made = new Set<string>();
    const api = await buildApi(fakeServices(), {
      token: 'f'.repeat(64),
      host: '127.0.0.1',
      log: silentLog,
      version: '0',
      onRoute: ({ method, url }) => {
        const path = url.replace(/^\/api\/v1/, '').replace(/:(\w+)/g, '{$1}');
        for (const one of [method].flat()) made.add(`${one} ${path}`);
      },
    });
    await api.close();
    expect(tableOf('docs/http.md', 'route').map(([route]) => route)).to.have.members([...made]);
  });

  it('faults and devices of the lab', () => {
    const wanted = FAULT_IDS.map((id) => {
      const { on, what, lasts } = FAULTS[id];
      return [id, DEVICE_GROUPS[on].title, `${what.replaceAll('`', '')}${lasts === true ? ' (lasts)' : ''}`];
    });
    expect(tableOf('docs/lab.md', 'id')).to.deep.equal(wanted);
    for (const name of DEVICE_NAMES) expect(readPage('docs/lab.md')).to.include(name);
  });

  it('ids as NATS tokens', () => {
    for (const [id = '', token = ''] of tableOf('docs/nats.md', 'token')) expect(encodeToken(id), id).to.equal(token);
  });

  it('every error code that is named exists', () => {
    const areas = new Set(Object.keys(ERRORS).map((code) => code.split('_')[0]));
    const named = handwrittenPages()
      .flatMap(codeSpans)
      .filter((span) => /^[A-Z]+(?:_[A-Z]+)+$/.test(span) && areas.has(span.split('_')[0] ?? ''));
    expect(named).to.include('STORE_NEWER');
    expect(named.filter((code) => !Object.hasOwn(ERRORS, code))).to.deep.equal([]);
  });
});

function defaultText(name: string): string {
  const settings: Readonly<Record<string, unknown>> = { ...DEFAULT_PUSH_SETTINGS };
  const ms = settings[`${name}Ms`];
  if (typeof ms === 'number') return durationText(ms);
  return WITHOUT_DEFAULT[name] ?? String(settings[name]);
}
