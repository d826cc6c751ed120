/** What is wrong with a site file: named so that a person finds the place at once (STYLE 19). */
export interface SiteProblem {
  /** Relative to the site folder: `ports.json`. */
  readonly file: string;
  /** JSON pointer (RFC 6901) inside the file: `/3/console/baudRate`. */
  readonly pointer: string;
  readonly wanted: string;
  readonly got: string;
  /** A warning does not stop a node. */
  readonly severity: 'error' | 'warning';
}

/** `ports.json /3/console/baudRate: expected one of 300…921600, got 9601`. */
export function problemText(problem: SiteProblem): string {
  const place = problem.pointer === '' ? problem.file : `${problem.file} ${problem.pointer}`;
  return `${place}: expected ${problem.wanted}, got ${problem.got}`;
}
