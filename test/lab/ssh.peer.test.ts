import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requirePeer } from '../support/peers.js';
import { LabFixture } from './lab-fixture.js';

const LOGIN = { username: 'admin', password: 'lab-pass-7' };
/** Where Debian's python3-netmiko is; another Python of the machine does not have it. */
const PYTHON = '/usr/bin/python3';
const NETMIKO = `
import json, sys
from netmiko import ConnectHandler
host, port, user, password = sys.argv[1:5]
device = ConnectHandler(device_type='cisco_ios', host=host, port=int(port), username=user, password=password)
print(json.dumps({'prompt': device.find_prompt(), 'version': device.send_command('show version'),
  'config': device.send_config_set(['no logging console']), 'left': device.send_command('show running-config')}))
device.disconnect()
`;

const NETMIKO_EXOS = `
import json, sys
from netmiko import ConnectHandler
host, port, user, password = sys.argv[1:5]
device = ConnectHandler(device_type='extreme_exos', host=host, port=int(port), username=user, password=password)
print(json.dumps({'prompt': device.find_prompt(), 'switch': device.send_command('show switch'),
  'version': device.send_command('show version')}))
device.disconnect()
`;

const NETMIKO_XE = `
import json, sys
from netmiko import ConnectHandler
host, port, user, password = sys.argv[1:5]
device = ConnectHandler(device_type='cisco_xe', host=host, port=int(port), username=user, password=password)
print(json.dumps({'prompt': device.find_prompt(), 'version': device.send_command('show version'),
  'boot': device.send_command('show boot')}))
device.disconnect()
`;

const run = promisify(execFile);

describe('lab device over SSH', function () {
  this.timeout(60_000);
  let lab: LabFixture;

  /** `ssh admin@device COMMAND`, with the password from a program as for someone without a terminal. */
  async function ssh(
    password: string,
    command: readonly string[],
    typed = '',
  ): Promise<{ stdout: string; code: number }> {
    const askPass = join(lab.folder, 'askpass');
    writeFileSync(askPass, `#!/bin/sh\necho '${password}'\n`, { mode: 0o700 });
    const { host, port } = lab.ssh;
    const options = ['StrictHostKeyChecking=no', 'NumberOfPasswordPrompts=1', `UserKnownHostsFile=${lab.folder}/known`];
    const args = [
      ...options.flatMap((option) => ['-o', option]),
      '-p',
      port,
      '-tt',
      `${LOGIN.username}@${host}`,
      ...command,
    ];
    const env = { ...process.env, SSH_ASKPASS: askPass, SSH_ASKPASS_REQUIRE: 'force' };
    try {
      const running = run('ssh', args, { env });
      running.child.stdin?.end(typed);
      return { stdout: (await running).stdout, code: 0 };
    } catch (error) {
      const { stdout, code } = error as { stdout: string; code: number };
      return { stdout, code };
    }
  }

  async function netmiko(program: string): Promise<Readonly<Record<string, string>>> {
    const { host, port } = lab.ssh;
    const { stdout } = await run(PYTHON, ['-c', program, host, port, LOGIN.username, LOGIN.password]);
    return JSON.parse(stdout) as Record<string, string>;
  }

  async function start(device: string): Promise<void> {
    lab = await new LabFixture({ device: { device, login: LOGIN, ssh: {} } }).start();
  }

  afterEach(() => lab.stop());

  it('answers a command of OpenSSH, and turns a wrong password away', async function () {
    requirePeer.call(this, 'ssh');
    await start('cisco-1760');
    const { stdout, code } = await ssh(LOGIN.password, ['show version']);
    expect(stdout).to.include('Version 12.3(9), RELEASE SOFTWARE (fc2)');
    expect(stdout).to.include('Processor board ID FOC08060NSX');
    expect(code).to.equal(0);
    expect(await ssh('wrong', ['show version'])).to.deep.equal({ stdout: '', code: 255 });
  });

  it('is read and configured by netmiko, while the console stays another session', async function () {
    requirePeer.call(this, PYTHON, '/usr/lib/python3/dist-packages/netmiko');
    await start('cisco-1760');
    const told = await netmiko(NETMIKO);
    expect(told['prompt']).to.equal('Router#');
    expect(told['version']).to.include('System image file is "flash:/c1700-y-mz.123-9.bin"');
    expect(told['config']).to.include('Router(config)#');
    expect(told['left']).to.include('no logging console');
    await lab.console.say('', 'Username: ');
  });

  it('is a switch with ExtremeXOS to netmiko', async function () {
    requirePeer.call(this, PYTHON, '/usr/lib/python3/dist-packages/netmiko');
    await start('extreme-x460g2-stack');
    const told = await netmiko(NETMIKO_EXOS);
    expect(told['prompt']).to.match(/^Slot-1 X460G2-24t\.\d+ #$/);
    expect(told['switch']).to.match(/^Image Booted:\s+primary\s+primary/m);
    expect(told['version']).to.include('Image   : ExtremeXOS version 15.4.1.3 v1541b3-patch1-12');
  });

  it('is an IOS-XE switch to netmiko', async function () {
    requirePeer.call(this, PYTHON, '/usr/lib/python3/dist-packages/netmiko');
    await start('cisco-9300');
    const told = await netmiko(NETMIKO_XE);
    expect(told['prompt']).to.match(/^\w[\w-]*#$/);
    expect(told['version']).to.match(/IOS XE Software, Version \d/i);
    expect(told['boot']).to.include('packages.conf');
  });

  it('reloads by a command over SSH: the session ends, the console sees the boot, and SSH is away until it is up', async function () {
    requirePeer.call(this, 'ssh');
    await start('cisco-1760');
    const ended = ssh(LOGIN.password, [], 'reload\r\r');
    await lab.console.expect('Press RETURN to get started!');
    await ended;
    expect(lab.counts).to.include({ boots: 1, reloadCommands: 1, runningFileWrites: 0, typedWhileBooting: 0 });
    expect((await ssh(LOGIN.password, ['show version'])).stdout).to.include('uptime is 0 minutes');
    await lab.device.powerOff();
    expect((await ssh(LOGIN.password, ['show version'])).code).to.equal(255);
  });
});
