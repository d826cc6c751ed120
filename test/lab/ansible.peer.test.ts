import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Lab } from '../../lab/lab.js';
import { requirePeer } from '../support/peers.js';

const LOGIN = { username: 'admin', password: 'lab-pass-7' };
const DEVICES = ['cisco-1760', 'cisco-2951', 'cisco-2960', 'cisco-9300', 'extreme-x460g2', 'extreme-x460g2-stack'];
const PLAYBOOK = `
- hosts: ios
  gather_facts: false
  tasks:
    - cisco.ios.ios_facts: { gather_subset: [min, hardware, config] }
- hosts: exos
  gather_facts: false
  tasks:
    - community.network.exos_facts: { gather_subset: ['!all'] }
    - community.network.exos_command: { commands: [show switch] }
`;

interface Result {
  readonly ansible_facts?: Readonly<Record<string, unknown>>;
  readonly stdout?: readonly string[];
}
interface Report {
  readonly plays: readonly {
    readonly tasks: readonly { readonly hosts: Readonly<Record<string, Result>> }[];
  }[];
}

/** One inventory for all of the lab; the network modules of Debian's own package. */
function inventory(lab: Lab): string {
  const group = (name: string, os: string): string[] => [
    `[${name}]`,
    ...lab
      .list()
      .filter(({ device }) => device.startsWith(name === 'ios' ? 'cisco' : 'extreme'))
      .map(({ name: host, ssh = '' }) => `${host} ansible_port=${ssh.split(':')[1] ?? ''}`),
    `[${name}:vars]`,
    `ansible_network_os=${os}`,
  ];
  const all = [
    'ansible_host=127.0.0.1',
    'ansible_connection=ansible.netcommon.network_cli',
    `ansible_user=${LOGIN.username}`,
    `ansible_password=${LOGIN.password}`,
  ];
  const groups = [...group('ios', 'cisco.ios.ios'), ...group('exos', 'community.network.exos')];
  return [...groups, '[all:vars]', ...all, ''].join('\n');
}

describe('lab devices and Ansible', function () {
  this.timeout(120_000);
  let folder: string;
  let lab: Lab;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'portwright-ansible-'));
    const row = (device: string) => ({
      ...{ name: device, device, login: LOGIN, upFor: '862m' },
      ...{ console: { type: 'tcp' as const }, ssh: {} },
    });
    lab = new Lab({ folder: join(folder, 'lab'), devices: DEVICES.map(row) });
    await lab.start();
  });

  afterEach(async () => {
    await lab.stop();
    rmSync(folder, { recursive: true });
  });

  it('reads the facts of every device with its own modules', async function () {
    requirePeer.call(this, 'ansible-playbook');
    writeFileSync(join(folder, 'hosts.ini'), inventory(lab));
    writeFileSync(join(folder, 'play.yml'), PLAYBOOK);
    const env = {
      ...process.env,
      ...{ HOME: folder, ANSIBLE_HOST_KEY_CHECKING: 'False', ANSIBLE_STDOUT_CALLBACK: 'json' },
    };
    const args = ['-f', '6', '-i', join(folder, 'hosts.ini'), join(folder, 'play.yml')];
    const { stdout } = await promisify(execFile)('ansible-playbook', args, { env, maxBuffer: 2 ** 24 });
    const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Report;
    const [ios, exos] = report.plays.map(({ tasks }) => tasks.map(({ hosts }) => hosts));
    const told = (host: string, ...keys: string[]): unknown[] => {
      const facts = (ios?.[0]?.[host] ?? exos?.[0]?.[host])?.ansible_facts ?? {};
      return keys.map((key) => facts[`ansible_net_${key}`] ?? facts[`net_${key}`]);
    };
    const iosFacts = ['version', 'serialnum', 'image', 'hostname'];
    expect(told('cisco-1760', ...iosFacts)).to.deep.equal([
      '12.3(9)',
      'FOC08060NSX',
      'flash:/c1700-y-mz.123-9.bin',
      'Router',
    ]);
    expect(told('cisco-2951', 'version', 'serialnum')).to.deep.equal(['15.1(4)M', 'FTX1419AKZR']);
    expect(told('cisco-2960', 'version', 'serialnum', 'model')).to.deep.equal([
      '15.0(2)SE2',
      'FOC1110X5MH',
      'WS-C2960-24TT-L',
    ]);
    expect(told('cisco-9300', ...iosFacts)).to.deep.equal(['16.12.1', 'FCW2210L0AB', 'flash:packages.conf', 'Switch']);
    const exosFacts = ['version', 'serialnum', 'hostname'];
    expect(told('extreme-x460g2', ...exosFacts)).to.deep.equal(['15.4.1.3', '1410N-40123', 'X460G2-24t']);
    expect(told('extreme-x460g2-stack', 'version', 'hostname')).to.deep.equal(['15.4.1.3', 'X460G2-24t']);
    expect(exos?.[1]?.['extreme-x460g2']?.stdout?.[0]).to.match(/^Image Booted:\s+primary/m);
  });
});
