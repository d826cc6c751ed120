/** The lab's devices by Telnet: other people's client, and ours. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { SystemClock } from '../../connectors/clock/system-clock.js';
import { TelnetChannel } from '../../connectors/sessions/telnet.js';
import { Heard } from '../connectors/sessions/heard.js';
import { requirePeer } from '../support/peers.js';
import { LabFixture } from './lab-fixture.js';

const LOGIN = { username: 'admin', password: 'lab-pass-7' };
const PYTHON = '/usr/bin/python3';
const NETMIKO = `
import json, sys
from netmiko import ConnectHandler
kind, host, port, user, password = sys.argv[1:6]
device = ConnectHandler(device_type=kind, host=host, port=int(port), username=user, password=password)
print(json.dumps({'prompt': device.find_prompt(), 'version': device.send_command('show version')}))
device.disconnect()
`;

const run = promisify(execFile);

describe('lab device over Telnet', function () {
  this.timeout(60_000);
  let lab: LabFixture;

  async function start(device: string): Promise<void> {
    lab = await new LabFixture({ device: { device, login: LOGIN, telnet: {} } }).start();
  }

  afterEach(() => lab.stop());

  for (const [device, kind, prompt] of [
    ['cisco-1760', 'cisco_ios_telnet', /^Router#$/],
    ['extreme-x460g2', 'extreme_exos_telnet', /^X460G2-24t\.\d+ #$/],
  ] as const) {
    it(`is read by netmiko: ${kind}`, async function () {
      requirePeer.call(this, PYTHON, '/usr/lib/python3/dist-packages/netmiko');
      await start(device);
      const { host, port } = lab.telnet;
      const { stdout } = await run(PYTHON, ['-c', NETMIKO, kind, host, port, LOGIN.username, LOGIN.password]);
      const told = JSON.parse(stdout) as Readonly<Record<string, string>>;
      expect(told['prompt']).to.match(prompt);
      expect(told['version']).to.match(/12\.3\(9\)|ExtremeXOS version 15\.4\.1\.3/);
    });
  }

  it('asks our own session for its login, turns a wrong password away, and hangs up when it is left', async () => {
    await start('extreme-x460g2');
    const { host, port } = lab.telnet;
    const heard = new Heard();
    const channel = new TelnetChannel({ host, port: Number(port), clock: new SystemClock() });
    await channel.open(heard);
    const say = (text: string): Promise<void> => channel.write(new TextEncoder().encode(`${text}\r`));
    await heard.until((text) => text.endsWith('login: '));
    await say('admin');
    await heard.until((text) => text.endsWith('password: '));
    await say('wrong');
    await heard.until((text) => text.includes('Login incorrect'));
    await heard.closed;
    const again = new Heard();
    const second = new TelnetChannel({ host, port: Number(port), clock: new SystemClock() });
    await second.open(again);
    const tell = (text: string): Promise<void> => second.write(new TextEncoder().encode(`${text}\r`));
    await again.until((text) => text.endsWith('login: '));
    await tell('admin');
    await again.until((text) => text.endsWith('password: '));
    await tell(LOGIN.password);
    await again.until((text) => /X460G2-24t\.\d+ # $/.test(text));
    await tell('exit');
    await again.closed;
  });
});
