/** `portwright new SITE`: a first site with one port that `check` passes, explained where a person looks. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../core/errors/index.js';

const MAIN = {
  version: 1,
  $comment: [
    'This node. Every key but "node" has a default; README.md in this folder names the others.',
    'servers.address is the address under which the devices reach this node: change it to yours.',
    'Secrets are references: "env:NAME" or "file:PATH", never the value itself.',
  ],
  node: 'node-1',
  dataDir: './data',
  http: { listen: '127.0.0.1:7373' },
  servers: { address: '127.0.0.1', tftp: { listen: '127.0.0.1:6969' } },
  secrets: { lab: { username: 'admin', password: 'file:secrets/lab-password' } },
  settings: { osPushMethod: 'tftp', osPushAlternative: 'xmodem', osPushRetries: 3 },
};

const PORTS = {
  version: 1,
  $comment: 'One entry for each device. The console may also be { "type": "tcp", "host": "192.0.2.20", "port": 2001 }.',
  ports: [
    {
      port: '1/1',
      driver: 'cisco-ios',
      description: 'first router',
      console: { type: 'serial', path: '/dev/ttyUSB0', baudRate: 9600 },
      management: { address: '192.0.2.11' },
      credentials: 'lab',
      labels: { site: 'here' },
    },
  ],
};

const RULES = [
  {
    name: 'crash-message',
    description:
      'Tells when a router says that it restarted. Replace the alarm by { "pushOs": { "version": "candidate" } } to act.',
    on: 'console.line',
    ports: { make: 'cisco' },
    conditions: { all: [{ fact: 'event', path: '$.data.line', operator: 'matches', value: '%SYS-5-RESTART' }] },
    hold: { times: 3, within: '30m' },
    throttle: { every: '6h', per: 'port' },
    actions: [{ alarm: { message: '{{port}} keeps restarting' } }],
  },
];

const README = `# A Portwright site

| file | what it holds |
|---|---|
| portwright.json | this node: where it listens, its servers, secrets by reference, settings for all ports |
| ports.json | the ports: one device, its console, its management address |
| rules/*.json | what events start |
| schedules/*.json | what the clock starts |
| windows/*.json | when rules may write to devices, and when not |
| policies/*.json | which OS version devices should run |
| monitors/*.json | what is read from devices at an interval |
| conditions/*.json | conditions with a name, for several rules |
| secrets/ | one value a file; keep it out of version control |

1. Put the password of the device into secrets/lab-password (mode 0600).
2. Set the path of the console and the management address in ports.json, and servers.address in portwright.json.
3. \`portwright check .\` names everything that is wrong; \`portwright serve .\` runs the node.
4. \`portwright copy ./IMAGE 1/1 os candidate\`, then \`portwright push os 1/1 candidate\`.

The JSON Schemas of all files are in the folder schemas/ of the program, for editors.
Durations are texts such as "90s", "10m", "4h", "14d". Settings may stand for the site, for a group, or at a port;
the nearest wins. Ports under 1024, such as TFTP's 69, need the right to bind them:
\`AmbientCapabilities=CAP_NET_BIND_SERVICE\` in a systemd unit.
`;

const SECRET = 'change-me\n';

/** Writes the files. Errors: SITE_EXISTS where the folder is not empty. */
export async function newSite(folder: string): Promise<readonly string[]> {
  const there = await readdir(folder).catch(() => []);
  if (there.length > 0) throw fail('SITE_EXISTS', { folder });
  const files: readonly (readonly [name: string, text: string, mode: number])[] = [
    ['portwright.json', jsonText(MAIN), 0o644],
    ['ports.json', jsonText(PORTS), 0o644],
    ['rules/crash-message.json', jsonText(RULES), 0o644],
    ['secrets/lab-password', SECRET, 0o600],
    ['README.md', README, 0o644],
    ['.gitignore', 'data/\nsecrets/\n', 0o644],
  ];
  for (const name of ['', 'rules', 'schedules']) await mkdir(join(folder, name), { recursive: true });
  await mkdir(join(folder, 'secrets'), { recursive: true, mode: 0o700 });
  for (const [name, text, mode] of files) await writeFile(join(folder, name), text, { mode });
  return files.map(([name]) => name);
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
