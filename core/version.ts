/** Versions as vendors number them: `16.2.5.4-patch1-31`, `15.7.1`. Pure. */

/** Whether a version is this one or a later one, by its numbers in order; a missing one counts as 0. */
export function isAtLeast(version: string, least: string): boolean {
  const [have, want] = [numbersOf(version), numbersOf(least)];
  for (const [i, wanted] of want.entries()) {
    const got = have[i] ?? 0;
    if (got !== wanted) return got > wanted;
  }
  return true;
}

function numbersOf(version: string): readonly number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}
