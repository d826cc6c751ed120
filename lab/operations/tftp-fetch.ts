/** One TFTP fetch through the relay: marks on the console as blocks come, and a watch for silence. */
import type { ScriptContext } from '../machine.js';
import type { TransferOutcome } from '../transfers/agent.js';
import type { TftpTarget } from '../transfers/relay.js';
import { Weather } from '../transfers/weather.js';
import type { EarlyEnd } from '../transfers/weather.js';

/** A device asks again for half a minute before it gives up, device ms. */
export const GIVE_UP_MS = 30_000;
/** However short the scaled time: a loaded machine needs this long to answer, wall-clock ms. */
const MIN_PATIENCE_MS = 5000;

export interface Fetched {
  readonly outcome: TransferOutcome;
  readonly bytes: number;
}

export interface TftpFetchOptions {
  readonly remoteFile: string;
  /** Name under which the bytes come into flash. */
  readonly file: string;
  /** The first block has come: the file is opened for writing. */
  onBegin(): void;
  /** So many blocks have come. */
  onBlock(blocks: number): void;
}

export class TftpFetch {
  readonly #context: ScriptContext;
  readonly #options: TftpFetchOptions;
  readonly #silence = new AbortController();
  #blocks = 0;
  #bytes = 0;
  #stopWatch: () => void = () => undefined;
  #tooLong = false;

  constructor(context: ScriptContext, options: TftpFetchOptions) {
    this.#context = context;
    this.#options = options;
  }

  async run(target: TftpTarget): Promise<Fetched> {
    const { machine, signal } = this.#context;
    const path = await machine.relay.open(target, new Weather(machine.faults), {
      onBlock: (bytes) => this.#onBlock(bytes),
      onEarlyEnd: (how) => this.#onEarlyEnd(how),
    });
    this.#watchSilence();
    const outcome = await machine.agent.tftpGet({
      host: path.host,
      port: path.port,
      remoteFile: this.#remoteFile(),
      localPath: machine.flash.incomingPath(this.#options.file),
      signal: AbortSignal.any([signal, this.#silence.signal]),
    });
    this.#stopWatch();
    path.close();
    if (this.#tooLong) return { outcome: { kind: 'failed', failure: 'refused', text: 'too long' }, bytes: this.#bytes };
    if (this.#silence.signal.aborted) {
      return { outcome: { kind: 'failed', failure: 'timeout', text: 'silence' }, bytes: this.#bytes };
    }
    return { outcome, bytes: this.#bytes };
  }

  #remoteFile(): string {
    const { remoteFile } = this.#options;
    return this.#context.machine.faults.strikes('tftp-enoent') ? `${remoteFile}.missing` : remoteFile;
  }

  #onBlock(bytes: number): void {
    if (this.#blocks === 0) this.#options.onBegin();
    this.#bytes = bytes;
    this.#blocks += 1;
    this.#options.onBlock(this.#blocks);
    this.#watchSilence();
    this.#context.reachBytes(bytes);
  }

  /** Nothing more comes, so that nobody has to be waited for on a loaded machine. */
  #onEarlyEnd(how: EarlyEnd): void {
    this.#tooLong = how === 'wrap';
    if (this.#tooLong) this.#silence.abort();
    else this.#watchSilence(0);
  }

  #watchSilence(leastMs = MIN_PATIENCE_MS): void {
    const { clock } = this.#context.machine;
    this.#stopWatch();
    this.#stopWatch = clock.after(Math.max(clock.wallMs(GIVE_UP_MS), leastMs), () => this.#silence.abort());
  }
}
