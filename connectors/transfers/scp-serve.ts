/** Serves one granted file by legacy SCP over one SSH channel: `scp -f` fetches it, `scp -t` brings it. */
import { codeOf, reasonOf } from '../../core/errors/index.js';
import type { ScpCommand } from '../../protocols/scp/command.js';
import { encodeError } from '../../protocols/scp/message.js';
import { ScpReceiver } from '../../protocols/scp/receiver.js';
import type { ScpReceiverOutput } from '../../protocols/scp/receiver.js';
import { ScpSender } from '../../protocols/scp/sender.js';
import type { ScpSenderOutput } from '../../protocols/scp/sender.js';
import { ServedTree } from '../../protocols/sftp/served-tree.js';
import { SourceReader } from './source-reader.js';
import { FetchRecord } from './ssh-serve.js';
import type { ChannelService, ServeDeps, ServiceEnd } from './ssh-serve.js';
import type { SshUpload } from './ssh-upload.js';

/** A piece of the file; engines copy nothing. */
const PIECE_BYTES = 256 * 1024;
/** What the far end's program ends with. */
const OK: ServiceEnd = { exitStatus: 0 };
const FAILED: ServiceEnd = { exitStatus: 1 };

/** The service for a command, or the one that refuses it in the protocol's own words. */
export function scpService(deps: ServeDeps, command: ScpCommand): ChannelService {
  const { grant, path } = deps.open;
  const kind = new ServedTree(path).find(command.path);
  const name = path.split('/').at(-1) ?? path;
  if (command.recursive) return new ScpRefusal(deps, 'folders are not served');
  if (command.direction === 'send') {
    if (kind !== 'file') return new ScpRefusal(deps, `${command.path}: No such file or directory`);
    if (!('source' in grant)) return new ScpRefusal(deps, `${command.path}: Permission denied`);
    const { sizeBytes } = grant.source;
    // A stored file has no time of its own that a device could want.
    const times = command.withTimes ? { timeS: Math.floor(deps.clock.nowMs() / 1000) } : {};
    return new ScpSend(deps, new ScpSender({ name, sizeBytes, ...times }), new SourceReader(grant.source, 'scp'));
  }
  const { upload } = deps;
  if (upload === undefined) return new ScpRefusal(deps, `${command.path}: Permission denied`);
  const intoFolder = kind !== 'file';
  if (command.intoFolder && !intoFolder) return new ScpRefusal(deps, `${command.path}: Not a directory`);
  const target = (offered: string): boolean =>
    kind === 'file' || new ServedTree(path).find(`${command.path}/${offered}`) === 'file';
  return new ScpReceive(deps, upload, target);
}

class ScpRefusal implements ChannelService {
  readonly #deps: ServeDeps;
  readonly #text: string;

  constructor(deps: ServeDeps, text: string) {
    this.#deps = deps;
    this.#text = text;
  }

  run(): Promise<ServiceEnd> {
    const { link } = this.#deps;
    link.open(
      () => true,
      () => undefined,
    );
    link.send(encodeError(this.#text));
    return Promise.resolve(FAILED);
  }

  breakOff(): void {
    // Over already.
  }
}

class ScpSend implements ChannelService {
  readonly #deps: ServeDeps;
  readonly #engine: ScpSender;
  readonly #reader: SourceReader;
  readonly #record: FetchRecord;
  #bytes = 0;
  #end: (end: ServiceEnd) => void = () => undefined;

  constructor(deps: ServeDeps, engine: ScpSender, reader: SourceReader) {
    this.#deps = deps;
    this.#engine = engine;
    this.#reader = reader;
    this.#record = new FetchRecord(deps);
  }

  async run(): Promise<ServiceEnd> {
    const { link } = this.#deps;
    const ended = new Promise<ServiceEnd>((resolve) => (this.#end = resolve));
    link.open(
      (bytes) => {
        this.#take(this.#engine.handle({ kind: 'bytes', bytes }));
        return true;
      },
      () => this.#take(this.#engine.handle({ kind: 'closed' })),
    );
    const end = await ended;
    void this.#reader.close().catch(() => undefined);
    return end;
  }

  breakOff(reason: string): void {
    this.#take(this.#engine.handle({ kind: 'abort', message: reason }));
  }

  #take(outputs: readonly ScpSenderOutput[]): void {
    for (const output of outputs) {
      switch (output.kind) {
        case 'send':
          this.#deps.link.send(output.bytes);
          break;
        case 'needData':
          void this.#readOn();
          break;
        case 'done':
          this.#record.end(true);
          this.#end(OK);
          break;
        case 'failed':
          this.#record.end(false, output.message);
          this.#end(FAILED);
      }
    }
  }

  async #readOn(): Promise<void> {
    try {
      if (this.#bytes === 0) this.#record.begin(0);
      await this.#deps.link.drained();
      const piece = await this.#reader.read(PIECE_BYTES);
      this.#bytes += piece.bytes.length;
      this.#record.progress(this.#bytes);
      this.#take(this.#engine.handle({ kind: 'data', ...piece }));
    } catch (error) {
      this.breakOff(reasonOf(error));
    }
  }
}

class ScpReceive implements ChannelService {
  readonly #deps: ServeDeps;
  readonly #upload: SshUpload;
  readonly #isTarget: (name: string) => boolean;
  readonly #engine = new ScpReceiver();
  readonly #record: FetchRecord;
  #work: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  #end: (end: ServiceEnd) => void = () => undefined;

  constructor(deps: ServeDeps, upload: SshUpload, isTarget: (name: string) => boolean) {
    this.#deps = deps;
    this.#upload = upload;
    this.#isTarget = isTarget;
    this.#record = new FetchRecord(deps);
  }

  run(): Promise<ServiceEnd> {
    const { link } = this.#deps;
    const ended = new Promise<ServiceEnd>((resolve) => (this.#end = resolve));
    link.open(
      (bytes) => {
        this.#take(this.#engine.handle({ kind: 'bytes', bytes }));
        return this.#waitingBytes < PIECE_BYTES;
      },
      () => void this.#work.then(() => this.#take(this.#engine.handle({ kind: 'closed' }))),
    );
    this.#take(this.#engine.start());
    return ended;
  }

  breakOff(reason: string): void {
    this.#take(this.#engine.handle({ kind: 'abort', message: reason }));
  }

  #take(outputs: readonly ScpReceiverOutput[]): void {
    for (const output of outputs) {
      switch (output.kind) {
        case 'send':
          this.#deps.link.send(output.bytes);
          break;
        case 'offer':
          this.#decide(output.name, output.sizeBytes);
          break;
        case 'data':
          this.#store(output.bytes);
          break;
        case 'whole':
          this.#then(() => this.#whole());
          break;
        case 'done':
          this.#end(OK);
          break;
        case 'failed':
          this.#record.end(false, output.message);
          this.#end(FAILED);
      }
    }
  }

  #decide(name: string, sizeBytes: number): void {
    if (!this.#isTarget(name)) {
      this.#refuse(`${name}: Permission denied`);
      return;
    }
    if (sizeBytes > this.#upload.maxBytes) {
      this.#refuse(`${name}: No space left on device`);
      return;
    }
    this.#then(async () => {
      await this.#upload.begin(this, true);
      this.#record.begin(0);
      this.#take(this.#engine.handle({ kind: 'accept' }));
    });
  }

  #store(bytes: Uint8Array): void {
    this.#waitingBytes += bytes.length;
    this.#then(async () => {
      this.#waitingBytes -= bytes.length;
      await this.#upload.write(this, this.#upload.bytes, bytes);
      this.#record.progress(this.#upload.bytes);
      if (this.#waitingBytes < PIECE_BYTES) this.#deps.link.resume();
    });
  }

  #whole(): Promise<void> {
    this.#record.end(true, undefined, this.#upload.sha256());
    this.#take(this.#engine.handle({ kind: 'stored' }));
    return Promise.resolve();
  }

  /** One step after the other; what comes after a failure is dropped. */
  #then(step: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#engine.ended) return;
      try {
        await step();
      } catch (error) {
        this.#refuse(codeOf(error) === 'TRANSFER_SPACE' ? 'No space left on device' : reasonOf(error));
      }
    });
  }

  #refuse(message: string): void {
    this.#take(this.#engine.handle({ kind: 'refuse', message }));
  }
}
