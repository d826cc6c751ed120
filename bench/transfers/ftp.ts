/** FTP: our server beside vsftpd, with curl as the client of both. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '../../connectors/clock/system-clock.js';
import { SystemRandom } from '../../connectors/clock/system-random.js';
import { FtpServer } from '../../connectors/transfers/ftp-server.js';
import type { Log } from '../../core/ports/log.js';
import { Vsftpd } from '../../test/connectors/transfers/vsftpd.js';
import type { BenchCase } from '../bench-case.js';

const GIB = 1024 ** 3;
const MB = 1_000_000;
const HOST = '127.0.0.1';
/** As the store reads its files. */
const READ_BYTES = 256 * 1024;
const nothing = (): void => undefined;
const quiet: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const run = promisify(execFile);

/** One file of a GiB behind both servers. */
class FtpBed {
  #folder = '';
  #server: FtpServer | undefined;
  #vsftpd: Vsftpd | undefined;
  ourUrl = '';
  peerUrl = '';

  async start(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'portwright-bench-ftp-'));
    this.#vsftpd = new Vsftpd(this.#folder);
    await this.#vsftpd.start();
    const path = join(this.#folder, 'ftp/out.bin');
    await mkdir(join(this.#folder, 'ftp'), { recursive: true });
    const file = await open(path, 'w');
    for (let at = 0; at < GIB; at += MB) await file.write(Buffer.alloc(Math.min(MB, GIB - at), 'portwright'));
    await file.close();
    const parts = { clock: new SystemClock(), random: new SystemRandom(), log: quiet };
    this.#server = new FtpServer({ host: HOST, port: 0, ...parts });
    await this.#server.start();
    const {
      port,
      path: name,
      login,
    } = this.#server.expose({
      source: {
        ...{ fileName: 'out.bin', sizeBytes: GIB },
        open: ({ offset = 0 } = {}) => createReadStream(path, { start: offset, highWaterMark: READ_BYTES }),
      },
      onProgress: nothing,
    });
    this.ourUrl = `ftp://${login?.username ?? ''}:${login?.password ?? ''}@${HOST}:${port}/${name}`;
    this.peerUrl = `ftp://${HOST}:${this.#vsftpd.port}/out.bin`;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    await this.#vsftpd?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** MB/s as curl counts them. */
  async speed(url: string): Promise<number> {
    const { stdout } = await run('curl', ['-sS', '-o', '/dev/null', '-w', '%{speed_download} %{size_download}', url]);
    const [speed, size] = stdout.split(' ').map(Number);
    if (size !== GIB) throw new Error(`curl got ${String(size)} bytes`);
    return (speed ?? 0) / MB;
  }
}

export function ftpCases(): readonly BenchCase[] {
  const bed = new FtpBed();
  return [
    {
      ...{ name: 'ftp get', unit: 'MB/s', betterIs: 'higher', goal: 0.5, peerName: 'vsftpd' },
      prepare: () => bed.start(),
      ours: () => bed.speed(bed.ourUrl),
      peer: () => bed.speed(bed.peerUrl),
      clean: () => bed.stop(),
    },
  ];
}
