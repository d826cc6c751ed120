/** One claim on a console. Once released or replaced it throws LINE_FENCED for ever. */
import { fail } from '../../core/errors/index.js';
import type { ClaimKind, ClaimTerms, ConsoleHappening } from '../../core/ports/console.js';
import type { Line, LineMode } from '../../core/ports/line.js';

/** What a line asks of its console. */
export interface LineOffice {
  readonly portId: string;
  holds(line: FencedLine): boolean;
  isOpen(): boolean;
  subscribe(listener: (happening: ConsoleHappening) => void): () => void;
  write(line: FencedLine, bytes: Uint8Array): Promise<void>;
  baudRate(): number | undefined;
  setBaudRate(line: FencedLine, baudRate: number): Promise<void>;
  sendBreak(line: FencedLine, durationMs: number): Promise<void>;
  modeChanged(mode: LineMode): void;
  recent(): Uint8Array;
  backForMs(): number | undefined;
  askedBy(): string | undefined;
  renewed(line: FencedLine): void;
  released(line: FencedLine): void;
}

export class FencedLine implements Line {
  readonly #office: LineOffice;
  /** What to tell whoever reads or waits when another holder replaces this one. */
  readonly #waiting = new Set<() => void>();
  readonly owner: string;
  readonly fence: number;
  readonly kind: ClaimKind;
  #mode: LineMode;

  constructor(office: LineOffice, owner: string, fence: number, { kind }: ClaimTerms) {
    this.#office = office;
    this.owner = owner;
    this.fence = fence;
    this.kind = kind;
    this.#mode = kind === 'person' ? 'person' : 'dialogue';
  }

  get askedBy(): string | undefined {
    return this.#office.askedBy();
  }

  renew(): void {
    this.#office.renewed(this);
  }

  get portId(): string {
    return this.#office.portId;
  }

  get mode(): LineMode {
    return this.#mode;
  }

  setMode(mode: Exclude<LineMode, 'idle'>): void {
    this.assertHeld();
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#office.modeChanged(mode);
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.assertMayWrite();
    this.renew();
    await this.#office.write(this, bytes);
  }

  get baudRate(): number | undefined {
    return this.#office.baudRate();
  }

  async setBaudRate(baudRate: number): Promise<void> {
    this.assertHeld();
    await this.#office.setBaudRate(this, baudRate);
  }

  async sendBreak(durationMs: number): Promise<void> {
    this.assertMayWrite();
    this.renew();
    await this.#office.sendBreak(this, durationMs);
  }

  read(onBytes: (bytes: Uint8Array) => void, onLost: (reason: string) => void): () => void {
    this.assertHeld();
    const unsubscribe = this.#office.subscribe((happening) => {
      if (!this.#office.holds(this)) stop();
      else if (happening.kind === 'received') onBytes(happening.bytes);
      else if (happening.kind === 'lost') onLost(happening.reason);
    });
    const onSuperseded = (): void => {
      stop();
      onLost('the line has another holder');
    };
    const stop = (): void => {
      unsubscribe();
      this.#waiting.delete(onSuperseded);
    };
    this.#waiting.add(onSuperseded);
    return stop;
  }

  recent(): Uint8Array {
    return this.#office.recent();
  }

  backForMs(): number | undefined {
    return this.#office.backForMs();
  }

  async opened(signal: AbortSignal): Promise<void> {
    this.assertHeld();
    signal.throwIfAborted();
    if (this.#office.isOpen()) return;
    await new Promise<void>((resolve, reject) => {
      const unsubscribe = this.#office.subscribe((happening) => {
        if (happening.kind === 'opened') end(resolve);
      });
      const onAbort = (): void => {
        end(() => reject(signal.reason as Error));
      };
      const onSuperseded = (): void => {
        end(() => reject(this.#fenced()));
      };
      const end = (settle: () => void): void => {
        unsubscribe();
        signal.removeEventListener('abort', onAbort);
        this.#waiting.delete(onSuperseded);
        settle();
      };
      this.#waiting.add(onSuperseded);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  release(): void {
    this.#office.released(this);
  }

  /** This line is the holder's no more: whoever reads or waits here is told. */
  superseded(): void {
    for (const tell of [...this.#waiting]) tell();
  }

  /** Errors: LINE_FENCED, LINE_LISTEN_ONLY. */
  assertMayWrite(): void {
    this.assertHeld();
    if (this.#mode === 'listenOnly') throw fail('LINE_LISTEN_ONLY', { port: this.portId });
  }

  /** Errors: LINE_FENCED. */
  assertHeld(): void {
    if (!this.#office.holds(this)) throw this.#fenced();
  }

  #fenced(): Error {
    return fail('LINE_FENCED', { port: this.portId });
  }
}
