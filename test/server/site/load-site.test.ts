import { expect } from 'chai';
import { ACTIONS } from '../../../actions/index.js';
import { problemText } from '../../../core/problem.js';
import { DRIVERS } from '../../../drivers/index.js';
import { loadSite } from '../../../server/site/load-site.js';
import type { LoadedSite } from '../../../server/site/load-site.js';
import { EDGE_PROPERTIES } from '../../e2e/edge-port.js';
import { MAIN, PORT, siteChecks, soundSite, withSite } from './site-folder.js';
import type { Files } from './site-folder.js';

const load = (files: Files): Promise<LoadedSite> => withSite(files, (folder) => loadSite(folder, siteChecks()));
const texts = async (files: Files): Promise<readonly string[]> =>
  (await load(files)).problems.map((problem) => `${problem.severity} ${problemText(problem)}`);
const rule = (changes: object): object => ({
  name: 'r',
  on: 'console.line',
  conditions: { all: [{ fact: 'event', path: '$.data.line', operator: 'equal', value: 'x' }] },
  actions: [{ alarm: { message: 'm' } }],
  ...changes,
});

/** What is wrong in a file → how the message begins. */
const BAD: readonly (readonly [what: string, files: Files, message: string])[] = [
  [
    'baud rate',
    { 'ports.json': [{ ...PORT, console: { type: 'serial', path: '/dev/ttyS0', baudRate: 9601 } }] },
    'error ports.json /0/console/baudRate: expected one of 300, 600, 1200, 2400, 4800, 9600, 14400, 19200, 38400, 57600, 115200, 230400, 460800, 921600, got 9601',
  ],
  [
    'unknown driver',
    { 'ports.json': [{ ...PORT, driver: 'cisco-iso' }] },
    `error ports.json /0/driver: expected one of the drivers ${DRIVERS.map(({ id }) => id).join(', ')}, got "cisco-iso"`,
  ],
  [
    'two ports with one name',
    {
      'ports.json': [PORT, { port: '1/1', driver: 'cisco-ios', console: { type: 'tcp', host: 'ser2net', port: 2001 } }],
    },
    'error ports.json /1/port: expected a name or id that ports.json /0 has not taken, got "1/1"',
  ],
  [
    'two ports with one id, in two files',
    {
      'ports/a.json': [{ ...PORT, id: 'rack-7' }],
      'ports/b.json': {
        version: 1,
        ports: [{ port: '1/2', id: 'rack-7', driver: 'cisco-ios', management: { address: 'r7' } }],
      },
      'ports.json': [],
    },
    'error ports/b.json /ports/0/id: expected a name or id that ports/a.json /0 has not taken, got "rack-7"',
  ],
  [
    "an id that is another port's name",
    {
      'ports.json': [
        PORT,
        { port: '1/2', id: '1/1', driver: 'cisco-ios', console: { type: 'tcp', host: 'x', port: 1 } },
      ],
    },
    'error ports.json /1/id: expected a name or id that ports.json /0 has not taken, got "1/1"',
  ],
  [
    'one console twice',
    { 'ports.json': [PORT, { ...PORT, port: '1/2' }] },
    'error ports.json /1/console: expected a console that ports.json /0 has not taken, got "/dev/ttyUSB0"',
  ],
  [
    'a console without its path',
    { 'ports.json': [{ ...PORT, console: { type: 'serial' } }] },
    'error ports.json /0/console: expected the key "path", got no such key',
  ],
  [
    'a key that belongs to another kind of console',
    { 'ports.json': [{ ...PORT, console: { type: 'tcp', host: 'h', port: 2001, baudRate: 9600 } }] },
    'error ports.json /0/console/baudRate: expected one of the keys $comment, type, host, port, credentials, got "baudRate"',
  ],
  [
    'a console type of no version',
    { 'ports.json': [{ ...PORT, console: { type: 'carrier-pigeon' } }] },
    'error ports.json /0/console/type: expected one of "serial", "tcp", "telnet", "ssh", got "carrier-pigeon"',
  ],
  [
    'an SSH console without a login',
    { 'ports.json': [{ port: '1/1', driver: 'cisco-ios', console: { type: 'ssh', host: 'ts1', port: 22 } }] },
    'error ports.json /0/console: expected the key "credentials", here or at the port, got no such key',
  ],
  [
    "a console server's login that is no secret",
    { 'ports.json': [{ ...PORT, console: { type: 'telnet', host: 'ts1', port: 2001, credentials: 'nobody' } }] },
    'error ports.json /0/console/credentials: expected one of the secrets lab in portwright.json, got "nobody"',
  ],
  [
    'a TCP port out of range',
    { 'ports.json': [{ ...PORT, console: { type: 'tcp', host: 'h', port: 70_000 } }] },
    'error ports.json /0/console/port: expected a TCP port from 1 to 65535, got 70000',
  ],
  [
    'a mistyped key',
    { 'ports.json': [{ ...PORT, settings: { osPushMetod: 'tftp' } }] },
    'error ports.json /0/settings/osPushMetod: expected one of the keys $comment, osPushMethod, osPushAlternative, osPushRetries, attemptOrder, xmodem1k, xmodemBaudRate, verifyOsUpgrade, useManualBoot, saveConfigBeforeReboot, continueWithoutPrevious, requireVendorHash, rebootTimeout, rebootCap, forceReboot, leaveOldOs, osPushFallBack, got "osPushMetod"',
  ],
  [
    'a duration without its unit',
    { 'portwright.json': { ...MAIN, settings: { rebootTimeout: '300' } } },
    'error portwright.json /settings/rebootTimeout: expected a duration such as "90s", "10m", "4h", got "300"',
  ],
  [
    'a port name that climbs',
    { 'ports.json': [{ ...PORT, port: 'a/../b' }] },
    'error ports.json /0/port: expected a port name such as "1/1", of letters, digits and . _ - /, got "a/../b"',
  ],
  [
    'a listen address without its port',
    { 'portwright.json': { ...MAIN, http: { listen: '127.0.0.1' } } },
    'error portwright.json /http/listen: expected ADDRESS:PORT such as 127.0.0.1:7373, got "127.0.0.1"',
  ],
  [
    'a listen port out of range',
    { 'portwright.json': { ...MAIN, http: { listen: '127.0.0.1:65536' } } },
    'error portwright.json /http/listen: expected ADDRESS:PORT such as 127.0.0.1:7373, got "127.0.0.1:65536"',
  ],
  [
    'no node name',
    { 'portwright.json': { servers: MAIN.servers, secrets: MAIN.secrets } },
    'error portwright.json: expected the key "node", got no such key',
  ],
  [
    'a newer portwright.json',
    { 'portwright.json': { ...MAIN, version: 2, colour: 'blue' } },
    'error portwright.json /version: expected version 1, the newest that this program reads, got 2',
  ],
  [
    'a newer ports.json',
    { 'ports.json': { version: 3, ports: [{ shape: 'unknown' }] } },
    'error ports.json /version: expected version 1, the newest that this program reads, got 3',
  ],
  [
    'ports that are no list',
    { 'ports.json': { '1/1': {} } },
    'error ports.json: expected a list of ports, or { "version": 1, "ports": [ … ] }, got {"1/1":{}}',
  ],
  [
    'JSON that ends early',
    { 'ports.json': '[\n  { "port": "1/1",\n    "driver": "linux"\n' },
    'error ports.json: expected "," or "}", got the end of the file at line 4, column 1',
  ],
  [
    'a comma too many',
    { 'portwright.json': '{ "node": "n", }' },
    'error portwright.json: expected a key in double quotes, got "}" at line 1, column 16',
  ],
  [
    'a key that stands twice',
    { 'portwright.json': '{\n "node": "n",\n "node": "m" }' },
    'error portwright.json: expected each key once, got "\\"node\\": \\"m\\" }" at line 3, column 2',
  ],
  [
    'a secret of a name that is not there',
    { 'ports.json': [{ ...PORT, credentials: 'lap' }] },
    'error ports.json /0/credentials: expected one of the secrets lab in portwright.json, got "lap"',
  ],
  [
    'an environment variable that is not set',
    { 'portwright.json': { ...MAIN, secrets: { lab: { password: 'env:NOT_SET' } } } },
    'error portwright.json /secrets/lab/password: expected an environment variable that is set, got "env:NOT_SET"',
  ],
  [
    'a secret file that is not there',
    { 'portwright.json': { ...MAIN, secrets: { lab: { password: 'file:./none' } } } },
    'error portwright.json /secrets/lab/password: expected a file that can be read, got "file:./none"',
  ],
  [
    "a TLS server's key that is not there",
    {
      'portwright.json': {
        ...MAIN,
        servers: {
          ...MAIN.servers,
          http: { listen: '0.0.0.0:80', tls: { certificate: 'file:./portwright.json', key: 'file:./node.key' } },
        },
      },
    },
    'error portwright.json /servers/http/tls/key: expected a file that can be read, got "file:./node.key"',
  ],
  [
    'NATS credentials that are not there',
    { 'portwright.json': { ...MAIN, nats: { servers: ['nats://127.0.0.1:4222'], credentials: 'file:./node.creds' } } },
    'error portwright.json /nats/credentials: expected a file that can be read, got "file:./node.creds"',
  ],
  [
    'properties that the driver cannot use',
    { 'ports.json': [{ ...PORT, driver: 'linux', properties: { slots: { names: 'a' } } }] },
    'error ports.json /0/properties/slots: expected the key "active", got {"names":"a"}',
  ],
  [
    'a rule with an unknown operator',
    { 'rules/r.json': [rule({ conditions: { all: [{ fact: 'event', operator: 'resembles', value: 'x' }] } })] },
    'error rules/r.json /0/conditions/all/0/operator: expected one of the operators equal, notEqual, in, notIn, contains, doesNotContain, lessThan, lessThanInclusive, greaterThan, greaterThanInclusive, matches, startsWith, cidr, versionLessThan, got "resembles"',
  ],
  [
    'a rule with an unknown fact',
    { 'rules/r.json': rule({ conditions: { all: [{ fact: 'weather', operator: 'equal', value: 'x' }] } }) },
    'error rules/r.json /conditions/all/0/fact: expected one of the facts event, port, facts, system, monitor, time, got "weather"',
  ],
  [
    'a rule with an unknown action',
    { 'rules/r.json': { version: 1, rules: [rule({ actions: [{ pushOS: { version: 'candidate' } }] })] } },
    `error rules/r.json /rules/0/actions/0/pushOS: expected one of the actions ${ACTIONS.map(({ name }) => name).join(', ')}, got "pushOS"`,
  ],
  [
    'a cron expression that is none',
    { 'schedules/s.json': { name: 's', cron: '0 25 * * *', ports: {}, actions: [{ alarm: { message: 'm' } }] } },
    'error schedules/s.json /cron: expected a cron expression (',
  ],
  [
    'a time zone that is none',
    {
      'schedules/s.json': [
        { name: 's', cron: '0 2 * * *', timezone: 'Mars/Olympus', ports: {}, actions: [{ alarm: { message: 'm' } }] },
      ],
    },
    'error schedules/s.json /0/timezone: expected an IANA time zone (',
  ],
  [
    'a literal secret',
    { 'portwright.json': { ...MAIN, secrets: { lab: { password: 'hunter2-hunter2' } } } },
    'warning portwright.json /secrets/lab/password: expected env:NAME or file:PATH, got a secret written into the file',
  ],
  [
    'a method without its server',
    { 'portwright.json': { node: 'aus-1', secrets: MAIN.secrets } },
    'warning ports.json /0: expected "servers.tftp" in portwright.json for method tftp, got "tftp" as osPushMethod',
  ],
  [
    'a server at a port that the device cannot be told',
    {
      'portwright.json': { ...MAIN, servers: { address: '192.0.2.10', tftp: { listen: '0.0.0.0:1069' } } },
    },
    'warning ports.json /0: expected "servers.tftp.listen" at port 69, where cisco-ios always asks by tftp, or a redirection to 0.0.0.0:1069, got "tftp" as osPushMethod',
  ],
  [
    'a method of no driver, where it is written',
    { 'portwright.json': { ...MAIN, settings: { osPushMethod: 'sftp' } } },
    'warning portwright.json /settings/osPushMethod: expected one of the methods tftp, ftp, http, scp, xmodem, ymodem of driver cisco-ios, got "sftp" as osPushMethod',
  ],
  [
    'XMODEM over a line that keeps two bytes for itself',
    { 'ports.json': [{ ...PORT, console: { type: 'serial', path: '/dev/ttyUSB0', flowControl: 'xonxoff' } }] },
    'warning ports.json /0: expected a console without XON/XOFF for method xmodem, got "xmodem" as osPushAlternative',
  ],
  [
    'XMODEM over seven bits',
    { 'ports.json': [{ ...PORT, console: { type: 'serial', path: '/dev/ttyUSB0', dataBits: 7 } }] },
    'warning ports.json /0: expected 8 "dataBits" at the console for method xmodem, got "xmodem" as osPushAlternative',
  ],
  [
    'a parity that there is not',
    { 'ports.json': [{ ...PORT, console: { type: 'serial', path: '/dev/ttyUSB0', parity: 'mark' } }] },
    'error ports.json /0/console/parity: expected one of "none", "even", "odd", got "mark"',
  ],
  [
    'a power controller that this version has not',
    { 'ports.json': [{ ...PORT, power: { type: 'ipmi', host: '127.0.0.1:623', outlet: 'sw0' } }] },
    'error ports.json /0/power/type: expected one of "powerman", got "ipmi"',
  ],
  [
    'a key of SNMPv3 that is nowhere',
    {
      'portwright.json': {
        ...MAIN,
        snmp: {
          traps: '0.0.0.0:162',
          users: [{ name: 'ops', authKey: 'env:NO_SUCH_KEY', privKey: 'env:LAB_PASSWORD' }],
        },
      },
    },
    'error portwright.json /snmp/users/0/authKey: expected an environment variable that is set, got "env:NO_SUCH_KEY"',
  ],
  [
    'a mail server without its scheme',
    { 'portwright.json': { ...MAIN, email: { smtp: 'mail', from: 'a@b' } } },
    'error portwright.json /email/smtp: expected the mail server: smtp://HOST:PORT or smtps://HOST:PORT, got "mail"',
  ],
  [
    'a mail server with a login that is nowhere',
    { 'portwright.json': { ...MAIN, email: { smtp: 'smtp://mail.example:25', from: 'a@b', credentials: 'nobody' } } },
    'error portwright.json /email/credentials: expected one of the secrets lab in portwright.json, got "nobody"',
  ],
  [
    'HTTP without its server',
    {
      'portwright.json': { ...MAIN, settings: { osPushMethod: 'http' } },
      'ports.json': [{ ...PORT, driver: 'linux', properties: EDGE_PROPERTIES }],
    },
    'warning portwright.json /settings/osPushMethod: expected "servers.http" in portwright.json for method http, got "http" as osPushMethod',
  ],
  [
    'FTP without its server',
    { 'portwright.json': { ...MAIN, settings: { osPushMethod: 'ftp' } } },
    'warning portwright.json /settings/osPushMethod: expected "servers.ftp" in portwright.json for method ftp, got "ftp" as osPushMethod',
  ],
  [
    'a certificate that is not there',
    {
      'portwright.json': {
        ...MAIN,
        servers: {
          ...MAIN.servers,
          ftp: {
            listen: '0.0.0.0:21',
            ports: '50000-50100',
            tls: { certificate: 'file:none.pem', key: 'file:none.key' },
          },
        },
      },
    },
    'error portwright.json /servers/ftp/tls/certificate: expected a file that can be read, got "file:none.pem"',
  ],
  [
    'a list of outlets',
    { 'ports.json': [{ ...PORT, power: { type: 'powerman', host: '127.0.0.1:10101', outlet: 'sw[0-3]' } }] },
    'error ports.json /0/power/outlet: expected the name of one outlet, of letters, digits and . _ -, got "sw[0-3]"',
  ],
  [
    'a file that is read by nobody',
    { 'rules.json': [] },
    'warning rules.json: expected portwright.json, ports.json, or a file in ports/, conditions/, rules/, schedules/, monitors/, windows/, policies/, drivers/, got a file that is not read',
  ],
  [
    'a monitor that reads nothing',
    { 'monitors/m.json': { name: 'm', every: '1m', ports: {} } },
    'error monitors/m.json: expected one of the keys facts, command, interface, ping, got none',
  ],
  [
    'an OS policy that begins on a day that there is not',
    { 'policies/p.json': { name: 'p', ports: {}, osVersion: '1', from: '2027-02-30T00:00Z', action: 'alarm' } },
    'error policies/p.json /from: expected a moment that there is, got "2027-02-30T00:00Z"',
  ],
];

describe('loadSite', () => {
  for (const [what, files, message] of BAD) {
    it(`names ${what}`, async () => {
      const found = await texts(soundSite(files));
      expect(
        found.filter((text) => text.startsWith(message)),
        found.join('\n'),
      ).to.have.lengthOf(1);
      const siteIsThere = (await load(soundSite(files))).site !== undefined;
      expect(siteIsThere).to.equal(found.every((text) => text.startsWith('warning')));
    });
  }

  it('names all that is wrong at once, in every file', async () => {
    const found = await texts({
      'portwright.json': { node: 'not a name' },
      'ports.json': [{ ...PORT, driver: 'nothing' }, { port: '1/2' }],
      'rules/a.json': '{',
    });
    expect(found).to.have.lengthOf(4);
    expect(found.map((text) => text.split(':')[0])).to.have.members([
      'error rules/a.json',
      'error portwright.json /node',
      'error ports.json /0/driver',
      'error ports.json /1',
    ]);
  });

  it('refuses a folder that is not there', async () => {
    const error: unknown = await loadSite('/nowhere/at/all', siteChecks()).catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'SITE_MISSING');
  });

  it('makes a frozen site with defaults, absolute paths and milliseconds', async () => {
    await withSite(soundSite({ 'portwright.json': { ...MAIN, retention: { events: '2d' } } }), async (folder) => {
      const { site, problems } = await loadSite(folder, siteChecks());
      expect(problems).to.deep.equal([]);
      expect(site).to.deep.include({
        folder,
        node: 'aus-1',
        dataDir: `${folder}/data`,
        http: { listen: { host: '127.0.0.1', port: 7373 } },
        servers: { address: '192.0.2.10', tftp: { listen: { host: '127.0.0.1', port: 0 } } },
        drainTimeoutMs: 30_000,
        mode: 'act',
        retention: {
          eventsMs: 172_800_000,
          consoleLogsMs: 2_592_000_000,
          transcriptsMs: 34_560_000_000,
          maxBytes: 5_000_000_000,
        },
      });
      expect(site?.ports[0]).to.deep.include({
        id: 'aus-1:1/1',
        name: '1/1',
        node: 'aus-1',
        serverAddress: '192.0.2.10',
      });
      expect(Object.isFrozen(site?.ports[0]?.settings)).to.equal(true);
    });
  });

  it("takes CONTRACT's own example, with warnings for what this version has not", async () => {
    const main = {
      node: 'aus-1',
      dataDir: './data',
      http: { listen: '127.0.0.1:7373' },
      servers: {
        address: '192.0.2.10',
        tftp: { listen: '0.0.0.0:69' },
        ftp: { listen: '0.0.0.0:21' },
        http: { listen: '0.0.0.0:80' },
        sftp: { listen: '0.0.0.0:2222' },
      },
      syslog: { udp: '0.0.0.0:514', tcp: '0.0.0.0:514' },
      snmp: { traps: '0.0.0.0:162' },
      nats: { servers: ['nats://10.0.0.5:4222'], credentials: 'file:./node.creds' },
      secrets: { lab: { username: 'admin', password: 'env:LAB_PASSWORD', enable: 'env:LAB_PASSWORD' } },
      settings: { osPushMethod: 'tftp' },
      groups: [{ match: { 'labels.site': 'austin' }, settings: { rebootTimeout: '10m' } }],
      budgets: { reloadsPerSitePerHour: 3 },
      retention: { events: '14d', consoleLogs: '30d', transcripts: '400d', maxBytes: 5_000_000_000 },
      email: { smtp: 'smtps://mail.example', from: 'portwright@example' },
    };
    const port = {
      ...PORT,
      description: 'branch router',
      power: { type: 'powerman', host: '127.0.0.1:10101', outlet: 'sw0' },
      labels: { site: 'austin', role: 'edge' },
      properties: {},
      settings: { osPushMethod: 'tftp', osPushAlternative: 'xmodem', osPushRetries: 3 },
    };
    const { site, problems } = await load({
      'portwright.json': main,
      'ports.json': [port],
      'node.creds': '-----BEGIN NATS USER JWT-----',
    });
    expect(problems.map(({ severity, pointer }) => `${severity} ${pointer}`)).to.deep.equal([]);
    expect(site?.ports[0]?.power).to.deep.equal({ type: 'powerman', host: '127.0.0.1', port: 10_101, outlet: 'sw0' });
    expect(site?.ports[0]?.settings.rebootTimeoutMs).to.equal(600_000);
  });
});
