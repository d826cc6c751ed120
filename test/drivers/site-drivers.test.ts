/** A site's own driver files: every mistake is named with its place, what was wanted and what came. */
import { expect } from 'chai';
import { problemText } from '../../core/problem.js';
import { DRIVERS, driverFor, readDrivers } from '../../drivers/index.js';

const READER = {
  id: 'acme',
  make: 'acme',
  osType: 'AOS',
  description: 'reads facts only',
  dialog: { prompts: [{ state: 'exec', pattern: '^acme# ?$' }] },
  login: {},
  facts: [{ command: 'show version', fields: [{ name: 'osVersion', pattern: 'Version (\\S+)' }] }],
};
const PUSHER = {
  ...READER,
  transfers: { tftp: { direction: 'devicePulls', exchanges: ['get {{remoteFile:path}}'] } },
  verify: { algorithm: 'shown', exchange: { send: 'list', success: '{{file}}' } },
  activate: { kind: 'slot' },
  reload: { exchange: 'reboot' },
  boot: { banner: '^Boot' },
};

const problemsOf = (json: unknown): readonly string[] =>
  readDrivers([{ file: 'drivers/acme.json', json }], DRIVERS).problems.map(problemText);

describe('site drivers', () => {
  it('one that only reads, and one that pushes', () => {
    const { drivers, problems } = readDrivers(
      [
        { file: 'drivers/a.json', json: READER },
        { file: 'drivers/b.json', json: { version: 1, drivers: [{ ...PUSHER, id: 'acme-2' }] } },
      ],
      DRIVERS,
    );
    expect(problems).to.deep.equal([]);
    expect(drivers.map(({ id, transfers }) => [id, Object.keys(transfers)])).to.deep.equal([
      ['acme', []],
      ['acme-2', ['tftp']],
    ]);
    expect(drivers[1]?.reload).to.deep.equal({
      exchange: { send: 'reboot', silenceMs: 60_000 },
      story: "Issuing 'reboot'",
      seenWithinMs: 60_000,
    });
    const port = { id: 'n:1', driver: 'acme', properties: {} };
    expect(driverFor(port, drivers)).to.equal(drivers[0]);
    expect(() => driverFor(port))
      .to.throw()
      .with.property('code', 'DRIVER_UNKNOWN');
  });

  it('one that says how configurations are shown', () => {
    const config = { running: 'show run', startup: 'show start', tech: 'show all' };
    const { drivers, problems } = readDrivers([{ file: 'drivers/a.json', json: { ...READER, config } }], DRIVERS);
    expect(problems).to.deep.equal([]);
    const { running, startup, tech } = drivers[0]?.config ?? {};
    expect([running, startup, tech].map((exchange) => exchange?.send)).to.deep.equal(Object.values(config));
  });

  const rows: readonly (readonly [string, unknown, string])[] = [
    ['no driver', 7, 'drivers/acme.json: expected object, got 7'],
    ['no id', { ...READER, id: undefined }, 'drivers/acme.json: expected the key "id", got no such key'],
    [
      'an id of a built-in one',
      { ...READER, id: 'linux' },
      '/id: expected a name that no other driver has, got "linux"',
    ],
    ['a mistyped key', { ...READER, logn: {} }, '/logn: expected one of the keys id, extends, make'],
    ['an unknown base', { id: 'x-1', extends: 'cisco-iso' }, '/extends: expected one of the drivers cisco-ios'],
    ['no facts', { ...READER, facts: undefined }, 'expected the key "facts", got no such key'],
    ['no prompts', { ...READER, dialog: {} }, '/dialog/prompts: expected at least one prompt, got none'],
    ['no proof', { ...PUSHER, verify: undefined }, 'expected the key "verify", got no such key'],
    ['no banner', { ...PUSHER, boot: {} }, '/boot: expected the key "banner", got no such key'],
    [
      'a proof that proves nothing',
      { ...PUSHER, verify: { algorithm: 'shown', exchange: { send: 'list' } } },
      '/verify/exchange: expected the key "success", got no such key',
    ],
    [
      'a hash that nobody reads',
      { ...PUSHER, verify: { algorithm: 'md5', exchange: 'hash' } },
      '/verify/exchange: expected the key "capture/hash", got no such key',
    ],
    [
      'half a transfer',
      { ...PUSHER, transfers: { xmodem: { direction: 'inBand', start: 'rx' } } },
      '/transfers/xmodem: expected the key "finish", got no such key',
    ],
    [
      'a mistyped key inside a command',
      { ...PUSHER, reload: { exchange: { sned: 'reboot' } } },
      '/reload/exchange/sned: expected one of the keys send, until, ready',
    ],
    [
      'a state that is none',
      { ...READER, dialog: { prompts: [{ state: 'root', pattern: '#' }] } },
      '/dialog/prompts/0/state: expected one of "user", "exec"',
    ],
    [
      'a pattern that is none',
      { ...READER, dialog: { prompts: [{ state: 'exec', pattern: '^acme(#' }] } },
      '/dialog/prompts/0/pattern: expected a regular expression (Unterminated group), got "^acme(#"',
    ],
    [
      'a pattern among the failures of a login',
      { ...READER, login: { failures: ['ok', '['] } },
      '/login/failures/1: expected a regular expression',
    ],
    [
      'a pattern that captures',
      { ...PUSHER, verify: { algorithm: 'md5', exchange: { send: 'hash', capture: { hash: '*' } } } },
      '/verify/exchange/capture/hash: expected a regular expression (Nothing to repeat), got "*"',
    ],
    [
      'a slot that nobody fills',
      { ...PUSHER, reload: { exchange: 'reboot {{slto}}' } },
      '/reload/exchange: expected one of the slots file, fileSystem',
    ],
    [
      'a slot of no type',
      { ...PUSHER, reload: { exchange: 'reboot {{slot:number}}' } },
      '/reload/exchange: expected a slot of type word, path, ip, int, quoted, got "{{slot:number}}"',
    ],
    [
      'a duration that is none',
      { ...PUSHER, boot: { banner: '^Boot', cap: '15 minutes' } },
      '/boot/cap: expected a duration such as "90s" or "10m", got "15 minutes"',
    ],
    [
      'a transfer of no direction',
      { ...PUSHER, transfers: { tftp: { exchanges: [] } } },
      '/transfers/tftp: expected the key "direction", got no such key',
    ],
    [
      'a method that is none',
      { ...PUSHER, transfers: { rsync: {} } },
      '/transfers/rsync: expected one of the keys tftp',
    ],
    ['a newer file', { version: 2, drivers: [] }, '/version: expected version 1'],
  ];
  for (const [what, json, wanted] of rows) {
    it(`${what} is named`, () => {
      const problems = problemsOf(JSON.parse(JSON.stringify(json)));
      expect(
        problems.filter((text) => text.includes(wanted)),
        problems.join('\n'),
      ).to.have.length(1);
      expect(problems[0]).to.match(/^drivers\/acme\.json/);
    });
  }

  it('two of one name in two files', () => {
    const files = ['drivers/a.json', 'drivers/b.json'].map((file) => ({ file, json: READER }));
    const { drivers, problems } = readDrivers(files, DRIVERS);
    expect(drivers).to.have.length(1);
    expect(problems.map(problemText)).to.deep.equal([
      'drivers/b.json /id: expected a name that no other driver has, got "acme"',
    ]);
  });

  it('every built-in driver can be started from, and stays what it was', () => {
    for (const base of DRIVERS) {
      const json = { id: `own-${base.id}`, extends: base.id };
      const { drivers, problems } = readDrivers([{ file: 'drivers/a.json', json }], DRIVERS);
      expect(problems, base.id).to.deep.equal([]);
      const [own] = drivers;
      const changed = { id: base.id, verifiedOn: base.verifiedOn, slots: base.slots, settleMs: base.settleMs };
      expect({ ...own, ...changed, variants: own?.variants ?? [] }, base.id).to.deep.equal({
        ...base,
        ...changed,
        variants: base.variants ?? [],
      });
    }
  });

  it('what a site says itself holds for every variant', () => {
    const json = { id: 'own', extends: 'cisco-ios', activate: { kind: 'bootVariable', select: ['boot it'] } };
    const [driver] = readDrivers([{ file: 'drivers/a.json', json }], DRIVERS).drivers;
    expect(driver?.variants?.map(({ activate, loader }) => [activate, loader?.id])).to.deep.equal([
      [undefined, 'switch'],
    ]);
  });
});
