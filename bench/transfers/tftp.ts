/** TFTP: our server beside tftpd-hpa, atftpd and dnsmasq; atftp is the client of all. */
import { loadNativeBlocks } from '../../connectors/transfers/native-udp-socket.js';
import type { BenchCase } from '../bench-case.js';
import { fetchOnce } from './tftp-clients.js';
import type { Asked } from './tftp-clients.js';
import { TftpBed } from './tftp-bed.js';
import { crowdCases } from './tftp-crowd-cases.js';
import { memoryCases } from './tftp-memory.js';
import { optionCases } from './tftp-options.js';
import type { ServerName } from './tftp-servers.js';

const MB = 1e6;

interface Row extends Asked {
  /** Ours with the native sender; left out where it is not built. */
  readonly native?: boolean;
  readonly name: string;
  readonly peer: ServerName;
  readonly sizeBytes: number;
  readonly goal: number;
}

/** One client, one file. */
const ROWS: readonly Row[] = [
  { name: 'tftp 1428 w16', peer: 'atftpd', blockBytes: 1428, windowBlocks: 16, sizeBytes: 64 * MB, goal: 0.8 },
  {
    name: 'tftp 1428 w16, tftpd-hpa without windows',
    ...{ peer: 'tftpd-hpa', blockBytes: 1428, windowBlocks: 16, sizeBytes: 64 * MB, goal: 1.4 },
  },
  { name: 'tftp 512 w1', peer: 'tftpd-hpa', blockBytes: 512, windowBlocks: 1, sizeBytes: 16 * MB, goal: 0.6 },
  { name: 'tftp 1428 w1', peer: 'tftpd-hpa', blockBytes: 1428, windowBlocks: 1, sizeBytes: 32 * MB, goal: 0.6 },
  {
    name: 'tftp 1428 w16, native sender',
    ...{ native: true, peer: 'atftpd', blockBytes: 1428, windowBlocks: 16, sizeBytes: 64 * MB, goal: 1.5 },
  },
  {
    name: 'tftp 512 w1, native sender',
    ...{ native: true, peer: 'tftpd-hpa', blockBytes: 512, windowBlocks: 1, sizeBytes: 16 * MB, goal: 1 },
  },
  {
    name: 'tftp 1428 w1, native sender',
    ...{ native: true, peer: 'tftpd-hpa', blockBytes: 1428, windowBlocks: 1, sizeBytes: 32 * MB, goal: 1 },
  },
];

function oneClient({ name, peer, sizeBytes, goal, native = false, ...asked }: Row): BenchCase {
  const bed = new TftpBed();
  const own = native ? 'native' : 'ours';
  const rate = async (server: ServerName): Promise<number> =>
    sizeBytes / MB / (await fetchOnce(bed.server(server), asked));
  return {
    ...{ name, goal, unit: 'MB/s', betterIs: 'higher', peerName: peer },
    prepare: () => bed.open(sizeBytes, [own, peer]),
    clean: () => bed.close(),
    ours: () => rate(own),
    peer: () => rate(peer),
  };
}

export function tftpCases(): readonly BenchCase[] {
  const there = loadNativeBlocks() !== undefined;
  const rows = ROWS.filter(({ native = false }) => there || !native);
  return [...rows.map((row) => oneClient(row)), ...crowdCases(), ...optionCases(), ...memoryCases()];
}
