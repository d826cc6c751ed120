import { expect } from 'chai';
import { CompiledTable, SpeedProbeMachine } from '../../../protocols/dialog/index.js';
import type { SpeedOutput } from '../../../protocols/dialog/index.js';
import type { SpeedFound, SpeedProbe } from '../../../core/ports/dialog.js';
import { misread } from '../../../lab/line/uart.js';
import { router } from './tables.js';

const encoder = new TextEncoder();

/** What the other end does; times are ms after the start, or after what was typed. */
interface Far {
  readonly baudRate: number;
  readonly unasked?: readonly (readonly [atMs: number, text: string])[];
  /** Said when something is typed at its speed. */
  readonly answer?: (typed: string) => string;
  /** What it says to what it cannot read. */
  readonly answerToGarbage?: string;
}

interface Run {
  readonly result: SpeedFound;
  readonly speeds: readonly number[];
  readonly typed: readonly (readonly [text: string, baudRate: number])[];
  readonly elapsedMs: number;
}

/** One byte at a time, as a slow line brings them. */
function probe(setup: SpeedProbe, far: Far, refuses: (baudRate: number, time: number) => boolean = () => false): Run {
  const machine = new SpeedProbeMachine(setup, new CompiledTable(router));
  const pending: { readonly atMs: number; readonly byte: number; readonly said: string }[] = [];
  const speeds: number[] = [];
  const typed: (readonly [string, number])[] = [];
  let [nowMs, baudRate, result] = [0, far.baudRate, undefined as SpeedFound | undefined];
  const say = (text: string, atMs: number): void => {
    pending.push({ atMs, byte: 0, said: text });
    pending.sort((a, b) => a.atMs - b.atMs);
  };
  const take = (outputs: readonly SpeedOutput[]): void => {
    for (const output of outputs) {
      if (output.kind === 'done') result = output.result;
      else if (output.kind === 'setSpeed') {
        speeds.push(output.baudRate);
        const refused = refuses(output.baudRate, speeds.length);
        if (!refused) baudRate = output.baudRate;
        take(machine.handle(refused ? { kind: 'speedRefused', reason: 'refused' } : { kind: 'speedSet' }, nowMs));
      } else {
        typed.push([output.text, baudRate]);
        const answer = baudRate === far.baudRate ? far.answer?.(output.text) : far.answerToGarbage;
        if (answer !== undefined) say(answer, nowMs + 5);
      }
    }
  };
  for (const [atMs, text] of far.unasked ?? []) say(text, atMs);
  take(machine.handle({ kind: 'start' }, nowMs));
  for (let steps = 0; result === undefined; steps++) {
    if (steps > 100_000) throw new Error('the engine stands still');
    const dueMs = machine.nextDeadlineMs() ?? Infinity;
    const [next] = pending;
    if (next !== undefined && next.atMs <= dueMs) {
      nowMs = Math.max(nowMs, next.atMs);
      pending.shift();
      for (const byte of misread(encoder.encode(next.said), far.baudRate, baudRate)) {
        take(machine.handle({ kind: 'bytes', bytes: Uint8Array.of(byte) }, nowMs));
      }
    } else {
      nowMs = dueMs;
      take(machine.handle({ kind: 'time' }, nowMs));
    }
  }
  expect(machine.nextDeadlineMs()).to.equal(undefined);
  return { result, speeds, typed, elapsedMs: nowMs };
}

const prompt = (): string => '\r\nRouter#';
const rates = [9600, 115_200, 38_400, 19_200];

describe('SpeedProbeMachine', () => {
  it('proves the expected rate by a clean prompt, twice, in less than a second', () => {
    const { result, typed, elapsedMs } = probe({ baudRates: rates, hail: '\r' }, { baudRate: 9600, answer: prompt });
    expect(result).to.deep.equal({ kind: 'prompt', baudRate: 9600, state: { state: 'exec', text: 'Router#' } });
    expect(typed).to.deep.equal([
      ['\r', 9600],
      ['\r', 9600],
    ]);
    expect(elapsedMs).to.be.lessThan(1_000);
  });

  for (const baudRate of rates.slice(1)) {
    it(`goes through the rates until it finds the device at ${String(baudRate)}`, () => {
      const { result, speeds, elapsedMs } = probe({ baudRates: rates, hail: '\r' }, { baudRate, answer: prompt });
      expect(result).to.include({ kind: 'prompt', baudRate });
      expect(speeds).to.deep.equal(rates.slice(0, rates.indexOf(baudRate) + 1));
      expect(elapsedMs).to.be.lessThan(4_000 * speeds.length);
    });
  }

  it('takes no prompt that came with garbage for a proof', () => {
    let answers = 0;
    const answer = (): string => (answers++ === 0 ? '\x7f\x80\r\nRouter#' : '\r\nRouter#');
    const { typed } = probe({ baudRates: rates, hail: '\r' }, { baudRate: 9600, answer });
    expect(typed).to.have.length(3);
  });

  it('answers that no rate can read, and a line without a word, are told apart', () => {
    const silent = probe({ baudRates: rates, hail: '\r' }, { baudRate: 57_600 });
    expect(silent.result).to.deep.equal({ kind: 'none', heard: 'nothing' });
    expect(silent.speeds).to.deep.equal([...rates, ...rates]);
    const noisy = probe(
      { baudRates: rates, hail: '\r' },
      { baudRate: 57_600, answerToGarbage: 'what is this?\r\nRouter#' },
    );
    expect(noisy.result).to.deep.equal({ kind: 'none', heard: 'garbage' });
    expect(noisy.elapsedMs).to.be.lessThan(120_000);
  });

  it('tries a rate that our end refuses again, and says so where it stays refused', () => {
    const once = probe(
      { baudRates: rates, hail: '\r' },
      { baudRate: 9600, answer: prompt },
      (_rate, time) => time === 1,
    );
    expect(once.result).to.include({ kind: 'prompt', baudRate: 9600 });
    expect(once.speeds).to.deep.equal([9600, 9600]);
    const never = probe({ baudRates: [115_200], hail: '\r' }, { baudRate: 115_200, answer: prompt }, () => true);
    expect(never.result).to.deep.equal({ kind: 'none', heard: 'nothing', refused: 'refused' });
  });

  it('gives up where our end never says whether it changed', () => {
    const machine = new SpeedProbeMachine({ baudRates: rates, hail: '\r' }, new CompiledTable(router));
    machine.handle({ kind: 'start' }, 0);
    const dueMs = machine.nextDeadlineMs() ?? 0;
    const [done] = machine.handle({ kind: 'time' }, dueMs);
    expect(done).to.deep.include({ kind: 'done' });
    expect(dueMs).to.equal(10_000);
  });

  describe('while it listens first', () => {
    const setup = { baudRates: rates, hail: '\r', listenMs: 3_000 };

    it('types nothing into a boot, at whichever rate it is', () => {
      for (const baudRate of rates) {
        const unasked = Array.from(
          { length: 400 },
          (_, at) => [100 * at, 'System Bootstrap, Version 12.2\r\n'] as const,
        );
        const { result, typed } = probe(setup, { baudRate, unasked });
        expect(result).to.include({ kind: 'booting', baudRate });
        expect(result.kind === 'booting' && result.text).to.match(/^System Bootstrap/);
        expect(typed).to.deep.equal([]);
      }
    });

    it('types at a quiet line only after the time is over', () => {
      const { result, typed, elapsedMs } = probe(setup, { baudRate: 9600, answer: prompt });
      expect(result).to.include({ kind: 'prompt', baudRate: 9600 });
      expect(typed).to.have.length(2);
      expect(elapsedMs).to.be.greaterThan(3_000);
    });

    it('hails a device that never falls quiet and can be read: a receiver that asks for its first block', () => {
      const unasked = Array.from({ length: 20 }, (_, at) => [2_000 * at, 'C'] as const);
      const { result, typed } = probe(setup, { baudRate: 9600, unasked, answer: prompt });
      expect(result).to.include({ kind: 'prompt', baudRate: 9600 });
      expect(typed.length).to.be.within(2, 4);
    });

    it('believes a clean prompt that comes unasked and stands', () => {
      const { result, typed } = probe(setup, { baudRate: 9600, unasked: [[500, '\r\nrommon 1 > ']] });
      expect(result).to.deep.include({ kind: 'prompt', baudRate: 9600 });
      expect(typed).to.deep.equal([]);
    });
  });

  it('does nothing once it is done', () => {
    const machine = new SpeedProbeMachine({ baudRates: [9600], hail: '\r' }, new CompiledTable(router));
    machine.handle({ kind: 'start' }, 0);
    machine.handle({ kind: 'time' }, 10_000);
    expect(machine.handle({ kind: 'bytes', bytes: encoder.encode('Router#') }, 10_001)).to.deep.equal([]);
  });
});
