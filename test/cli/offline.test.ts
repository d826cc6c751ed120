import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { run } from '../../cli/run.js';
import { DRIVERS } from '../../drivers/index.js';
import { MAIN, PORT, soundSite, withSite } from '../server/site/site-folder.js';
import { command } from './command.js';
import { FakeIo } from './fake-io.js';

describe('commands without a node', () => {
  it('write a first site that check passes, and never over another', async () => {
    await withSite({}, async (folder) => {
      const written = await command(folder, 'new', 'site');
      expect(written.code).to.equal(0);
      expect(written.io.stdout).to.include('site/portwright.json\nsite/ports.json\n');
      const checked = await command(folder, 'check', 'site');
      expect([checked.code, checked.io.stdout, checked.io.stderr]).to.deep.equal([0, 'site is in order: 1 port\n', '']);
      const again = await command(folder, 'new', 'site');
      expect(again.code).to.equal(2);
      expect(again.io.stderr).to.include('is not empty');
    });
  });

  it('check names all problems and ends with 2', async () => {
    const files = {
      'portwright.json': MAIN,
      'ports.json': [
        { ...PORT, driver: 'x' },
        { ...PORT, port: '1/2', power: { type: 'powerman', host: 'here', outlet: 'sw0' } },
      ],
    };
    await withSite(files, async (folder) => {
      const { code, io } = await command(folder, 'check', '.');
      expect([code, io.stdout]).to.deep.equal([2, '']);
      expect(io.stderr.trim().split('\n')).to.have.lengthOf(2);
      expect(io.stderr).to.include('error: ports.json /0/driver: expected one of the drivers');
      const asJson = await command(folder, 'check', '.', '--json');
      const document = JSON.parse(asJson.io.stdout) as { ok: boolean; problems: object[] };
      expect(document.ok).to.equal(false);
      expect(document.problems[0]).to.have.all.keys('file', 'pointer', 'wanted', 'got', 'severity');
      expect((await command(folder, 'check', 'nowhere')).code).to.equal(2);
    });
  });

  it('rules check knows the named conditions of the site around', async () => {
    const rule = {
      ...{ name: 'r', on: 'console.line', conditions: { all: [{ condition: 'busy' }] } },
      actions: [{ alarm: { message: 'm' } }],
    };
    const busy = {
      name: 'busy',
      conditions: { all: [{ fact: 'event', path: '$.type', operator: 'equal', value: 'x' }] },
    };
    const all = ['a', 'b'].map((value) => ({ fact: 'event', path: '$.type', operator: 'equal', value }));
    const never = { ...rule, conditions: { all } };
    await withSite(
      {
        'rules/r.json': rule,
        'conditions/c.json': busy,
        'rules/bad.json': { ...rule, on: 7 },
        'rules/never.json': never,
      },
      async (folder) => {
        const good = await command(folder, 'rules', 'check', 'rules/r.json');
        expect([good.code, good.io.stdout]).to.deep.equal([0, '1 file in order\n']);
        const bad = await command(folder, 'rules', 'check', 'rules/bad.json', 'rules/none.json');
        expect(bad.code).to.equal(2);
        expect(bad.io.stderr)
          .to.include('rules/bad.json /on: expected')
          .and.include('none.json: expected a readable file');
        const warned = await command(folder, 'rules', 'check', 'rules/never.json');
        expect([warned.code, warned.io.stdout]).to.deep.equal([0, '1 file in order\n']);
        expect(warned.io.stderr)
          .to.include('warning:')
          .and.include('event.type equal to "a" and event.type equal to "b"');
      },
    );
  });

  it('schedule next counts runs in a time zone over a change of the clock', async () => {
    const words = ['schedule', 'next', '--cron', '30 2 * * *', '--timezone', 'America/Chicago', '--count', '2'];
    const { code, io } = await command('/', ...words, '--from', '2026-03-06T12:00:00Z');
    expect(code).to.equal(0);
    expect(io.stdout).to.equal(
      '2026-03-07T08:30:00Z  Sat 2026-03-07 02:30 America/Chicago\n2026-03-08T08:00:00Z  Sun 2026-03-08 03:00 America/Chicago\n',
    );
    const asJson = await command('/', ...words, '--from', '2026-03-06T12:00:00Z', '--json');
    expect(JSON.parse(asJson.io.stdout)).to.deep.include({ runs: ['2026-03-07T08:30:00Z', '2026-03-08T08:00:00Z'] });
  });

  it('schedule next refuses what is no expression, zone, number or time', async () => {
    const rows = [
      ['--cron', 'every day'],
      ['--cron', '0 2 * * *', '--timezone', 'Mars/Olympus'],
      ['--cron', '0 2 * * *', '--count', '0'],
      ['--cron', '0 2 * * *', '--from', 'soon'],
      [],
      ['name', '--cron', '0 2 * * *'],
    ];
    for (const words of rows) {
      const { code, io } = await command('/', 'schedule', 'next', ...words);
      expect([code, io.stdout], words.join(' ')).to.deep.equal([2, '']);
      expect(io.stderr).to.not.equal('');
    }
  });

  it('drivers list names every driver', async () => {
    const { io } = await command('/', 'drivers', 'list');
    for (const { id } of DRIVERS) expect(io.stdout).to.match(new RegExp(`^${id} `, 'm'));
    const { drivers } = JSON.parse((await command('/', 'drivers', 'list', '--json')).io.stdout) as {
      drivers: object[];
    };
    expect(drivers).to.have.lengthOf(DRIVERS.length);
  });

  it('drivers parse prints the facts of real output', async () => {
    const output = [
      'Cisco IOS Software, C1700 Software (C1700-Y-M), Version 12.3(9), RELEASE SOFTWARE (fc2)',
      'router uptime is 14 hours, 22 minutes',
      // As a terminal's log has it: the pager's words, and how it wiped them off.
      ` --More-- ${'\b'.repeat(10)}${' '.repeat(10)}${'\b'.repeat(10)}System image file is "flash:/c1700-y-mz.123-9.bin"`,
      'Processor board ID FOC08060NSX (123456), with hardware revision 0000',
      '',
    ].join('\r\n');
    await withSite({ 'version.txt': output }, async (folder) => {
      const { code, io } = await command(folder, 'drivers', 'parse', 'cisco-ios', 'show version', 'version.txt');
      expect(code).to.equal(0);
      const facts = JSON.parse(io.stdout) as Record<string, unknown>;
      expect(facts).to.include({ hostname: 'router', osVersion: '12.3(9)', uptimeSeconds: 51_720 });
      expect(facts).to.include({ bootImage: 'flash:/c1700-y-mz.123-9.bin' });
      expect(facts).to.not.have.property('freeBytes');
      expect((await command(folder, 'drivers', 'parse', 'cisco-ios', 'show version', 'none.txt')).code).to.equal(2);
      expect((await command(folder, 'drivers', 'parse', 'none', 'show version', 'version.txt')).code).to.equal(2);
    });
  });

  it("drivers list and parse know the site's own", async () => {
    const own = {
      id: 'own-ios',
      extends: 'cisco-ios',
      facts: [{ command: 'show me', fields: [{ name: 'osVersion', pattern: 'v(\\d+)' }] }],
    };
    const files = { ...soundSite(), 'drivers/own.json': own, 'out.txt': 'v7' };
    await withSite(files, async (folder) => {
      expect((await command(folder, 'drivers', 'list')).io.stdout).to.match(/^own-ios /m);
      const { io } = await command(
        '/',
        '--site',
        folder,
        'drivers',
        'parse',
        'own-ios',
        'show me',
        `${folder}/out.txt`,
      );
      expect(JSON.parse(io.stdout)).to.deep.equal({ make: 'cisco', osType: 'IOS', osVersion: '7' });
      expect((await command(folder, 'check', '.')).code).to.equal(0);
    });
    await withSite({ ...soundSite(), 'drivers/own.json': { ...own, id: 'linux' } }, async (folder) => {
      const listed = await command(folder, 'drivers', 'list');
      expect(listed.code).to.equal(2);
      expect(listed.io.stderr).to.include('drivers/own.json /id: expected a name that no other driver has');
      expect((await command(folder, 'check', '.')).code).to.equal(2);
    });
  });

  it('show help and version on standard output, and refuse an empty command', async () => {
    const help = await command('/', 'push', 'os', '--help');
    expect(help.code).to.equal(0);
    expect(help.io.stdout).to.include('Usage: portwright push os').and.include('--stage-only');
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect((await command('/', '--version')).io.stdout).to.equal(`${version}\n`);
    expect((await command('/')).code).to.equal(2);
    expect((await command('/', 'push')).code).to.equal(2);
  });
});

describe('find-node', () => {
  const talkedTo = async (io: FakeIo, ...words: string[]): Promise<string> => {
    expect(await run(['show', 'ports', ...words], io)).to.equal(5);
    return /at (\S+):/.exec(io.stderr)?.[1] ?? '';
  };

  it('takes --url, PORTWRIGHT_URL, the site that is near, then the default', async () => {
    const main = { ...MAIN, http: { listen: '0.0.0.0:9' } };
    await withSite(
      { 'site/portwright.json': main, 'other/portwright.json': { ...main, http: { listen: '127.0.0.1:0' } } },
      async (folder) => {
        const near = join(folder, 'site');
        const url = { PORTWRIGHT_URL: 'http://127.0.0.1:11' };
        expect(await talkedTo(new FakeIo(url, near), '--url', 'http://127.0.0.1:13')).to.equal('http://127.0.0.1:13');
        expect(await talkedTo(new FakeIo(url, near))).to.equal('http://127.0.0.1:11');
        expect(await talkedTo(new FakeIo({}, near))).to.equal('http://127.0.0.1:9');
        expect(await talkedTo(new FakeIo({}, folder))).to.equal('http://127.0.0.1:9');
        expect(await talkedTo(new FakeIo({}, '/'), '--site', near)).to.equal('http://127.0.0.1:9');
        expect(await talkedTo(new FakeIo({ PORTWRIGHT_SITE: near }, '/'))).to.equal('http://127.0.0.1:9');
      },
    );
  });

  it("takes PORTWRIGHT_TOKEN, the site's token, then the user's", async () => {
    const { startTestNode, TOKEN } = await import('./fake-io.js');
    const node = await startTestNode();
    await withSite({ 'portwright.json': MAIN, 'home/portwright/token': `${TOKEN}\n` }, async (folder) => {
      const env = { PORTWRIGHT_URL: node.url };
      const show = (io: FakeIo) => run(['show', 'ports'], io);
      expect(await show(new FakeIo(env, '/'))).to.equal(2);
      expect(await show(new FakeIo({ ...env, XDG_CONFIG_HOME: join(folder, 'home') }, '/'))).to.equal(0);
      await mkdir(join(folder, 'data'));
      await writeFile(join(folder, 'data/token'), `${TOKEN}\n`);
      expect(await show(new FakeIo(env, folder))).to.equal(0);
      const wrong = new FakeIo({ ...env, PORTWRIGHT_TOKEN: 'wrong' }, folder);
      expect(await show(wrong)).to.equal(2);
      expect(wrong.stderr).to.include('no valid token');
    });
    await node.stop();
  });
});
