/** One transfer by HTTP(S) over a relay that harms connections: how it must end, whatever happens. */
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { HttpClient } from '../../../connectors/transfers/http-client.js';
import { HttpServer } from '../../../connectors/transfers/http-server.js';
import { codeOf } from '../../../core/errors/index.js';
import type { TransferOptions } from '../../../core/ports/transfer.js';
import type { Exposure } from '../../../core/ports/transfer-server.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { silentLog } from '../../support/silent-log.js';
import type { TestCertificate } from '../../support/certificate.js';
import { ContractFile } from './contract/contract-file.js';
import { FaultyRelay } from './faulty-relay.js';
import { MemorySink } from './memory-sink.js';

/** Real time: a stall is awaited, and must be over quickly. */
const STALL_MS = 150;
const CLEAN = /^TRANSFER_(?:TRANSPORT|TIMEOUT|INTEGRITY|REFUSED|REMOTE_FILE)$/;

export interface FaultCase {
  readonly direction: 'get' | 'put';
  readonly tls?: TestCertificate;
  readonly content: Uint8Array;
  readonly random: (limit: number) => number;
}

/** `exact`, or the code of the clean failure. Throws where the result is neither. */
export async function runFaultCase({ direction, tls, content, random }: FaultCase): Promise<string> {
  const clock = new SystemClock();
  const server = new HttpServer({
    ...{ host: '127.0.0.1', port: 0, clock, random: new SeededRandom(random(1e9)), log: silentLog },
    ...{ limits: { stallMs: STALL_MS }, ...(tls === undefined ? {} : { tls }) },
  });
  await server.start();
  // Damage is for who can notice: plain HTTP has no checksum of its own, and its user compares the hash.
  const chances = { cut: 2, end: 3, stall: 6, damage: tls === undefined ? 0 : 3 };
  const relay = new FaultyRelay(server.address.port, { random, ...chances, withinBytes: content.length + 2000 });
  const port = await relay.start();
  const sink = new MemorySink();
  const file = new ContractFile(content);
  const onProgress = (): void => undefined;
  const exposure: Exposure =
    direction === 'get' ? server.expose({ source: file, onProgress }) : server.accept({ sink, onProgress });
  const client = new HttpClient({
    ...{ method: tls === undefined ? ('http' as const) : ('https' as const), clock },
    ...(tls === undefined ? {} : { authorities: tls.certificate }),
  });
  const remote = { host: '127.0.0.1', port, path: exposure.path };
  const options: TransferOptions = {
    ...{ stallMs: STALL_MS, totalMs: 10_000, signal: new AbortController().signal, onProgress },
  };
  try {
    const work = direction === 'get' ? client.get(remote, sink, options) : client.put(remote, file, options);
    const code = await work.then(({ sha256 }) => (sha256 === file.sha256 ? 'exact' : 'another hash'), codeOf);
    if (code === 'exact' && Buffer.compare(sink.content, content) !== 0) throw new Error('silent damage');
    if (code !== 'exact' && !CLEAN.test(code)) throw new Error(`neither exact nor a clean failure: ${code}`);
    await server.stop();
    // What the server takes for whole is whole, whatever the client thinks of it.
    const whole = exposure.fetches.some(({ complete, sha256 }) => complete && sha256 !== undefined);
    if (whole && Buffer.compare(sink.content, content) !== 0) throw new Error('the server believes a broken file');
    return code;
  } finally {
    await relay.stop();
    await server.stop();
  }
}
