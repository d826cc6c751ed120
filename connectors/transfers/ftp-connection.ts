/** One control connection: its socket, the session machine, and what that asks for. */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { SecureContext } from 'node:tls';
import { reasonOf } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';
import { plainHost } from '../../protocols/ftp/data-address.js';
import { FtpSession } from '../../protocols/ftp/session.js';
import type { DataJob, SessionInput, SessionOutput } from '../../protocols/ftp/session-data.js';
import type { SharedFile } from '../../protocols/ftp/virtual-folder.js';
import { DeadlineTimer } from './deadline-timer.js';
import { FtpDataChannel, resetNow, secureData } from './ftp-data-channel.js';
import type { DataChannelDeps } from './ftp-data-channel.js';
import { FtpMove } from './ftp-move.js';
import type { FtpUpload } from './ftp-upload.js';
import type { OpenGrant } from './open-grant.js';

/** Replies that a peer does not read: with more, nothing is read from it any more. */
const MAX_UNREAD_BYTES = 64 * 1024;

/** The last reply leaves within this time, or not at all, ms. */
const CLOSE_LIMIT_MS = 5000;

/** What a login opens. */
export interface FtpAccount {
  readonly open: OpenGrant;
  readonly upload: FtpUpload | undefined;
  readonly file: SharedFile;
}

export interface FtpConnectionDeps extends Pick<DataChannelDeps, 'passivePorts' | 'random'> {
  readonly clock: Clock;
  readonly log: Log;
  /** Address that PASV tells; absent: the one that the peer has reached. */
  readonly passiveHost?: string | undefined;
  readonly secureContext?: SecureContext | undefined;
  /** The account of this login for this peer, or nobody's. */
  account(username: string, password: string, peer: string): FtpAccount | undefined;
  onRefused(peer: string, reason: string): void;
  /** Called once, when the control connection is gone. */
  onClose(connection: FtpConnection): void;
}

export class FtpConnection {
  readonly peer: string;
  readonly #deps: FtpConnectionDeps;
  readonly #session: FtpSession;
  readonly #channel: FtpDataChannel;
  readonly #timer: DeadlineTimer;
  /** Of the control connection; with TLS around it after AUTH. */
  #socket: Socket;
  #account: FtpAccount | undefined;
  #move: FtpMove | undefined;
  #data: { readonly socket: Socket; readonly tls: boolean } | undefined;
  /** Numbers what is asked of the data channel: answers to what was closed meanwhile count no more. */
  #turn = 0;
  #cancelClosing = (): void => undefined;

  /** `socket` is connected. */
  constructor(socket: Socket, deps: FtpConnectionDeps) {
    this.#deps = deps;
    this.#socket = socket;
    this.peer = plainHost(socket.remoteAddress ?? '');
    const localHost = socket.localAddress ?? '';
    const { clock, passiveHost = localHost, passivePorts, random, secureContext } = deps;
    this.#session = new FtpSession(
      { peerHost: this.peer, passiveHost, tls: secureContext !== undefined },
      clock.monotonicMs(),
    );
    this.#channel = new FtpDataChannel({
      ...{ localHost, peerHost: this.peer, passivePorts, random },
      onStranger: (address) => deps.onRefused(address, `a data connection to the session of ${this.peer}`),
    });
    this.#timer = new DeadlineTimer(clock, () => this.#feed({ kind: 'timer' }));
  }

  get open(): OpenGrant | undefined {
    return this.#account?.open;
  }

  isFrom(address: string): boolean {
    return plainHost(address) === this.peer;
  }

  start(): void {
    this.#socket.setNoDelay(true);
    this.#socket.on('close', () => this.#gone());
    this.#attach(this.#socket);
    this.#carryOut(this.#session.greet());
  }

  /** Ends it with a 421. */
  end(reason: string): void {
    this.#feed({ kind: 'end', reason });
  }

  #attach(socket: Socket): void {
    this.#socket = socket;
    // 'close' follows and is what counts.
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Uint8Array) => this.#feed({ kind: 'control', bytes }));
    socket.on('drain', () => socket.resume());
  }

  #feed(input: SessionInput): void {
    this.#carryOut(this.#session.handle(input, this.#deps.clock.monotonicMs()));
  }

  #carryOut(outputs: readonly SessionOutput[]): void {
    for (const output of outputs) this.#take(output);
    this.#timer.set(this.#session.nextDeadlineMs() ?? Infinity);
  }

  #take(output: SessionOutput): void {
    switch (output.kind) {
      case 'send':
        this.#socket.write(output.bytes);
        if (this.#socket.writableLength > MAX_UNREAD_BYTES) this.#socket.pause();
        return;
      case 'login':
        this.#account = this.#deps.account(output.username, output.password, this.peer);
        // Not from within what the machine is giving: the answer is an input of its own.
        queueMicrotask(() => this.#feed({ kind: 'account', file: this.#account?.file }));
        return;
      case 'listen':
        void this.#listen();
        return;
      case 'openData':
        void this.#openData(output);
        return;
      case 'move':
        void this.#run(output.job);
        return;
      case 'closeData':
        this.#closeData(output.reason);
        return;
      case 'startTls':
        this.#startTls();
        return;
      case 'refused':
        this.#deps.onRefused(this.peer, output.reason);
        return;
      case 'close':
        this.#socket.destroySoon();
        // Who reads nothing does not hold the socket.
        this.#cancelClosing = this.#deps.clock.after(CLOSE_LIMIT_MS, () => this.#socket.destroy());
    }
  }

  async #listen(): Promise<void> {
    const turn = this.#turn;
    const answer = await this.#channel.listen().then(
      (address): SessionInput => ({ kind: 'listening', address }),
      (error: unknown): SessionInput => ({ kind: 'listenFailed', reason: codeOf(error) }),
    );
    if (turn === this.#turn) this.#feed(answer);
  }

  async #openData({ endpoint, tls }: Extract<SessionOutput, { kind: 'openData' }>): Promise<void> {
    const turn = this.#turn;
    const answer = await this.#channel.open(endpoint).then(
      (socket): SessionInput => {
        if (turn === this.#turn) this.#data = { socket, tls };
        return { kind: 'dataOpen' };
      },
      (error: unknown): SessionInput => ({ kind: 'dataFailed', reason: codeOf(error) }),
    );
    if (turn === this.#turn) this.#feed(answer);
  }

  async #run(job: DataJob): Promise<void> {
    const [account, data] = [this.#account, this.#data];
    if (account === undefined || data === undefined) return;
    const { clock, secureContext } = this.#deps;
    const { open, upload } = account;
    const move = new FtpMove({
      ...{ clock, open, upload, peer: this.peer, log: this.#deps.log },
      reset: () => resetNow(data.socket),
    });
    this.#move = move;
    const secure = data.tls && secureContext !== undefined ? () => secureData(data.socket, secureContext) : undefined;
    const reply = await move.run(job, data.socket, secure);
    // Broken off by the session itself: it has told the peer.
    if (this.#move !== move) return;
    this.#move = undefined;
    this.#channel.release();
    this.#feed(reply === undefined ? { kind: 'moved' } : { kind: 'moveFailed', reply });
  }

  #closeData(reason: string): void {
    this.#turn += 1;
    const move = this.#move;
    this.#move = undefined;
    this.#data = undefined;
    move?.breakOff(reason);
    this.#channel.close();
  }

  #startTls(): void {
    const { secureContext } = this.#deps;
    const plain = this.#socket;
    plain.removeAllListeners('data');
    plain.removeAllListeners('drain');
    const secured = new TLSSocket(plain, { isServer: true, ...(secureContext === undefined ? {} : { secureContext }) });
    secured.once('secure', () => this.#feed({ kind: 'secured' }));
    secured.once('error', () => plain.destroy());
    this.#attach(secured);
  }

  #gone(): void {
    this.#timer.stop();
    this.#cancelClosing();
    this.#closeData('the control connection is gone');
    this.#deps.onClose(this);
  }
}

/** `ECONNREFUSED` where the operating system has a word for it. */
function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? reasonOf(error);
}
