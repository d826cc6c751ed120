/** A client's socket while one file moves: it locks on the server's port, keeps time, and stays to repeat the last word. */
import { reasonOf } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Fetch } from '../../core/ports/transfer-server.js';
import { TFTP_ERROR, decodeTftp, encodeError } from '../../protocols/tftp/packet.js';
import { DeadlineTimer } from './deadline-timer.js';
import type { RunFailure, TftpRun, TftpRunDeps } from './tftp-run.js';
import type { MakeUdpSocket, UdpPeer, UdpSocket } from './udp-socket.js';

export interface TftpConversationDeps {
  readonly clock: Clock;
  readonly makeSocket: MakeUdpSocket;
  /** Where the request goes. */
  readonly server: UdpPeer;
  /** Breaks it off. */
  readonly signal: AbortSignal;
}

export interface RunOutcome {
  readonly fetch: Fetch;
  readonly failure: RunFailure | undefined;
}

export class TftpConversation {
  /** For the run. */
  readonly deps: TftpRunDeps;
  readonly #deps: TftpConversationDeps;
  readonly #socket: UdpSocket;
  readonly #timer: DeadlineTimer;
  readonly #peer: { readonly address: string; port: number };
  #answered = false;
  #run: TftpRun | undefined;
  #brokenBy: unknown;
  #settle: (outcome: RunOutcome) => void = () => undefined;

  constructor(deps: TftpConversationDeps) {
    this.#deps = deps;
    const { clock, makeSocket, server } = deps;
    // What the system says of a port that nobody listens on is no more than silence: the next request may be heard.
    this.#socket = makeSocket(server.address, () => undefined);
    this.#timer = new DeadlineTimer(clock, () => this.#run?.tick());
    this.#peer = { ...server };
    this.deps = {
      ...{ clock, socket: this.#socket, peer: this.#peer },
      onDeadline: (deadlineMs) => this.#timer.set(deadlineMs),
      onResult: (fetch, failure) => this.#settle({ fetch, failure }),
      onOver: () => this.#close(),
    };
  }

  /** Resolves when it is over. The socket closes later where the last word may have to be repeated. */
  async run(make: (conversation: TftpConversation) => TftpRun): Promise<RunOutcome> {
    const { server, signal } = this.#deps;
    await this.#socket.bind(server.address.includes(':') ? '::' : '0.0.0.0', 0, (datagram, from) => {
      this.#receive(datagram, from);
    });
    const run = make(this);
    this.#run = run;
    const ended = new Promise<RunOutcome>((resolve) => (this.#settle = resolve));
    const onAbort = (): void => run.abort(TFTP_ERROR.undefined, reasonOf(signal.reason));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    run.tick();
    const { fetch, failure } = await ended;
    signal.removeEventListener('abort', onAbort);
    const told = this.#brokenBy === undefined ? {} : { cause: this.#brokenBy };
    return { fetch, failure: failure === undefined ? undefined : { ...failure, ...told } };
  }

  /** Ends it with an ERROR to the server; `cause` is what is wrong. */
  breakOff(code: number, cause: unknown): void {
    this.#brokenBy = cause;
    this.#run?.abort(code, reasonOf(cause));
  }

  #receive(datagram: Uint8Array, from: UdpPeer): void {
    if (from.address === this.#peer.address && !this.#answered) {
      // RFC 1350 §4: the port of the first answer is the server's from then on.
      this.#answered = true;
      this.#peer.port = from.port;
    }
    if (from.address === this.#peer.address && from.port === this.#peer.port) {
      this.#run?.receive(datagram);
      return;
    }
    // An error is never answered with an error.
    if (decodeTftp(datagram).kind === 'error') return;
    this.#socket.send(encodeError(TFTP_ERROR.unknownTransferId, 'unknown transfer id'), from);
  }

  #close(): void {
    this.#timer.stop();
    void this.#socket.close();
  }
}
