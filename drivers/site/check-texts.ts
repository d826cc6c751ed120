/** Patterns that are none, and slots that nobody fills, anywhere in a driver that a site wrote. Pure. */
import { gotText, pointerTo } from '../../core/schema-problems.js';
import type { ValueProblem } from '../../core/schema-problems.js';
import { SLOT_TYPES } from '../../core/slots.js';

/** Keys whose text, or whose texts, are regular expressions. */
const PATTERN_KEYS: readonly string[] = [
  ...['pattern', 'ready', 'success', 'interfaces', 'members', 'model', 'unsaved', 'banner', 'volatile'],
  ...['noise', 'countdowns', 'bootStarts', 'secrets', 'prompts', 'capture'],
  // Those of `login` are texts; rows of failures are objects and have a `pattern`.
  'failures',
];
const SLOT = /\{\{([^{}]*)\}\}/g;
const SLOT_NAMES: readonly string[] = [
  ...['file', 'fileSystem', 'image', 'size', 'sizeHex', 'version', 'oldImage', 'slot', 'otherSlot'],
  ...['server', 'serverPort', 'serverUser', 'serverPassword', 'remoteFile'],
];

/** Everything wrong below one driver. `groups`: names that a question's own pattern gives to its answer. */
export function textProblems(value: unknown, ownSlots: readonly string[]): readonly ValueProblem[] {
  return walk(value, { pointer: '', key: '', known: [...SLOT_NAMES, ...ownSlots] });
}

interface At {
  readonly pointer: string;
  /** The nearest key above that is no index. */
  readonly key: string;
  readonly known: readonly string[];
}

function walk(value: unknown, at: At): readonly ValueProblem[] {
  if (typeof value === 'string') return [...patternProblems(value, at), ...slotProblems(value, at)];
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => walk(item, { ...at, pointer: pointerTo(at.pointer, i) }));
  }
  if (typeof value !== 'object' || value === null) return [];
  const known = [...at.known, ...groupNames((value as { pattern?: unknown }).pattern)];
  // The names below `capture` are the site's; their values are patterns all the same.
  return Object.entries(value).flatMap(([key, item]) =>
    walk(item, { pointer: pointerTo(at.pointer, key), key: at.key === 'capture' ? 'capture' : key, known }),
  );
}

function patternProblems(text: string, { pointer, key }: At): readonly ValueProblem[] {
  // Device model rows of `verifiedOn` are words.
  if (!PATTERN_KEYS.includes(key) || pointer.startsWith('/verifiedOn/')) return [];
  try {
    new RegExp(text.replace(SLOT, 'x'), 'm');
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*: /, '') : '';
    return [{ pointer, wanted: `a regular expression (${reason})`, got: gotText(text) }];
  }
}

function slotProblems(text: string, { pointer, known }: At): readonly ValueProblem[] {
  return [...text.matchAll(SLOT)].flatMap(([slot, body = '']) => {
    const [name = '', type = 'word'] = body.split(':');
    if (!known.includes(name) && !/^property\.[\w-]+$/.test(name)) {
      return [{ pointer, wanted: `one of the slots ${known.join(', ')}, property.NAME`, got: gotText(slot) }];
    }
    if (SLOT_TYPES.includes(type)) return [];
    return [{ pointer, wanted: `a slot of type ${SLOT_TYPES.join(', ')}`, got: gotText(slot) }];
  });
}

function groupNames(pattern: unknown): readonly string[] {
  return typeof pattern === 'string' ? [...pattern.matchAll(/\(\?<(\w+)>/g)].map(([, name = '']) => name) : [];
}
