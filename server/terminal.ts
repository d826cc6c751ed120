/**
 * A person at a console: sees what everybody sees, and writes where the line is theirs (ARCHITECTURE 13). Whoever comes first
 * has the line; another watches, may ask for it, or takes it after naming the port.
 */
import { codeOf, fail, PortwrightError, reasonOf } from '../core/errors/index.js';
import type { Console, ConsoleHappening } from '../core/ports/console.js';
import type { Line } from '../core/ports/line.js';
import type { TerminalNews, TerminalRequest } from '../core/terminal.js';

/** A person who types nothing for so long has gone, and the port's jobs wait no longer. */
const LEASE_MS = 15 * 60_000;
/** What IOS and U-Boot take for a break, and more than any UART needs. */
const BREAK_MS = 500;

export interface TerminalParts {
  readonly console: Console;
  /** Differs from every other terminal's. */
  readonly owner: string;
  /** What must be typed to take the line. */
  readonly portName: string;
  readonly bytes: (bytes: Uint8Array) => void;
  readonly tell: (news: TerminalNews) => void;
}

export class TerminalSession {
  readonly #parts: TerminalParts;
  #line: Line | undefined;
  #asking: AbortController | undefined;
  /** Of the same holder a person is told once that it is not theirs. */
  #toldBusy = false;
  #stopListening = (): void => undefined;

  constructor(parts: TerminalParts) {
    this.#parts = parts;
  }

  /** Shows what stands on the line, and takes it where it is free. */
  start(): void {
    const { console, tell } = this.#parts;
    this.#stopListening = console.subscribe((happening) => this.#happened(happening));
    const recent = console.recent?.() ?? new Uint8Array(0);
    if (recent.length > 0) this.#parts.bytes(recent);
    if (!console.open) tell({ console: 'lost', reason: 'not open' });
    if (!this.#claim(false)) this.#tellLine();
  }

  /** Keys of the person. */
  keys(bytes: Uint8Array): void {
    const line = this.#line ?? (this.#claim(false) ? this.#line : undefined);
    if (line !== undefined) this.#tried(line.write(bytes));
    else if (!this.#toldBusy) {
      this.#toldBusy = true;
      this.#refused(fail('LINE_BUSY', { port: this.#parts.console.portId, owner: this.#parts.console.holder ?? '?' }));
    }
  }

  request(request: TerminalRequest): void {
    switch (request.do) {
      case 'ask':
        this.#ask();
        return;
      case 'take':
        this.#take(request.confirm);
        return;
      case 'release':
        this.#release();
        return;
      case 'break':
        this.#break();
    }
  }

  /** Gives the line back; called once or often. */
  stop(): void {
    this.#stopListening();
    this.#asking?.abort();
    this.#line?.release();
    this.#line = undefined;
  }

  #happened(happening: ConsoleHappening): void {
    const { bytes, tell } = this.#parts;
    switch (happening.kind) {
      case 'received':
        // The payload of a transfer is nothing to look at.
        if (happening.mode !== 'binary') bytes(happening.bytes);
        return;
      case 'opened':
        tell({ console: 'open' });
        return;
      case 'lost':
        tell({ console: 'lost', reason: happening.reason });
        return;
      case 'holder':
        this.#toldBusy = false;
        if (happening.owner !== this.#parts.owner) this.#line = undefined;
        return;
      case 'mode':
        // Comes after each change of the holder too.
        this.#tellLine();
        return;
      case 'sent':
      case 'asked':
    }
  }

  #tellLine(): void {
    const { console, owner, portName, tell } = this.#parts;
    const { holder, mode } = console;
    const line = holder === undefined ? 'free' : holder === owner ? 'yours' : 'busy';
    const asked = this.#asking !== undefined;
    tell({ line, port: portName, ...(holder === undefined ? {} : { holder }), mode, asked });
  }

  /** Whether the line is ours now. */
  #claim(now: boolean): boolean {
    const { console, owner } = this.#parts;
    try {
      this.#line = console.claim(owner, { kind: 'person', leaseMs: LEASE_MS, ...(now ? { now: true } : {}) });
      return true;
    } catch (error) {
      if (codeOf(error) !== 'LINE_BUSY') this.#refused(error);
      return false;
    }
  }

  #ask(): void {
    const { console, owner } = this.#parts;
    if (this.#line !== undefined || this.#asking !== undefined || console.ask === undefined) return;
    const asking = new AbortController();
    this.#asking = asking;
    const asked = console.ask(owner, { kind: 'person', leaseMs: LEASE_MS }, asking.signal);
    this.#tellLine();
    asked.then(
      (line) => {
        this.#asking = undefined;
        if (asking.signal.aborted) line.release();
        else this.#line = line;
        this.#tellLine();
      },
      () => undefined,
    );
  }

  #take(confirm: string): void {
    const { console, portName } = this.#parts;
    if (confirm !== portName) {
      const { portId: port, holder = 'nobody' } = console;
      this.#refused(fail('TERMINAL_NOT_CONFIRMED', { port, got: confirm.slice(0, 40), holder }));
      return;
    }
    this.#asking?.abort();
    this.#asking = undefined;
    this.#claim(true);
  }

  #release(): void {
    this.#asking?.abort();
    this.#asking = undefined;
    const line = this.#line;
    this.#line = undefined;
    line?.release();
  }

  #break(): void {
    const line = this.#line;
    if (line?.sendBreak === undefined) {
      const { portId: port, holder: owner = 'nobody' } = this.#parts.console;
      this.#refused(fail('LINE_BUSY', { port, owner }));
      return;
    }
    this.#tried(line.sendBreak(BREAK_MS));
  }

  #tried(work: Promise<void>): void {
    work.catch((error: unknown) => this.#refused(error));
  }

  #refused(error: unknown): void {
    const next = error instanceof PortwrightError ? error.next : '';
    this.#parts.tell({ refused: { code: codeOf(error), message: reasonOf(error), next } });
  }
}
