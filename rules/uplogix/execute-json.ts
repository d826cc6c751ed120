/** `execute [-raw] [-pattern P] [-multiline] [-command C] [-timeout T] [-setValue SCOPE NAME VALUE]…`, in any order. */
import type { JsonObject } from '../../core/json.js';
import { valueOfText } from '../../core/value-text.js';
import type { Entry } from './action-json.js';
import type { Tell } from './syntax.js';
import { wordsOf } from './words.js';
import type { Word } from './words.js';

interface Flags {
  readonly command?: string;
  readonly pattern?: string;
  readonly timeout?: string;
  readonly raw: boolean;
  readonly multiline: boolean;
  readonly sets: readonly { readonly scope: string; readonly name: string; readonly value: string }[];
}

/** Undefined where the flags cannot be read. */
export function executeEntries(line: number, rest: string, tell: Tell): readonly Entry[] | undefined {
  const flags = readFlags(wordsOf(rest));
  if (flags === undefined || (flags.sets.length > 0 && flags.pattern === undefined)) return undefined;
  if (flags.raw) tell(line, 'unexpressed', 'flag', '-raw: a command waits for its prompt here');
  const { pattern, groups } = withNames(flags.pattern ?? '');
  const captures: JsonObject[] = [];
  const constants: Entry[] = [];
  for (const { scope, name, value } of flags.sets) {
    const number = /^\$(\d+)$/.exec(value)?.[1];
    if (number === undefined)
      constants.push({ action: 'setValue', params: { scope, name, value: valueOfText(value) } });
    else if (Number(number) >= 1 && Number(number) <= groups) captures.push({ group: `g${number}`, name, scope });
    else tell(line, 'unexpressed', 'capture', `$${number}: the pattern has ${String(groups)} groups; left out`);
  }
  // The key at the end is typed with every command.
  const command = (flags.command ?? '').replace(/(?:\\r|\\n)+$/, '');
  const params: JsonObject = {
    command,
    ...(flags.pattern === undefined ? {} : patternParams(flags, pattern, constants.length > 0)),
    ...(flags.timeout === undefined ? {} : { timeout: `${flags.timeout}s` }),
    ...(captures.length === 0 ? {} : { captures }),
  };
  return [{ action: 'execute', params }, ...constants];
}

/** A12: without -multiline the pattern is tried line by line. Constants are set only after a match, so that it must be there. */
function patternParams({ multiline }: Flags, pattern: string, mustMatch: boolean): JsonObject {
  return { pattern: multiline ? pattern : `(?m)${pattern}`, ...(mustMatch ? {} : { mustMatch: false }) };
}

function readFlags(words: readonly Word[]): Flags | undefined {
  const texts: Record<string, string> = {};
  const sets: { scope: string; name: string; value: string }[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < words.length; i += 1) {
    const flag = words[i]?.text ?? '';
    const [a, b, c] = [words[i + 1]?.text, words[i + 2]?.text, words[i + 3]?.text];
    if (flag === '-raw' || flag === '-multiline') seen.add(flag);
    else if (/^-(?:command|pattern|timeout)$/.test(flag) && a !== undefined) {
      texts[flag.slice(1)] = a;
      i += 1;
    } else if (flag === '-setValue' && a !== undefined && b !== undefined && c !== undefined) {
      sets.push({ scope: a.toLowerCase(), name: b, value: c });
      i += 3;
    } else return undefined;
  }
  return { ...texts, raw: seen.has('-raw'), multiline: seen.has('-multiline'), sets };
}

/** Groups with names g1, g2 …, as captures want them. */
function withNames(pattern: string): { readonly pattern: string; readonly groups: number } {
  let groups = 0;
  const named = pattern.replace(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?!\?)/g, (found) => {
    if (found !== '(') return found;
    groups += 1;
    return `(?P<g${String(groups)}>`;
  });
  return { pattern: named, groups };
}
