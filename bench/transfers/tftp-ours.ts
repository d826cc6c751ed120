/** Our TFTP server alone in a process, with one file: `tftp-ours.js FILE [native]`. Prints `PORT PATH` when it listens. */
import { createReadStream, statSync } from 'node:fs';
import { SystemClock } from '../../connectors/clock/system-clock.js';
import { SystemRandom } from '../../connectors/clock/system-random.js';
import { fastestUdpSocket } from '../../connectors/transfers/native-udp-socket.js';
import { TftpServer } from '../../connectors/transfers/tftp-server.js';
import type { Log } from '../../core/ports/log.js';
import type { FileRange, FileSource } from '../../core/ports/transfer.js';

const nothing = (): void => undefined;
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const [, , path = '', sender] = process.argv;

const source: FileSource = {
  fileName: 'image.bin',
  sizeBytes: statSync(path).size,
  open: ({ offset = 0, endOffset = Infinity }: FileRange = {}) =>
    createReadStream(path, { start: offset, end: endOffset - 1 }),
};
const server = new TftpServer({
  ...{ host: '127.0.0.1', port: 0, clock: new SystemClock(), random: new SystemRandom(), log },
  ...(sender === 'native' ? { makeSocket: fastestUdpSocket() } : {}),
});
await server.start();
const exposure = server.expose({ source, path: 'image.bin', onProgress: nothing });
process.stdout.write(`${exposure.port} ${exposure.path}\n`);
