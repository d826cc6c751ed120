/**
 * Which of many closed intervals hold a number: a static centred interval tree (de Berg et al., "Computational
 * Geometry", 10.1). A search costs O(log n) and what it finds.
 */

export interface Interval {
  /** `-Infinity` where there is no lower bound. */
  readonly low: number;
  readonly high: number;
  readonly id: number;
}

interface Node {
  readonly centre: number;
  /** Intervals that hold the centre, by rising `low`, and the same by falling `high`. */
  readonly byLow: readonly Interval[];
  readonly byHigh: readonly Interval[];
  readonly left: Node | undefined;
  readonly right: Node | undefined;
}

export class IntervalTree {
  readonly #root: Node | undefined;

  constructor(intervals: readonly Interval[]) {
    this.#root = build(intervals.filter(({ low, high }) => low <= high));
  }

  /** Calls `found` for each interval that holds the number; NaN lies in none. */
  search(value: number, found: (id: number) => void): void {
    if (Number.isNaN(value)) return;
    let node = this.#root;
    while (node !== undefined) {
      if (value <= node.centre) {
        for (const { low, id } of node.byLow) {
          if (low > value) break;
          found(id);
        }
        node = value === node.centre ? undefined : node.left;
      } else {
        for (const { high, id } of node.byHigh) {
          if (high < value) break;
          found(id);
        }
        node = node.right;
      }
    }
  }
}

/** Differences of infinite numbers would be no order. */
function rising(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The centre is an end of one of the intervals, so that each level takes at least one away. */
function build(intervals: readonly Interval[]): Node | undefined {
  if (intervals.length === 0) return undefined;
  const ends = intervals.flatMap(({ low, high }) => [low, high]).sort(rising);
  const centre = ends[ends.length >> 1] ?? 0;
  const here = intervals.filter(({ low, high }) => low <= centre && centre <= high);
  return {
    centre,
    byLow: [...here].sort((a, b) => rising(a.low, b.low)),
    byHigh: [...here].sort((a, b) => rising(b.high, a.high)),
    left: build(intervals.filter(({ high }) => high < centre)),
    right: build(intervals.filter(({ low }) => low > centre)),
  };
}
