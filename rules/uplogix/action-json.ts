/** Actions by our names and parameters; what the catalog refuses is named. */
import type { JsonObject } from '../../core/json.js';
import type { ActionCatalog } from '../../core/ports/action-catalog.js';
import { valueOfText } from '../../core/value-text.js';
import { executeEntries } from './execute-json.js';
import type { ActionLine, Tell } from './syntax.js';
import { unquoted, wordsOf } from './words.js';

/** The pages' own list; what is used there and stands in none of it is a fault of the text. */
const LISTED = new Set(
  (
    'alarm certify clearCounters clearServiceModule clearValue decrementValue emailSystemLog event execute incrementValue ' +
    'interfaceCycle interfaceOff interfaceOn powerCycle powerOff powerOn pppOff pppOn pullRunningConfig pullStartupConfig ' +
    'pullTech pushOS pushRunningConfig pushStartupConfig reboot rebootAll rebootWorking restartSystem restore ' +
    'serviceProcessorPowerCycle serviceProcessorPowerOff serviceProcessorPowerOn setPosition setValue writeStatus'
  ).split(' '),
);

const RENAMED: Readonly<Record<string, string>> = { pushOS: 'pushOs', restartSystem: 'restartNode' };
const SCOPED = /^(system|monitor)\s+(\S+)\s*(.*)$/i;

/** One entry of `actions`, `{ "alarm": { … } }`, as name and parameters. */
export interface Entry {
  readonly action: string;
  readonly params: JsonObject;
}

/** Entries that stand for one line: none where it has no form here, which is told. */
export function actionEntries(line: ActionLine, rule: string, catalog: ActionCatalog, tell: Tell): JsonObject[] {
  if (!LISTED.has(line.name)) {
    tell(line.line, 'fault', 'action-not-in-docs-list', `${line.name} is none of the documented actions; left out`);
    return [];
  }
  const read = entriesOf(line, rule, tell);
  const refused = read === undefined ? `"${line.rest}" cannot be read` : refusal(read, catalog);
  if (read === undefined || refused !== undefined) {
    tell(line.line, 'unexpressed', 'action', `${line.name}: ${refused ?? ''}; left out`);
    return [];
  }
  return read.map(({ action, params }) => ({ [action]: params }));
}

function refusal(entries: readonly Entry[], catalog: ActionCatalog): string | undefined {
  for (const { action, params } of entries) {
    if (catalog.get(action) === undefined) return 'no such action in this version';
    const [problem] = catalog.problems(action, params);
    if (problem !== undefined) return `${problem.pointer.slice(1)} must be ${problem.wanted}, and is ${problem.got}`;
    if (JSON.stringify(params).includes('{{')) return '{{ would begin a slot';
  }
  return undefined;
}

/** Undefined where what stands behind the name cannot be read. */
function entriesOf({ line, name, rest }: ActionLine, rule: string, tell: Tell): readonly Entry[] | undefined {
  switch (name) {
    case 'alarm':
    case 'event':
      return messageEntries(line, name, rest, rule, tell);
    case 'setValue':
    case 'clearValue':
    case 'incrementValue':
    case 'decrementValue':
      return variableEntries(line, name, rest, tell);
    case 'execute':
      return executeEntries(line, rest, tell);
    case 'writeStatus':
      return [{ action: name, params: { text: unquoted(rest).value } }];
    case 'pushOS':
    case 'pushRunningConfig':
    case 'pushStartupConfig':
      return [{ action: RENAMED[name] ?? name, params: { version: rest === '' ? 'candidate' : rest } }];
    case 'powerCycle':
      return rest === '' ? [{ action: name, params: {} }] : undefined;
    case 'interfaceOn':
    case 'interfaceOff':
    case 'interfaceCycle':
      return interfaceEntries(name, rest);
    default:
      return rest === '' ? [{ action: RENAMED[name] ?? name, params: {} }] : undefined;
  }
}

function interfaceEntries(action: string, rest: string): readonly Entry[] | undefined {
  const name = /^-i\s+"?([^"\s]+)"?$/.exec(rest)?.[1];
  return name === undefined ? undefined : [{ action, params: { interface: name } }];
}

/** `alarm [TYPE] [noalert | -a message | -oid id]`: the message without one is the type, or the rule's name. */
function messageEntries(line: number, name: string, rest: string, rule: string, tell: Tell): readonly Entry[] {
  const message = /(?:^|\s)-a\s+(.+?)(?:\s+-oid\s.*)?$/.exec(rest)?.[1];
  for (const word of wordsOf(rest)) {
    if (!word.quoted && (word.text === 'noalert' || word.text === '-oid'))
      tell(line, 'unexpressed', 'flag', `${word.text} is left out`);
  }
  const [first] = wordsOf(rest);
  const type = first === undefined || /^(?:-a|-oid|noalert)$/.test(first.text) ? undefined : first.text;
  const text = message === undefined ? (type ?? rule) : unquoted(message).value;
  if (name === 'event') return [{ action: name, params: { type: `custom.${type ?? rule}`, data: { message: text } } }];
  return [{ action: name, params: { message: text, ...(type === undefined ? {} : { kind: type }) } }];
}

function variableEntries(line: number, action: string, rest: string, tell: Tell): readonly Entry[] | undefined {
  const [, scope = '', name = '', given = ''] = SCOPED.exec(rest) ?? [];
  if (name === '') return undefined;
  const place = { scope: scope.toLowerCase(), name };
  if (action !== 'setValue') return given === '' ? [{ action, params: place }] : undefined;
  // A17
  const text = given.replace(/^=\s*/, '');
  if (text !== given) tell(line, 'fault', 'equals-sign-in-setValue', '"=" is no part of the value');
  const { value } = unquoted(text);
  return text === '' ? undefined : [{ action, params: { ...place, value: valueOfText(value) } }];
}
