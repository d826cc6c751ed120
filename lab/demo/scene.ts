/** The demonstration's folder: a site with one router, a rule, a lab file, an image. Everything is on the loopback. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freeTcpPort, freeUdpPort } from '../free-ports.js';
import { makeImage } from '../image.js';
import type { LabFile } from '../lab-file.js';

export const PORT_NAME = '1/1';
export const DEVICE_NAME = 'r1';
export const CRASH_MESSAGE = '%SYS-3-CPUHOG: Task ran for 2148 msec (9/2), process = IP Input, PC = 8036C1A4';
export const CRASHES = 3;
export const IMAGE_NAME = 'c1700-y-mz.123-1a.bin';

const NODE_NAME = 'demo';
/** The router's own idea of where the node is; the lab's network leads it to the loopback. */
const SERVER_ADDRESS = '10.10.10.254';
const IMAGE_BYTES = 1_200_000;
/** A boot of 40 s takes less than 3. */
const TIME_SCALE = 16;
/** The transfer lasts long enough to be watched, bytes a second. */
const LINK_BYTES_PER_SECOND = 800_000;
/** The seed's router: 14 hours, 22 minutes. */
const UP_FOR = '862m';

export interface Scene {
  readonly site: string;
  readonly labFile: string;
  readonly controlSocket: string;
  readonly image: string;
  readonly imageBytes: number;
  readonly console: string;
  readonly url: string;
  readonly tokenFile: string;
}

/** Writes everything below `folder`. */
export async function writeScene(folder: string): Promise<Scene> {
  const httpPort = await freeTcpPort();
  const tftpPort = await freeUdpPort();
  const site = join(folder, 'site');
  const labFolder = join(folder, 'lab');
  const scene: Scene = {
    site,
    labFile: join(folder, 'lab.json'),
    controlSocket: join(labFolder, 'control.sock'),
    image: join(folder, IMAGE_NAME),
    imageBytes: 0,
    console: join(labFolder, DEVICE_NAME, 'console'),
    url: `http://127.0.0.1:${String(httpPort)}`,
    tokenFile: join(site, 'data', 'token'),
  };
  mkdirSync(join(site, 'rules'), { recursive: true });
  writeJson(scene.labFile, labFile(labFolder, tftpPort));
  writeJson(join(site, 'portwright.json'), nodeFile(httpPort, tftpPort));
  writeJson(join(site, 'ports.json'), portsFile(scene.console));
  writeJson(join(site, 'rules', 'cpu-hog.json'), ruleFile());
  const image = makeImage({ vendor: 'cisco', family: 'c1700', version: '12.3(1a)' }, IMAGE_BYTES);
  writeFileSync(scene.image, image);
  return { ...scene, imageBytes: image.length };
}

function labFile(folder: string, tftpPort: number): LabFile {
  return {
    version: 1,
    folder,
    timeScale: TIME_SCALE,
    agent: 'own',
    network: { bytesPerSecond: LINK_BYTES_PER_SECOND, tftp: { [SERVER_ADDRESS]: `127.0.0.1:${String(tftpPort)}` } },
    devices: [{ name: DEVICE_NAME, device: 'cisco-1760', console: { type: 'pty' }, upFor: UP_FOR }],
  };
}

function nodeFile(httpPort: number, tftpPort: number): unknown {
  return {
    node: NODE_NAME,
    dataDir: './data',
    http: { listen: `127.0.0.1:${String(httpPort)}` },
    servers: { address: SERVER_ADDRESS, tftp: { listen: `127.0.0.1:${String(tftpPort)}` } },
  };
}

/** The management address is what our TFTP server sees the router come from. */
function portsFile(path: string): unknown {
  return [
    {
      port: PORT_NAME,
      driver: 'cisco-ios',
      description: 'branch router of the lab',
      console: { type: 'serial', path, baudRate: 9600 },
      management: { address: '127.0.0.1' },
      labels: { site: 'lab' },
      settings: { osPushMethod: 'tftp', osPushAlternative: 'xmodem' },
    },
  ];
}

function ruleFile(): unknown {
  return {
    version: 1,
    rules: [
      {
        name: 'cpu-hog',
        description: 'Three CPU hogs in ten minutes: put the candidate OS on the router.',
        on: 'console.line',
        ports: { 'labels.site': 'lab' },
        conditions: {
          all: [{ fact: 'event', path: '$.data.line', operator: 'matches', value: '%SYS-3-CPUHOG:' }],
        },
        hold: { times: CRASHES, within: '10m' },
        throttle: { every: '6h', per: 'port' },
        actions: [{ pushOs: { version: 'candidate' } }],
      },
    ],
  };
}

function writeJson(path: string, content: unknown): void {
  writeFileSync(path, `${JSON.stringify(content, undefined, 2)}\n`);
}
