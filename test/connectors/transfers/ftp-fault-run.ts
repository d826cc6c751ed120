/** One transfer between our FTP client and server over a relay that breaks as the numbers say, and what came of it. */
import { FtpClient } from '../../../connectors/transfers/ftp-client.js';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import type { FtpServer } from '../../../connectors/transfers/ftp-server.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { FtpRelay } from './ftp-relay.js';
import type { DataFault } from './ftp-relay.js';
import { MemorySink } from './memory-sink.js';
import { MemorySource } from './memory-source.js';

const HOST = '127.0.0.1';
const KINDS: readonly DataFault['kind'][] = ['none', 'cut', 'reset', 'control', 'stall'];
/** What may go wrong where connections break; anything else is a fault of ours. */
const CLEAN = ['TRANSFER_TRANSPORT', 'TRANSFER_TIMEOUT', 'TRANSFER_INTEGRITY'];

/** `below(n)`: whole numbers from 0 to without n. Returns `done` or the code it failed with; throws where the file is damaged. */
export async function runBroken(server: FtpServer, below: (limit: number) => number): Promise<string> {
  const bytes = seededBytes(below(1000), below(200_000));
  const faults = Array.from({ length: below(6) }, () => ({
    kind: KINDS[below(KINDS.length)] ?? 'none',
    afterBytes: 1 + below(bytes.length + 1000),
    pieceBytes: 1 + below(70_000),
  }));
  const relay = new FtpRelay(
    server.address.port,
    () => faults.shift() ?? { kind: 'none', afterBytes: 0, pieceBytes: 65_536 },
  );
  await relay.start();
  const sink = new MemorySink({ held: bytes.subarray(0, below(2) * below(bytes.length + 1)) });
  const terms = { path: '{random}/a.bin', onProgress: () => undefined };
  const isGet = below(2) === 0;
  const exposure = isGet
    ? server.expose({ source: new MemorySource(bytes), ...terms })
    : server.accept({ sink, ...terms });
  const { path, login } = exposure;
  const remote = { host: HOST, port: relay.port, path, ...(login === undefined ? {} : { credentials: login }) };
  const client = new FtpClient({ clock: new SystemClock(), random: new SeededRandom(1) });
  const options = { stallMs: 300, totalMs: 8000, signal: new AbortController().signal, onProgress: () => undefined };
  const working = isGet ? client.get(remote, sink, options) : client.put(remote, new MemorySource(bytes), options);
  const outcome = await working.then(
    () => 'done',
    (error: unknown) => String((error as { code?: unknown }).code),
  );
  relay.stop();
  exposure.close('the run is over');
  if (outcome === 'done' && !Buffer.from(sink.content).equals(bytes))
    throw new Error('a damaged file was taken for whole');
  if (outcome !== 'done' && !CLEAN.includes(outcome)) throw new Error(`failed with ${outcome}`);
  return outcome;
}
