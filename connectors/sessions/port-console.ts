/**
 * The console of one port: it tells everybody what is said, and lets one holder write.
 *
 * The fence: every claim gets a higher number, and every write asks, at the moment its first byte would go out,
 * whether its line is still the holder's. Writes go out one after the other, so bytes of two holders never mix,
 * and a holder that was replaced while its write waited writes nothing more.
 */
import { fail, reasonOf } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { ClaimTerms, Console, ConsoleHappening } from '../../core/ports/console.js';
import type { Line, LineMode } from '../../core/ports/line.js';
import type { Log } from '../../core/ports/log.js';
import type { Random } from '../../core/ports/random.js';
import type { TranscriptStore } from '../../core/ports/transcript-store.js';
import type { ByteChannel } from './byte-channel.js';
import { ConsoleLog } from './console-log.js';
import { FencedLine } from './fenced-line.js';
import type { LineOffice } from './fenced-line.js';
import { KeptChannel } from './kept-channel.js';
import { LineClaims } from './line-claims.js';
import { RecentBytes } from './recent-bytes.js';

export interface PortConsoleDeps {
  readonly portId: string;
  readonly channel: ByteChannel;
  readonly clock: Clock;
  readonly random: Random;
  readonly transcripts: TranscriptStore;
  /** Replaces secrets in what is logged. */
  readonly mask: (text: string) => string;
  /** See ConsoleLog. */
  readonly secretPatterns?: readonly string[];
  readonly log: Log;
}

const JOB: ClaimTerms = { kind: 'job' };

type Listener = (happening: ConsoleHappening) => void;

export class PortConsole implements Console {
  readonly #deps: PortConsoleDeps;
  readonly #log: ConsoleLog;
  readonly #recent = new RecentBytes();
  readonly #listeners = new Set<Listener>();
  readonly #claims: LineClaims<FencedLine>;
  readonly #kept: KeptChannel;
  #writing: Promise<void> = Promise.resolve();
  #configuredBaudRate: number | undefined;

  constructor(deps: PortConsoleDeps) {
    this.#deps = deps;
    this.#log = new ConsoleLog({ ...deps, ref: { kind: 'console', portId: deps.portId } });
    this.#kept = new KeptChannel(deps, {
      onOpened: () => this.#opened(),
      onBytes: (bytes) => this.#received(bytes),
      onLost: (reason, code) => this.#tell({ kind: 'lost', reason, code }),
      onNote: (text) => this.#log.note(text),
    });
    this.#claims = new LineClaims({
      portId: deps.portId,
      make: (owner, fence, terms) => this.#line(owner, fence, terms),
      changed: (holder, before) => {
        this.#holderChanged(holder, before);
      },
      after: (delayMs, callback) => deps.clock.after(delayMs, callback),
    });
  }

  get portId(): string {
    return this.#deps.portId;
  }

  get open(): boolean {
    return this.#kept.open;
  }

  get mode(): LineMode {
    return this.#claims.holder?.mode ?? 'idle';
  }

  get holder(): string | undefined {
    return this.#claims.holder?.owner;
  }

  get person(): 'holds' | 'asks' | undefined {
    if (this.#claims.holder?.kind === 'person') return 'holds';
    return this.#claims.askedBy === undefined ? undefined : 'asks';
  }

  recent(): Uint8Array {
    return this.#recent.read(this.#deps.clock.monotonicMs());
  }

  start(): void {
    this.#kept.start();
  }

  async stop(): Promise<void> {
    await this.#kept.stop();
    this.#log.flush();
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  claim(owner: string, terms: ClaimTerms = JOB): Line {
    return this.#claims.claim(owner, terms);
  }

  async ask(owner: string, terms: ClaimTerms, signal: AbortSignal): Promise<Line> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        stop();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const granted = (line: Line): void => {
        signal.removeEventListener('abort', onAbort);
        resolve(line);
      };
      const stop = this.#claims.ask({ owner, terms, granted });
      if (this.#claims.askedBy === owner) this.#tell({ kind: 'asked', owner });
    });
  }

  #line(owner: string, fence: number, terms: ClaimTerms): FencedLine {
    const office: LineOffice = {
      portId: this.portId,
      holds: (candidate) => this.#claims.holder === candidate,
      isOpen: () => this.open,
      subscribe: (listener) => this.subscribe(listener),
      write: (candidate, bytes) => this.#inTurn(() => this.#write(candidate, bytes)),
      baudRate: () => this.#deps.channel.baudRate,
      setBaudRate: (candidate, baudRate) => this.#inTurn(() => this.#setBaudRate(candidate, baudRate)),
      sendBreak: (candidate, durationMs) => this.#inTurn(() => this.#sendBreak(candidate, durationMs)),
      modeChanged: (mode) => {
        this.#tell({ kind: 'mode', mode });
      },
      recent: () => this.recent(),
      backForMs: () => this.#kept.backForMs,
      askedBy: () => this.#claims.askedBy,
      renewed: (line) => {
        this.#claims.renew(line);
      },
      released: (line) => {
        this.#claims.release(line);
      },
    };
    return new FencedLine(office, owner, fence, terms);
  }

  #holderChanged(holder: FencedLine | undefined, before: FencedLine | undefined): void {
    if (before !== undefined && before.owner !== holder?.owner) {
      this.#log.note(`line released by ${before.owner}`);
      this.#restoreSpeed();
    }
    if (holder !== undefined) this.#log.note(`line claimed by ${holder.owner}`);
    this.#tell({ kind: 'holder', owner: holder?.owner });
    this.#tell({ kind: 'mode', mode: this.mode });
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#writing.then(act);
    // One failed write must not stop the ones behind it.
    this.#writing = turn.catch(() => undefined);
    return turn;
  }

  async #write(line: FencedLine, bytes: Uint8Array): Promise<void> {
    line.assertMayWrite();
    if (!this.open) throw fail('CONSOLE_LOST', { port: this.portId, reason: 'not open' });
    this.#log.bytes('out', bytes, line.mode);
    this.#tell({ kind: 'sent', bytes, mode: line.mode, owner: line.owner });
    try {
      await this.#deps.channel.write(bytes);
    } catch (error) {
      throw fail('CONSOLE_LOST', { port: this.portId, reason: reasonOf(error) }, error);
    }
  }

  async #setBaudRate(line: FencedLine, baudRate: number): Promise<void> {
    line.assertHeld();
    if (!this.open) throw fail('CONSOLE_LOST', { port: this.portId, reason: 'not open' });
    await this.#changeSpeed(baudRate);
  }

  async #sendBreak(line: FencedLine, durationMs: number): Promise<void> {
    line.assertMayWrite();
    if (!this.open) throw fail('CONSOLE_LOST', { port: this.portId, reason: 'not open' });
    const { channel } = this.#deps;
    if (channel.sendBreak === undefined) {
      throw fail('LINE_BREAK_ABSENT', { port: this.portId, reason: `${channel.target} has none` });
    }
    this.#log.note('break sent');
    try {
      await channel.sendBreak(durationMs);
    } catch (error) {
      throw fail('LINE_BREAK_ABSENT', { port: this.portId, reason: reasonOf(error) }, error);
    }
  }

  async #changeSpeed(baudRate: number): Promise<void> {
    const { channel } = this.#deps;
    if (channel.setBaudRate === undefined) {
      throw fail('LINE_SPEED_FIXED', { port: this.portId, baudRate, reason: `${channel.target} has no speed` });
    }
    try {
      await channel.setBaudRate(baudRate);
    } catch (error) {
      throw fail('LINE_SPEED_FIXED', { port: this.portId, baudRate, reason: reasonOf(error) }, error);
    }
    // What was heard at another speed says nothing about what stands on the line.
    this.#recent.clear();
    this.#log.note(`console speed: ${String(baudRate)}`);
  }

  /** Whoever comes next finds the line as the site configures it, also where a holder went away in the middle. */
  #restoreSpeed(): void {
    const wanted = this.#configuredBaudRate;
    const restore = async (): Promise<void> => {
      if (wanted === undefined || !this.open || this.#deps.channel.baudRate === wanted) return;
      await this.#changeSpeed(wanted);
    };
    this.#inTurn(restore).catch((error: unknown) => {
      this.#deps.log.warn('console speed not restored', { port: this.portId, reason: reasonOf(error) });
    });
  }

  #opened(): void {
    this.#configuredBaudRate = this.#deps.channel.baudRate;
    this.#recent.clear();
    this.#tell({ kind: 'opened' });
  }

  #received(bytes: Uint8Array): void {
    const { mode } = this;
    if (mode === 'binary') this.#recent.clear();
    else this.#recent.add(bytes, this.#deps.clock.monotonicMs());
    this.#log.bytes('in', bytes, mode);
    this.#tell({ kind: 'received', bytes, mode });
  }

  #tell(happening: ConsoleHappening): void {
    // A listener may go, or another come, while this one is told.
    for (const listener of [...this.#listeners]) {
      try {
        listener(happening);
      } catch (error) {
        this.#deps.log.error('a listener of the console failed', { port: this.portId, reason: reasonOf(error) });
      }
    }
  }
}
