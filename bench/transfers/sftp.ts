/**
 * SFTP of 256 MiB over loopback: OpenSSH's client against our server and against sshd, and our client beside OpenSSH's, both
 * against sshd. Figures include connecting and the login.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../connectors/clock/system-clock.js';
import { SystemRandom } from '../../connectors/clock/system-random.js';
import { SftpClient } from '../../connectors/transfers/sftp-client.js';
import { SshServer } from '../../connectors/transfers/ssh-server.js';
import type { Log } from '../../core/ports/log.js';
import type { FileRange, FileSink, FileSource, RemoteFile, TransferOptions } from '../../core/ports/transfer.js';
import type { Exposure, TransferServer } from '../../core/ports/transfer-server.js';
import type { BenchCase } from '../bench-case.js';
import { sftp, startOpenSsh } from './open-ssh.js';
import type { OpenSsh } from './open-ssh.js';

const SIZE_BYTES = 256 * 1024 * 1024;
/** As the file store reads. */
const SLICE_BYTES = 256 * 1024;
const GOAL = 0.8;
const silent = (): void => undefined;
const LOG: Log = { debug: silent, info: silent, warn: silent, error: silent };
const OPTIONS: TransferOptions = {
  ...{ stallMs: 60_000, totalMs: 600_000, signal: new AbortController().signal },
  onProgress: silent,
};

class DiskSink implements FileSink {
  readonly maxBytes = Infinity;
  readonly heldBytes = 0;
  readonly #file: FileHandle;
  #bytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#file.write(bytes, 0, bytes.length, this.#bytes);
    this.#bytes += bytes.length;
  }

  async truncate(sizeBytes: number): Promise<void> {
    await this.#file.truncate(sizeBytes);
    this.#bytes = sizeBytes;
  }
}

class Bed {
  readonly folder: string;
  readonly openSsh: OpenSsh;
  readonly ours: TransferServer;

  constructor(folder: string, openSsh: OpenSsh, ours: TransferServer) {
    this.folder = folder;
    this.openSsh = openSsh;
    this.ours = ours;
  }

  static async make(): Promise<Bed> {
    const folder = await mkdtemp(join(tmpdir(), 'portwright-bench-'));
    const image = await open(join(folder, 'image'), 'w');
    for (let at = 0; at < SIZE_BYTES; at += SLICE_BYTES * 16) await image.write(randomBytes(SLICE_BYTES * 16));
    await image.close();
    const parts = { clock: new SystemClock(), random: new SystemRandom(), log: LOG };
    const place = { host: '127.0.0.1', port: 0, dataDir: join(folder, 'data'), legacyAlgorithms: false };
    const ours = new SshServer({ ...place, ...parts }).as('sftp');
    await ours.start();
    return new Bed(folder, await startOpenSsh(folder), ours);
  }

  get source(): FileSource {
    const file = join(this.folder, 'image');
    return {
      ...{ fileName: 'image', sizeBytes: SIZE_BYTES },
      open: ({ offset = 0 }: FileRange = {}) => createReadStream(file, { start: offset, highWaterMark: SLICE_BYTES }),
    };
  }

  get remote(): RemoteFile {
    const credentials = { username: userInfo().username, privateKey: this.openSsh.user.private };
    return { host: '127.0.0.1', port: this.openSsh.port, path: join(this.folder, 'image'), credentials };
  }

  /** MB/s of what brings SIZE_BYTES to `received`. */
  async timed(work: () => Promise<unknown>): Promise<number> {
    const received = join(this.folder, 'received');
    await rm(received, { force: true });
    const began = performance.now();
    await work();
    const seconds = (performance.now() - began) / 1000;
    const { size } = await stat(received);
    if (size !== SIZE_BYTES) throw new Error(`${String(size)} bytes came, expected ${String(SIZE_BYTES)}`);
    return SIZE_BYTES / 1e6 / seconds;
  }

  async withSink<T>(work: (sink: FileSink) => Promise<T>): Promise<T> {
    const file = await open(join(this.folder, 'received'), 'w');
    try {
      return await work(new DiskSink(file));
    } finally {
      await file.close();
    }
  }

  async atOurs(exposure: Exposure, line: string): Promise<void> {
    await sftp(this.folder, exposure.port, exposure.login?.username ?? '', line);
    exposure.close('over');
  }

  async clean(): Promise<void> {
    await this.ours.stop();
    await this.openSsh.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export function sftpCases(): readonly BenchCase[] {
  let made: Bed | undefined;
  const bed = (): Bed => {
    if (made === undefined) throw new Error('not prepared');
    return made;
  };
  const hostKeys = { of: () => Promise.resolve([]), pin: () => Promise.resolve() };
  const client = new SftpClient({ clock: new SystemClock(), hostKeys });
  const atSshd = (line: (folder: string) => string): Promise<number> => {
    const { folder, openSsh } = bed();
    return bed().timed(() => sftp(folder, openSsh.port, userInfo().username, line(folder)));
  };
  const getBySftp = (): Promise<number> => atSshd((folder) => `get ${folder}/image ${folder}/received`);
  const putBySftp = (): Promise<number> => atSshd((folder) => `put ${folder}/image ${folder}/received`);
  const frame = {
    ...{ unit: 'MB/s', betterIs: 'higher' as const, goal: GOAL },
    prepare: async () => {
      made = await Bed.make();
    },
    clean: async () => {
      await made?.clean();
      made = undefined;
    },
  };
  const terms = (): { publicKeys: readonly string[]; onProgress: () => void } => ({
    ...{ publicKeys: [bed().openSsh.user.public], onProgress: silent },
  });
  return [
    {
      ...{ ...frame, name: 'sftp get', peerName: 'sshd', peer: getBySftp },
      ours: () => {
        const exposure = bed().ours.expose({ source: bed().source, ...terms() });
        return bed().timed(() => bed().atOurs(exposure, `get ${exposure.path} ${bed().folder}/received`));
      },
    },
    {
      ...{ ...frame, name: 'sftp put', peerName: 'sshd', peer: putBySftp },
      ours: () =>
        bed().timed(() =>
          bed().withSink(async (sink) => {
            const exposure = bed().ours.accept?.({ sink, ...terms() });
            if (exposure !== undefined) await bed().atOurs(exposure, `put ${bed().folder}/image ${exposure.path}`);
          }),
        ),
    },
    {
      ...{ ...frame, name: 'sftp get as client', peerName: 'OpenSSH sftp', peer: getBySftp },
      ours: () => bed().timed(() => bed().withSink((sink) => client.get(bed().remote, sink, OPTIONS))),
    },
    {
      ...{ ...frame, name: 'sftp put as client', peerName: 'OpenSSH sftp', peer: putBySftp },
      ours: () => {
        const remote = { ...bed().remote, path: join(bed().folder, 'received') };
        return bed().timed(() => client.put(remote, bed().source, OPTIONS));
      },
    },
  ];
}
