/** FTP transfers over connections that break: every case is one seed (sizes, faults, direction, what was held before). */
import { SystemClock } from '../../connectors/clock/system-clock.js';
import { FtpServer } from '../../connectors/transfers/ftp-server.js';
import { runBroken } from '../connectors/transfers/ftp-fault-run.js';
import { SeededRandom } from '../support/seeded-random.js';
import { silentLog } from '../support/silent-log.js';

const POSSIBLE = 100_000;

async function run(seed: number): Promise<void> {
  const random = new SeededRandom(seed);
  const server = new FtpServer({ host: '127.0.0.1', port: 0, clock: new SystemClock(), random, log: silentLog });
  await server.start();
  try {
    await runBroken(server, (limit) => (limit === 0 ? 0 : random.below(limit)));
  } finally {
    await server.stop();
  }
}

function* cases(seed: number): Generator<{ readonly id: string; run(): Promise<void> }> {
  for (let i = 0; i < POSSIBLE; i += 1) yield { id: String(seed + i), run: () => run(seed + i) };
}

export const suite = { name: 'ftp-faults', possible: POSSIBLE, cases };
