/**
 * Order of vendors' version texts: `12.3(9)` < `12.3(9a)` < `12.3(10)`, `17.3.4` < `17.3.4a`, `21.4R3` < `21.4R3-S2`,
 * `2.0.0-rc1` < `2.0.0`. A version is its runs of digits and of letters; everything between only separates.
 */

const RUN = /\d+|[A-Za-z]+/g;

/** Words that mean "before the release": they sort below the end of the text. */
const BEFORE_RELEASE: ReadonlySet<string> = new Set(['alpha', 'beta', 'rc', 'pre']);

/** Negative where `a` is older, positive where newer, 0 where they say the same. */
export function compareVersions(a: string, b: string): number {
  const left = a.toLowerCase().match(RUN) ?? [];
  const right = b.toLowerCase().match(RUN) ?? [];
  const length = Math.max(left.length, right.length);
  for (let i = 0; i < length; i += 1) {
    const order = compareRuns(left[i], right[i]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Rank first: a word before the release, then the end of the text, then any other word, then a number. */
function compareRuns(a: string | undefined, b: string | undefined): number {
  const byRank = rank(a) - rank(b);
  if (byRank !== 0 || a === undefined || b === undefined) return byRank;
  if (rank(a) === RANK_NUMBER) return compareNumbers(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

const RANK_NUMBER = 3;

function rank(run: string | undefined): number {
  if (run === undefined) return 1;
  if (/^\d/.test(run)) return RANK_NUMBER;
  return BEFORE_RELEASE.has(run) ? 0 : 2;
}

/** Digits of any length, so that build numbers never lose precision. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+(?=\d)/, ''), b.replace(/^0+(?=\d)/, '')];
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}
