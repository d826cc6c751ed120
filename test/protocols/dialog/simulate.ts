/** Runs an engine against a scripted device in simulated time, with the device's bytes cut as the test likes. */
import type { DialogMachine, TextReader } from '../../../protocols/dialog/index.js';

/** How the device's text reaches the reader. `slow` is one byte a millisecond, as 9600 baud bring it. */
export type Cutting = 'whole' | 'byte' | 'slow';
export const CUTTINGS: readonly Cutting[] = ['whole', 'byte', 'slow'];

/** What a device says, and how long after what went before it. */
export type Says = readonly (readonly [afterMs: number, text: string])[];

export interface Device {
  /** Said from the start, by itself. */
  readonly first?: Says;
  /** Said when something is typed. */
  readonly on?: (typed: string) => Says;
}

export interface Simulated<Result> {
  readonly result: Result;
  readonly typed: readonly string[];
  readonly stories: readonly string[];
  readonly elapsedMs: number;
}

/** No engine may need this many steps; one that does is caught in a loop. */
const STEPS_MAX = 2_000_000;

export function simulate<Result>(
  machine: DialogMachine<Result>,
  reader: TextReader,
  device: Device,
  cutting: Cutting = 'whole',
): Simulated<Result> {
  const typed: string[] = [];
  const stories: string[] = [];
  const pending: { readonly atMs: number; readonly bytes: Uint8Array }[] = [];
  let nowMs = 1_000;
  let lineFreeMs = nowMs;
  const result: Result[] = [];

  const say = (says: Says): void => {
    let atMs = Math.max(nowMs, lineFreeMs);
    for (const [afterMs, text] of says) {
      atMs += afterMs;
      const bytes = new TextEncoder().encode(text);
      if (cutting === 'whole') pending.push({ atMs, bytes });
      else
        for (const byte of bytes)
          pending.push({ atMs: cutting === 'slow' ? atMs++ : atMs, bytes: Uint8Array.of(byte) });
    }
    lineFreeMs = atMs;
  };
  const step = (kind: 'start' | 'received' | 'time'): void => {
    for (const output of machine.handle({ kind }, nowMs)) {
      if (output.kind === 'story') stories.push(output.story);
      if (output.kind === 'done') result.push(output.result);
      if (output.kind !== 'write') continue;
      typed.push(output.text);
      say(device.on?.(output.text) ?? []);
    }
  };

  say(device.first ?? []);
  step('start');
  for (let steps = 0; result.length === 0; steps++) {
    const [said] = pending;
    const dueMs = machine.nextDeadlineMs() ?? Number.POSITIVE_INFINITY;
    if (steps > STEPS_MAX || (said === undefined && !Number.isFinite(dueMs)))
      throw new Error('the engine stands still');
    if (said !== undefined && said.atMs <= dueMs) {
      nowMs = said.atMs;
      reader.push(pending.shift()!.bytes);
      step('received');
    } else {
      if (dueMs <= nowMs) throw new Error(`deadline ${String(dueMs)} is not after ${String(nowMs)}`);
      nowMs = dueMs;
      step('time');
    }
  }
  return { result: result[0]!, typed, stories, elapsedMs: nowMs - 1_000 };
}

/** Answers each typed text with the first script line for it that is left. */
export function scripted(
  script: readonly (readonly [typed: string, says: string])[],
  delayMs = 5,
): (typed: string) => Says {
  const left = [...script];
  return (typed) => {
    const at = left.findIndex(([wanted]) => wanted === typed);
    return at < 0 ? [] : left.splice(at, 1).map(([, says]) => [delayMs, says] as const);
  };
}
