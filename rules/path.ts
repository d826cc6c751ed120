/**
 * Property paths of conditions: `$` followed by `.name`, `[n]` or `['name']`. A subset of JSONPath that only walks
 * own properties: no filters, no scripts, no prototypes (ARCHITECTURE 8).
 */

/** One step of a path: a property name or an array index. */
export type PathStep = string | number;

const STEP = /\.([A-Za-z_][\w-]*)|\[(\d{1,9})\]|\['([^'\\]*)'\]|\["([^"\\]*)"\]/y;

/** What a message wants where a path is wrong. */
export const PATH_FORM = `a path such as $.data.line, $.list[0] or $['odd name']`;

/** The steps of a path, or undefined where it is none. */
export function parsePath(path: string): readonly PathStep[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: PathStep[] = [];
  let at = 1;
  while (at < path.length) {
    STEP.lastIndex = at;
    const match = STEP.exec(path);
    if (match === null) return undefined;
    const [whole, name, index, single, double] = match;
    steps.push(index === undefined ? (name ?? single ?? double ?? '') : Number(index));
    at += whole.length;
  }
  return steps;
}

/** The value at the end of the steps; undefined where the way ends before. */
export function followPath(value: unknown, steps: readonly PathStep[]): unknown {
  let here = value;
  for (const step of steps) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Readonly<Record<PathStep, unknown>>)[step];
  }
  return here;
}

/** A path resolver for json-rules-engine that parses each path once. Wrong paths give undefined. */
export function makePathResolver(): (value: object, path: string) => unknown {
  const parsed = new Map<string, readonly PathStep[] | undefined>();
  return (value, path) => {
    if (!parsed.has(path)) parsed.set(path, parsePath(path));
    const steps = parsed.get(path);
    return steps === undefined ? undefined : followPath(value, steps);
  };
}
