/** Reads `site/conditions/*.json`: `{ "name": "at-loader", "conditions": { "all": […] } }`. */
import type { SiteProblem } from '../core/problem.js';
import { gotText, pointerTo, SchemaCheck } from '../core/schema-problems.js';
import type { ValueProblem } from '../core/schema-problems.js';
import { conditionCycle, conditionProblems } from './check-conditions.js';
import type { Condition, NamedConditions } from './rule.js';
import { NAMED_CONDITION_CHECK } from './schema.js';
import { itemsOf } from '../core/site-file.js';
import type { SourceFile } from '../core/site-file.js';

interface Found {
  readonly file: string;
  readonly pointer: string;
  readonly name: string;
  readonly conditions: unknown;
}

const SHAPE = new SchemaCheck(NAMED_CONDITION_CHECK);

/** All named conditions of a site. Where there are problems, the wrong ones are left out. */
export function readConditions(files: readonly SourceFile[]): {
  readonly conditions: NamedConditions;
  readonly problems: readonly SiteProblem[];
} {
  const problems: SiteProblem[] = [];
  const found = files.flatMap((file) => findConditions(file, problems));
  const known = new Map<string, Found>();
  for (const item of found) {
    const first = known.get(item.name);
    if (first === undefined) known.set(item.name, item);
    else problems.push(problemAt(item, 'name', `a name that ${first.file} has not taken`, item.name));
  }
  const sound = new Map<string, Condition>();
  for (const item of known.values()) {
    const wrong = conditionProblems(item.conditions, pointerTo(item.pointer, 'conditions'), {
      named: new Set(known.keys()),
    });
    problems.push(...wrong.map((problem) => siteProblem(item.file, problem)));
    if (wrong.length === 0) sound.set(item.name, item.conditions as Condition);
  }
  const named = Object.fromEntries(sound);
  for (const name of Object.keys(named)) {
    const item = known.get(name);
    const cycle = conditionCycle(name, named);
    if (item === undefined || cycle === undefined) continue;
    problems.push(problemAt(item, 'conditions', 'conditions that do not need themselves', cycle));
    sound.delete(name);
  }
  return { conditions: Object.fromEntries(sound), problems };
}

function findConditions(source: SourceFile, problems: SiteProblem[]): readonly Found[] {
  const outer = itemsOf(source.json, 'conditions');
  problems.push(...outer.problems.map((problem) => siteProblem(source.file, problem)));
  return outer.items.flatMap(({ pointer, value }) => {
    const wrong = SHAPE.problems(value);
    problems.push(...wrong.map((p) => siteProblem(source.file, { ...p, pointer: pointer + p.pointer })));
    if (wrong.length > 0) return [];
    const { name, conditions } = value as { readonly name: string; readonly conditions: unknown };
    return [{ file: source.file, pointer, name, conditions }];
  });
}

function problemAt(item: Found, key: string, wanted: string, got: string): SiteProblem {
  return siteProblem(item.file, { pointer: pointerTo(item.pointer, key), wanted, got: gotText(got) });
}

function siteProblem(file: string, problem: ValueProblem): SiteProblem {
  return { file, ...problem, severity: 'error' };
}
