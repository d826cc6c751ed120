/** Legacy SCP with us as the client: `scp -f` and `scp -t` at the far end. */
import { basename } from 'node:path/posix';
import type { ClientChannel } from 'ssh2';
import { fail } from '../../core/errors/index.js';
import type { PortwrightError } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { HostKeys } from '../../core/ports/host-keys.js';
import type {
  FileSink,
  FileSource,
  MovedFile,
  RemoteFile,
  TransferClient,
  TransferOptions,
} from '../../core/ports/transfer.js';
import { watched } from '../../core/transfer-watch.js';
import type { TransferWatch } from '../../core/transfer-watch.js';
import { ScpReceiver } from '../../protocols/scp/receiver.js';
import type { ScpReceiverOutput } from '../../protocols/scp/receiver.js';
import { ScpSender } from '../../protocols/scp/sender.js';
import type { ScpSenderOutput } from '../../protocols/scp/sender.js';
import { ChannelLink } from './channel-link.js';
import { ReceivedFile } from './received-file.js';
import { SentFile } from './sent-file.js';
import { dialSsh } from './ssh-dial.js';

const METHOD = 'scp';
/** Received and not stored yet: above it nothing more is read. */
const MOST_WAITING_BYTES = 1024 * 1024;
/** Of what the far end's shell complains about, characters. */
const MOST_COMPLAINT = 300;

/**
 * The protocol has texts and no codes, so the words of its programs are all there is: OpenSSH's (strerror), Cisco's.
 * The first row that fits decides; anything else is a refusal.
 */
const PHRASES: readonly (readonly [pattern: RegExp, code: 'TRANSFER_REMOTE_FILE' | 'TRANSFER_SPACE'])[] = [
  [/no such file|not found|does not exist/i, 'TRANSFER_REMOTE_FILE'],
  [/no space|not enough space|quota exceeded|file too large/i, 'TRANSFER_SPACE'],
];

export class ScpClient implements TransferClient {
  readonly #deps: { readonly clock: Clock; readonly hostKeys: HostKeys };

  constructor(deps: { readonly clock: Clock; readonly hostKeys: HostKeys }) {
    this.#deps = deps;
  }

  /** SCP cannot resume: what the sink holds is given up. */
  get(remote: RemoteFile, sink: FileSink, options: TransferOptions): Promise<MovedFile> {
    const command = `scp -f ${quoted(remote.path)}`;
    return this.#watched(remote, options, command, (watch, link, complaint) =>
      new ReceiveRun({ remote, watch, link, complaint }, sink).run(),
    );
  }

  put(remote: RemoteFile, source: FileSource, options: TransferOptions): Promise<MovedFile> {
    const command = `scp -t ${quoted(remote.path)}`;
    return this.#watched(remote, options, command, (watch, link, complaint) =>
      new SendRun({ remote, watch, link, complaint }, source).run(),
    );
  }

  #watched(
    remote: RemoteFile,
    options: TransferOptions,
    command: string,
    work: (watch: TransferWatch, link: ChannelLink, complaint: () => string) => Promise<MovedFile>,
  ): Promise<MovedFile> {
    const { clock, hostKeys } = this.#deps;
    return watched({ method: METHOD, clock, options }, async (watch) => {
      const dialled = await dialSsh({ remote, hostKeys, watch });
      try {
        const channel = await dialled.open(METHOD, { command });
        return await work(watch, new ChannelLink(channel, dialled.socket), complaintOf(channel));
      } finally {
        dialled.close();
      }
    });
  }
}

/** A shell at the far end would cut a name at blanks; a device without one would take the quotes for part of it. */
function quoted(path: string): string {
  const safe = path.startsWith('-') ? `./${path}` : path;
  return /^[\w./:@%+=,~-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", String.raw`'\''`)}'`;
}

/** What the far end's shell says beside the protocol: `scp: command not found`. */
function complaintOf(channel: ClientChannel): () => string {
  let text = '';
  channel.stderr.on('data', (bytes: Buffer) => {
    if (text.length < MOST_COMPLAINT) text += bytes.toString('utf8');
  });
  return () => text.trim().slice(0, MOST_COMPLAINT);
}

interface RunDeps {
  readonly remote: RemoteFile;
  readonly watch: TransferWatch;
  readonly link: ChannelLink;
  readonly complaint: () => string;
}

class ReceiveRun {
  readonly #deps: RunDeps;
  readonly #file: ReceivedFile;
  readonly #engine = new ScpReceiver();
  #sizeBytes = 0;
  #waitingBytes = 0;
  #work: Promise<void> = Promise.resolve();
  #resolve: (moved: MovedFile) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(deps: RunDeps, sink: FileSink) {
    this.#deps = deps;
    this.#file = new ReceivedFile(sink, deps.watch);
  }

  run(): Promise<MovedFile> {
    const { link } = this.#deps;
    const result = new Promise<MovedFile>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    link.open(
      (bytes) => {
        this.#take(this.#engine.handle({ kind: 'bytes', bytes }));
        return this.#waitingBytes < MOST_WAITING_BYTES;
      },
      () => this.#take(this.#engine.handle({ kind: 'closed' })),
    );
    this.#take(this.#engine.start());
    return result;
  }

  #take(outputs: readonly ScpReceiverOutput[]): void {
    for (const output of outputs) {
      switch (output.kind) {
        case 'send':
          this.#deps.link.send(output.bytes);
          break;
        case 'offer':
          this.#then(() => this.#begin(output.sizeBytes));
          break;
        case 'data':
          this.#waitingBytes += output.bytes.length;
          this.#then(() => this.#store(output.bytes));
          break;
        case 'whole':
          this.#then(() => this.#whole());
          break;
        case 'done':
          break;
        case 'failed':
          this.#reject(scpError(output, this.#deps));
      }
    }
  }

  async #begin(sizeBytes: number): Promise<void> {
    this.#sizeBytes = sizeBytes;
    await this.#file.begin(0, sizeBytes);
    this.#take(this.#engine.handle({ kind: 'accept' }));
  }

  async #store(bytes: Uint8Array): Promise<void> {
    await this.#file.write(bytes);
    this.#waitingBytes -= bytes.length;
    if (this.#waitingBytes < MOST_WAITING_BYTES) this.#deps.link.resume();
  }

  #whole(): Promise<void> {
    const moved = this.#file.finish(this.#sizeBytes);
    this.#take(this.#engine.handle({ kind: 'stored' }));
    this.#deps.link.flush();
    this.#resolve(moved);
    return Promise.resolve();
  }

  #then(step: () => Promise<void>): void {
    this.#work = this.#work.then(step);
    this.#work.catch((error: unknown) => this.#reject(error));
  }
}

class SendRun {
  readonly #deps: RunDeps;
  readonly #source: FileSource;
  readonly #file: SentFile;
  readonly #engine: ScpSender;
  #pieces: AsyncGenerator<Uint8Array> | undefined;
  #bytes = 0;
  #resolve: (moved: MovedFile) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(deps: RunDeps, source: FileSource) {
    this.#deps = deps;
    this.#source = source;
    this.#file = new SentFile(source, METHOD);
    this.#engine = new ScpSender({ name: basename(deps.remote.path), sizeBytes: source.sizeBytes });
  }

  async run(): Promise<MovedFile> {
    const { link, watch } = this.#deps;
    watch.expect(this.#source.sizeBytes);
    const result = new Promise<MovedFile>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    link.open(
      (bytes) => {
        this.#take(this.#engine.handle({ kind: 'bytes', bytes }));
        return true;
      },
      () => this.#take(this.#engine.handle({ kind: 'closed' })),
    );
    try {
      return await result;
    } finally {
      // A file that does not answer cannot be let go of before it does: nobody waits for that.
      void this.#pieces?.return(undefined).catch(() => undefined);
    }
  }

  #take(outputs: readonly ScpSenderOutput[]): void {
    for (const output of outputs) {
      switch (output.kind) {
        case 'send':
          this.#deps.link.send(output.bytes);
          break;
        case 'needData':
          this.#give().catch((error: unknown) => this.#reject(error));
          break;
        case 'done':
          this.#finish();
          break;
        case 'failed':
          this.#reject(scpError(output, this.#deps));
      }
    }
  }

  /** SCP acknowledges only the end: until then progress is what the network has taken. */
  async #give(): Promise<void> {
    const { link, watch } = this.#deps;
    await link.drained();
    watch.moved(this.#bytes);
    this.#pieces ??= this.#file.pieces();
    const next = await this.#pieces.next();
    const bytes = next.done === true ? new Uint8Array(0) : next.value;
    this.#bytes += bytes.length;
    this.#take(this.#engine.handle({ kind: 'data', bytes, last: next.done === true }));
  }

  #finish(): void {
    try {
      this.#deps.watch.moved(this.#bytes);
      this.#resolve(this.#file.finish());
    } catch (error) {
      this.#reject(error);
    }
  }
}

type Failed = Extract<ScpReceiverOutput | ScpSenderOutput, { kind: 'failed' }>;

function scpError({ reason, message }: Failed, { remote, complaint }: RunDeps): PortwrightError {
  const said = reason === 'refused' ? message : complaint();
  if (reason === 'refused' || said !== '') {
    const [, code = 'TRANSFER_REFUSED'] = PHRASES.find(([pattern]) => pattern.test(said)) ?? [];
    return fail(code, { method: METHOD, file: remote.path, reason: said });
  }
  if (reason === 'weRefused') return fail('TRANSFER_REFUSED', { method: METHOD, reason: message });
  return fail('TRANSFER_TRANSPORT', { method: METHOD, reason: message });
}
