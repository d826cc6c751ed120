/** One session machine with everything around it faked: what is typed goes in, replies and wishes come out. */
import { FtpSession } from '../../../protocols/ftp/session.js';
import type { SessionInput, SessionOutput, SessionTerms } from '../../../protocols/ftp/session-data.js';
import type { SharedFile } from '../../../protocols/ftp/virtual-folder.js';

export const PEER = '192.0.2.7';
export const FILE: SharedFile = {
  path: 'a1b2/image.bin',
  access: 'fetch',
  sizeBytes: 1000,
  modifiedMs: Date.UTC(2026, 1, 3, 4, 5, 6),
};

export class SessionBench {
  readonly session: FtpSession;
  nowMs = 0;
  /** Replies so far, without their line ends. */
  readonly replies: string[] = [];
  /** What else was asked for. */
  readonly wishes: SessionOutput[] = [];
  readonly #encoder = new TextEncoder();

  constructor(terms: Partial<SessionTerms> = {}) {
    this.session = new FtpSession({ peerHost: PEER, passiveHost: '192.0.2.1', tls: true, ...terms }, this.nowMs);
    this.take(this.session.greet());
    this.replies.length = 0;
  }

  /** Types lines; returns the replies to them. */
  type(...lines: readonly string[]): readonly string[] {
    return this.bytes(this.#encoder.encode(lines.map((line) => `${line}\r\n`).join('')));
  }

  bytes(bytes: Uint8Array): readonly string[] {
    return this.feed({ kind: 'control', bytes });
  }

  feed(input: SessionInput): readonly string[] {
    const before = this.replies.length;
    this.take(this.session.handle(input, this.nowMs));
    return this.replies.slice(before);
  }

  /** Three-digit codes of the replies. */
  codes(...lines: readonly string[]): readonly number[] {
    return this.type(...lines).map((reply) => Number(reply.slice(0, 3)));
  }

  login(file: SharedFile = FILE): this {
    this.type('USER pw1', 'PASS secret');
    this.feed({ kind: 'account', file });
    return this;
  }

  /** Announces a passive data connection. */
  passive(): this {
    this.type('EPSV');
    this.feed({ kind: 'listening', address: { host: '192.0.2.1', port: 50_001 } });
    return this;
  }

  /** Moves time to the next deadline. */
  tick(): readonly string[] {
    this.nowMs = this.session.nextDeadlineMs() ?? this.nowMs;
    return this.feed({ kind: 'timer' });
  }

  /** Wishes since the last call, by kind. */
  takeWishes(): readonly SessionOutput[] {
    return this.wishes.splice(0);
  }

  take(outputs: readonly SessionOutput[]): void {
    for (const output of outputs) {
      if (output.kind === 'send') this.replies.push(new TextDecoder().decode(output.bytes).replace(/\r\n$/, ''));
      else this.wishes.push(output);
    }
  }
}
