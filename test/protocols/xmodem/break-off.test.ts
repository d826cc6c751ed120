import { expect } from 'chai';
import { ABORT_SEQUENCE } from '../../../protocols/xmodem/block.js';
import { BreakOff } from '../../../protocols/xmodem/break-off.js';
import type { BreakOffOutput } from '../../../protocols/xmodem/break-off.js';

const PATIENCE_MS = 10_500;
const LONE_MS = 250;

/** What the far end says, and when; what was written, and when; how it ended. */
class Bench {
  readonly #engine = new BreakOff(0);
  readonly written: number[] = [];
  end: BreakOffOutput | undefined;
  endedMs = 0;
  nowMs = 0;

  say(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
    this.#take(this.#engine.handle({ kind: 'bytes', bytes }, this.nowMs));
  }

  to(ms: number): void {
    for (;;) {
      const dueMs = this.#engine.nextDeadlineMs();
      if (dueMs === undefined || dueMs > ms) break;
      this.nowMs = Math.max(this.nowMs, dueMs);
      this.#take(this.#engine.handle({ kind: 'timer' }, this.nowMs));
    }
    this.nowMs = ms;
  }

  abort(): void {
    this.#take(this.#engine.handle({ kind: 'abort' }, this.nowMs));
  }

  #take(outputs: readonly BreakOffOutput[]): void {
    for (const output of outputs) {
      if (output.kind === 'send') {
        expect(output.bytes).to.equal(ABORT_SEQUENCE);
        this.written.push(this.nowMs);
      } else {
        expect(this.end, 'one end').to.equal(undefined);
        this.end = output;
        this.endedMs = this.nowMs;
      }
    }
  }
}

/** A receiver as U-Boot 2023.01 has it: hears for two seconds after each request, is deaf until two quiet ones are over. */
class DeafReceiver {
  readonly #bench: Bench;
  cancelledMs: number | undefined;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  live(untilMs: number): void {
    const bench = this.#bench;
    for (let requestMs = 1000; requestMs <= untilMs; requestMs += 4250) {
      bench.to(requestMs);
      const before = bench.written.length;
      bench.say('C');
      bench.to(requestMs + 2000);
      if (bench.written.length === before) continue;
      this.cancelledMs = bench.nowMs;
      bench.say('\r\n## Binary (ymodem) download aborted\r\n=> ');
      break;
    }
    bench.to(untilMs);
  }
}

describe('protocols/xmodem/break-off', () => {
  it('waits for the request of a receiver that is deaf in between, and cancels it at its first', () => {
    const bench = new Bench();
    const receiver = new DeafReceiver(bench);
    receiver.live(30_000);
    expect(bench.written).to.deep.equal([1000 + LONE_MS]);
    expect(receiver.cancelledMs).to.equal(3000);
    expect(bench.end).to.deep.equal({ kind: 'done', found: 'cancelled' });
    expect(bench.endedMs, 'a second after the prompt').to.equal(4000);
  });

  for (const request of ['\x15', '\x06', 'Ready to receive file...........C', 'rb waiting to receive.C']) {
    it(`takes ${JSON.stringify(request)} for a request`, () => {
      const bench = new Bench();
      bench.say(request);
      bench.to(LONE_MS);
      expect(bench.written).to.deep.equal([LONE_MS]);
      bench.to(60_000);
      expect(bench.end).to.deep.equal({ kind: 'done', found: 'cancelled' });
      expect(bench.endedMs).to.equal(LONE_MS + PATIENCE_MS);
    });
  }

  it('types nothing where nobody asks, and says so when a receiver would have asked', () => {
    const bench = new Bench();
    bench.to(60_000);
    expect(bench.written).to.deep.equal([]);
    expect(bench.end).to.deep.equal({ kind: 'done', found: 'quiet' });
    expect(bench.endedMs).to.equal(PATIENCE_MS);
  });

  for (const text of ['\r\nRouter#', '=> ', 'Configure now? [yes/no]: ']) {
    it(`types nothing at ${JSON.stringify(text)}, and waits a second only`, () => {
      const bench = new Bench();
      for (const byte of text) bench.say(byte);
      bench.to(60_000);
      expect(bench.written).to.deep.equal([]);
      expect(bench.end).to.deep.equal({ kind: 'done', found: 'console' });
      expect(bench.endedMs).to.equal(1000);
    });
  }

  it('types nothing into log lines and boot text, also where a word begins with C', () => {
    const bench = new Bench();
    for (const line of [
      'C1700 platform\r\n',
      '%SYS-5-CONFIG_I: Configured\r\n',
      'Cisco\r\n',
      'C\r\n',
      '\x15\x92noise\n',
    ]) {
      for (const byte of line) bench.say(byte);
      bench.to(bench.nowMs + 2000);
    }
    expect(bench.written).to.deep.equal([]);
    bench.to(60_000);
    expect(bench.end).to.deep.equal({ kind: 'done', found: 'quiet' });
    expect(bench.endedMs).to.equal(PATIENCE_MS);
  });

  it('stops asking after five cancels that were not heeded', () => {
    const bench = new Bench();
    for (let i = 0; i < 9; i++) {
      bench.say('C');
      bench.to(bench.nowMs + 5000);
    }
    expect(bench.written).to.have.length(5);
    expect(bench.end).to.deep.equal({ kind: 'done', found: 'cancelled' });
  });

  it('ends when it is told to, and says nothing after that', () => {
    const bench = new Bench();
    bench.say('C');
    bench.abort();
    bench.say('C');
    bench.to(60_000);
    expect(bench.written).to.deep.equal([]);
    expect(bench.end).to.deep.equal({ kind: 'failed' });
  });
});
