/** The programs that network teams read facts with today, from Debian: netmiko in threads, Ansible with forks. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** How many devices told the version they have, and what a user waited for it. */
export interface FleetRead {
  readonly right: number;
  readonly seconds: number;
}

export type ReadFleet = (port: number, count: number) => Promise<FleetRead>;

const run = promisify(execFile);
/** Where Debian's python3-netmiko is; another Python of the machine does not have it. */
const PYTHON = '/usr/bin/python3';
/** The very commands that our driver sends, one thread a device. */
const NETMIKO = `
import json, sys, threading, time
from netmiko import ConnectHandler
port, count = int(sys.argv[1]), int(sys.argv[2])
right = []
def read():
    device = ConnectHandler(device_type='cisco_ios', host='127.0.0.1', port=port, username='ops', password='none')
    version, files = device.send_command('show version'), device.send_command('dir flash:')
    if 'Version 15.1(4)M' in version and 'bytes free' in files:
        right.append(1)
    device.disconnect()
began = time.time()
threads = [threading.Thread(target=read) for _ in range(count)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(json.dumps({'right': len(right), 'seconds': time.time() - began}))
`;
const PLAYBOOK = `
- hosts: all
  gather_facts: false
  tasks:
    - cisco.ios.ios_facts: { gather_subset: [min] }
`;

export const netmiko: ReadFleet = async (port, count) => {
  const { stdout } = await run(PYTHON, ['-c', NETMIKO, String(port), String(count)]);
  return JSON.parse(stdout) as FleetRead;
};

/** A fork a device, at most 50. */
export const ansible: ReadFleet = async (port, count) => {
  const folder = await mkdtemp(join(tmpdir(), 'portwright-bench-'));
  const hosts = Array.from({ length: count }, (_, i) => `device-${String(i)}`);
  const variables = {
    ...{ ansible_host: '127.0.0.1', ansible_port: port, ansible_user: 'ops', ansible_password: 'none' },
    ...{ ansible_connection: 'ansible.netcommon.network_cli', ansible_network_os: 'cisco.ios.ios' },
  };
  const rows = Object.entries(variables).map(([name, value]) => `${name}=${String(value)}`);
  await writeFile(join(folder, 'hosts.ini'), [...hosts, '[all:vars]', ...rows, ''].join('\n'));
  await writeFile(join(folder, 'play.yml'), PLAYBOOK);
  const env = { ...process.env, HOME: folder, ANSIBLE_HOST_KEY_CHECKING: 'False', ANSIBLE_STDOUT_CALLBACK: 'json' };
  const args = ['-f', '50', '-i', join(folder, 'hosts.ini'), join(folder, 'play.yml')];
  const began = performance.now();
  const { stdout } = await run('ansible-playbook', args, { env, maxBuffer: 2 ** 26 });
  const seconds = (performance.now() - began) / 1_000;
  await rm(folder, { recursive: true });
  return { right: stdout.split('"ansible_net_version": "15.1(4)M"').length - 1, seconds };
};
