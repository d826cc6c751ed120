/** `rule1, rule2 | rule3, rule4`: commas in order, pipes in parallel; pipes bind tighter. */
import type { Stages, Tell } from './syntax.js';

interface ListLine {
  readonly line: number;
  readonly text: string;
}

const ENDS_OPEN = /[,|]$/;
const BEGINS_OPEN = /^[,|]/;

/** Lines of one list. A name with a blank in it is told; so is a place that is empty. */
export function readNameList(lines: readonly ListLine[], tell: Tell): Stages {
  const [first] = lines;
  if (first === undefined) return [];
  const joined = lines.reduce((before, { line, text }) => {
    if (before === '' || ENDS_OPEN.test(before) || BEGINS_OPEN.test(text)) return before + text;
    tell(line, 'fault', 'missing-separator', 'no comma or pipe before this line of the list; read as a comma');
    return `${before},${text}`;
  }, '');
  const whole = joined.replace(/\s*,$/, '');
  if (whole !== joined) tell(first.line, 'fault', 'comma-at-end', 'the list ends with a comma; read as if it did not');
  return whole.split(',').flatMap((stage) => {
    const names = stage.split('|').map((name) => name.trim());
    if (names.some((name) => name === ''))
      tell(first.line, 'fault', 'empty-place', 'an empty place in the list; left out');
    for (const name of names) {
      if (/\s/.test(name)) tell(first.line, 'fault', 'blank-in-name', `a name has no blanks: "${name}"`);
    }
    const given = names.filter((name) => name !== '');
    return given.length === 0 ? [] : [given];
  });
}
