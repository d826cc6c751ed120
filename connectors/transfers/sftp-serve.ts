/** Serves one granted file by SFTP over one SSH channel: the session engine, the stored file, the channel. */
import { codeOf, reasonOf } from '../../core/errors/index.js';
import { FX } from '../../protocols/sftp/packet.js';
import type { SftpServerInput, SftpServerOutput } from '../../protocols/sftp/server-io.js';
import { SftpServerSession } from '../../protocols/sftp/server-session.js';
import { RangedReader } from './ranged-reader.js';
import { FetchRecord } from './ssh-serve.js';
import type { ChannelService, ServeDeps, ServiceEnd } from './ssh-serve.js';
import type { SshUpload } from './ssh-upload.js';

type Wish<K extends SftpServerOutput['kind']> = Extract<SftpServerOutput, { kind: K }>;

export class SftpServe implements ChannelService {
  readonly #deps: ServeDeps;
  readonly #session: SftpServerSession;
  readonly #reader: RangedReader | undefined;
  readonly #record: FetchRecord;
  readonly #inbox: SftpServerInput[] = [];
  #working = false;
  #reason = 'the client went away';
  /** A write failed: what is stored is not the file. */
  #spoilt = false;
  #end: (end: ServiceEnd) => void = () => undefined;

  constructor(deps: ServeDeps) {
    const { open, upload } = deps;
    const { grant } = open;
    this.#deps = deps;
    this.#session = new SftpServerSession(
      'source' in grant
        ? { path: open.path, access: 'read', sizeBytes: grant.source.sizeBytes }
        : { path: open.path, access: 'write', sizeBytes: upload?.bytes ?? 0 },
    );
    this.#reader = 'source' in grant ? new RangedReader(grant.source, 'sftp') : undefined;
    this.#record = new FetchRecord(deps);
  }

  async run(): Promise<ServiceEnd> {
    const { link } = this.#deps;
    const ended = new Promise<ServiceEnd>((resolve) => (this.#end = resolve));
    link.open(
      (bytes) => {
        this.#feed({ kind: 'bytes', bytes });
        return this.#session.wantsInput;
      },
      () => {
        this.#feed({ kind: 'closed' });
        this.#end({ exitStatus: 0 });
      },
    );
    const end = await ended;
    this.#record.end(false, this.#reason);
    // What becomes of the stored file changes nothing for the client.
    void this.#reader?.close().catch(() => undefined);
    return end;
  }

  breakOff(reason: string): void {
    this.#feed({ kind: 'abort', message: reason });
  }

  /** Answers come out of acting on wishes: they wait their turn, the engine is never entered twice. */
  #feed(input: SftpServerInput): void {
    this.#inbox.push(input);
    if (this.#working) return;
    this.#working = true;
    for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) {
      for (const output of this.#session.handle(next)) this.#act(output);
    }
    this.#working = false;
    if (this.#session.wantsInput) this.#deps.link.resume();
  }

  #act(output: SftpServerOutput): void {
    const { link, upload } = this.#deps;
    switch (output.kind) {
      case 'send':
        link.send(output.bytes);
        return;
      case 'read':
        this.#read(output);
        return;
      case 'began':
        this.#record.begin(output.offset);
        return;
      case 'progress':
        this.#record.progress(output.bytes);
        return;
      case 'fetched':
        this.#record.end(output.complete, 'not read to its end');
        return;
      case 'failed':
        this.#reason = output.message;
        link.flush();
        this.#end({ exitStatus: 1 });
        return;
      case 'open':
      case 'write':
      case 'truncate':
      case 'close':
        if (upload !== undefined) void this.#store(upload, output);
    }
  }

  #read({ offset, lengthBytes }: Wish<'read'>): void {
    const bytes = this.#deps.link.isFull ? undefined : this.#reader?.take(offset, lengthBytes);
    if (bytes === undefined) void this.#readLater(offset, lengthBytes);
    else this.#feed({ kind: 'data', bytes });
  }

  async #readLater(offset: number, lengthBytes: number): Promise<void> {
    try {
      await this.#deps.link.drained();
      const bytes = await this.#reader?.read(offset, lengthBytes);
      if (bytes !== undefined) this.#feed({ kind: 'data', bytes });
    } catch (error) {
      this.#reason = reasonOf(error);
      this.#feed({ kind: 'refused', code: FX.failure, message: 'the stored file cannot be read' });
    }
  }

  async #store(upload: SshUpload, wish: Wish<'open' | 'write' | 'truncate' | 'close'>): Promise<void> {
    try {
      switch (wish.kind) {
        case 'open':
          await upload.begin(this, wish.truncate);
          this.#record.begin(upload.bytes);
          this.#spoilt = false;
          break;
        case 'write':
          await upload.write(this, wish.offset, wish.bytes);
          break;
        case 'truncate':
          await upload.truncate(this, wish.sizeBytes);
          break;
        case 'close':
          this.#record.end(!this.#spoilt, this.#reason, upload.sha256());
      }
      this.#feed({ kind: 'done', sizeBytes: upload.bytes });
    } catch (error) {
      this.#refuse(error);
    }
  }

  #refuse(error: unknown): void {
    this.#reason = reasonOf(error);
    this.#spoilt = true;
    // Version 3 has no code for a full disk.
    const full = codeOf(error) === 'TRANSFER_SPACE';
    this.#feed({ kind: 'refused', code: FX.failure, message: full ? 'No space left on device' : 'cannot be stored' });
  }
}
