/** What a benchmark measures and prints (docs/benchmarks.md). */

/** One measured case; `ours` and `peer` give one figure each time they are called. */
export interface BenchCase {
  readonly name: string;
  readonly unit: string;
  readonly betterIs: 'higher' | 'lower';
  /** A ratio to the peer, or absolute in `unit` where there is no peer. */
  readonly goal: number;
  readonly peerName: string | null;
  /** Runs of each side where five would take too long. */
  readonly runs?: number;
  prepare?(): Promise<void>;
  ours(): Promise<number>;
  peer?(): Promise<number>;
  clean?(): Promise<void>;
  /** What else was seen while it ran; asked for at the end. */
  remark?(): string;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** A row of `--json`. `ratio` above 1 always means that ours is better. */
export interface BenchRow {
  readonly case: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly peerName: string | null;
  readonly unit: string;
  readonly betterIs: 'higher' | 'lower';
  readonly ratio: number | null;
  readonly goal: number;
  readonly met: boolean;
}

/** Runs of each side; odd, so that the median is a measured figure. */
const RUNS = 5;

/** Measures ours and the peer in turn, so that both see the same machine. */
export async function measure(
  bench: BenchCase,
): Promise<{ readonly row: BenchRow; readonly ours: Spread; readonly peer?: Spread }> {
  await bench.prepare?.();
  const [ours, peers]: [number[], number[]] = [[], []];
  try {
    for (let run = 0; run < (bench.runs ?? RUNS); run++) {
      ours.push(await bench.ours());
      if (bench.peer !== undefined) peers.push(await bench.peer());
    }
  } finally {
    await bench.clean?.();
  }
  const our = spread(ours);
  if (peers.length === 0) return { row: rowOf(bench, our.median, null), ours: our };
  const peer = spread(peers);
  return { row: rowOf(bench, our.median, peer.median), ours: our, peer };
}

/** Pure: the row that these medians make. */
export function rowOf(bench: Omit<BenchCase, 'ours' | 'peer'>, ours: number, peer: number | null): BenchRow {
  const { betterIs, goal, unit, peerName } = bench;
  const ratio = peer === null ? null : betterIs === 'higher' ? ours / peer : peer / ours;
  const met = ratio === null ? (betterIs === 'higher' ? ours >= goal : ours <= goal) : ratio >= goal;
  return { case: bench.name, ours, peer, peerName, unit, betterIs, ratio, goal, met };
}

export function spread(figures: readonly number[]): Spread {
  const sorted = [...figures].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return { median: at(Math.floor(sorted.length / 2)), min: at(0), max: at(sorted.length - 1) };
}
