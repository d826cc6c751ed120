/** Our SFTP server's session with a file in memory behind it, and a pipe between it and a client that cuts anywhere. */
import type { SftpServerInput, SftpServerOutput } from '../../../protocols/sftp/server-io.js';
import { SftpServerSession } from '../../../protocols/sftp/server-session.js';

export class MemoryServer {
  readonly session: SftpServerSession;
  content: Uint8Array;
  readonly events: SftpServerOutput[] = [];
  /** The disk is full at this length. */
  fullAtBytes = Infinity;
  readonly #sent: Uint8Array[] = [];

  constructor(content: Uint8Array, access: 'read' | 'write', path = 'ab/image.bin') {
    this.content = content;
    this.session = new SftpServerSession({ path, access, sizeBytes: content.length });
  }

  /** Everything that it answers to these bytes. */
  answer(bytes: Uint8Array): Uint8Array {
    this.#feed({ kind: 'bytes', bytes });
    const all = Buffer.concat(this.#sent);
    this.#sent.length = 0;
    return all;
  }

  #feed(input: SftpServerInput): void {
    for (const output of this.session.handle(input)) this.#act(output);
  }

  #act(output: SftpServerOutput): void {
    switch (output.kind) {
      case 'send':
        this.#sent.push(output.bytes.slice());
        return;
      case 'read':
        this.#feed({ kind: 'data', bytes: this.content.subarray(output.offset, output.offset + output.lengthBytes) });
        return;
      case 'open':
        if (output.truncate) this.content = new Uint8Array(0);
        this.#done();
        return;
      case 'write':
        this.#write(output.offset, output.bytes);
        return;
      case 'truncate':
        this.content = this.content.slice(0, output.sizeBytes);
        this.#done();
        return;
      case 'close':
        this.events.push(output);
        this.#done();
        return;
      default:
        this.events.push(output);
    }
  }

  #write(offset: number, bytes: Uint8Array): void {
    if (offset + bytes.length > this.fullAtBytes) {
      this.#feed({ kind: 'refused', code: 4, message: 'No space left on device' });
      return;
    }
    this.content = Buffer.concat([this.content.subarray(0, offset), bytes]);
    this.#done();
  }

  #done(): void {
    this.#feed({ kind: 'done', sizeBytes: this.content.length });
  }
}

/** Cuts bytes into pieces of at most `most`. */
export function* cut(bytes: Uint8Array, most: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += most) yield bytes.subarray(at, at + most);
}
