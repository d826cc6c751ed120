/** Facts out of command output, by a driver's fact rules. Pure: the same text always gives the same facts. */
import type { Driver, FactCommand, FactField } from '../core/driver.js';
import type { DeviceFacts, InterfaceCount, NumericFact } from '../core/facts.js';

/** Outputs of a driver's fact commands, keyed by the command as sent. */
export type FactOutputs = Readonly<Record<string, string>>;

/** Reads every fact that the outputs tell; hooks have the last word. */
export function readFacts(driver: Driver, outputs: FactOutputs): DeviceFacts {
  let facts: DeviceFacts = { make: driver.make, osType: driver.osType };
  for (const command of driver.facts) {
    const output = outputs[command.exchange.send ?? ''];
    if (output !== undefined) facts = { ...facts, ...factsOfCommand(command, output) };
  }
  if (facts.uptimeText !== undefined && facts.uptimeSeconds === undefined) {
    const uptimeSeconds = spokenSeconds(facts.uptimeText);
    if (uptimeSeconds !== undefined) facts = { ...facts, uptimeSeconds };
  }
  const working = driver.facts.flatMap((command) => workingIn(command, outputs[command.exchange.send ?? ''] ?? ''));
  if (working.length > 0) facts = { ...facts, working };
  return { ...facts, ...driver.hooks?.facts?.(outputs) };
}

function workingIn({ working = [] }: FactCommand, output: string): string[] {
  return working.flatMap(({ name, pattern }) =>
    [...output.matchAll(new RegExp(pattern, 'gm'))].map((match) => fillGroups(name, match)),
  );
}

function factsOfCommand(command: FactCommand, output: string): DeviceFacts {
  const facts: Record<string, unknown> = {};
  for (const field of command.fields) {
    const value = fieldValue(field, output);
    if (value !== undefined && facts[field.name] === undefined) facts[field.name] = value;
  }
  if (command.interfaces !== undefined) {
    const interfaces = countInterfaces(command.interfaces, output);
    if (interfaces.length > 0) {
      facts['interfaces'] = interfaces;
      facts['interfaceCount'] = interfaces.reduce((sum, row) => sum + row.count, 0);
    }
  }
  if (command.members !== undefined) {
    const memberCount = [...output.matchAll(new RegExp(command.members, 'gm'))].length;
    if (memberCount > 0) facts['memberCount'] = memberCount;
  }
  return facts;
}

const NUMBERS: readonly string[] = [
  'bootCount',
  'freeBytes',
  'interfaceCount',
  'uptimeSeconds',
] satisfies NumericFact[];

function fieldValue(
  { name, pattern, value = '{1}', factor = 1 }: FactField,
  output: string,
): string | number | undefined {
  const match = new RegExp(pattern, 'm').exec(output);
  if (match === null) return undefined;
  const text = fillGroups(value, match).trim();
  if (text === '') return undefined;
  return NUMBERS.includes(name) ? Number(text) * factor : text;
}

/** Puts the groups of a match into a template: `{1}.{2}`. Empty groups vanish. */
export function fillGroups(template: string, match: RegExpExecArray): string {
  return template.replace(/\{(\d)\}/g, (_whole, n: string) => match[Number(n)] ?? '');
}

function countInterfaces(pattern: string, output: string): InterfaceCount[] {
  const counts = new Map<string, number>();
  for (const match of output.matchAll(new RegExp(pattern, 'gm'))) {
    const type = match.groups?.['type'] ?? 'port';
    // A platform that lists one interface a line has no count group: each line is one.
    const count = Number(match.groups?.['count'] ?? 1);
    counts.set(type, (counts.get(type) ?? 0) + count);
  }
  return [...counts].map(([type, count]) => ({ type, count }));
}

const SECONDS: Readonly<Record<string, number>> = {
  year: 31_536_000,
  week: 604_800,
  day: 86_400,
  hour: 3600,
  minute: 60,
  second: 1,
};

/** `2 weeks, 2 days, 4 hours, 58 minutes` in seconds; undefined where no part is understood. */
export function spokenSeconds(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+)\s+(year|week|day|hour|minute|second)s?/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((sum, part) => sum + Number(part[1]) * (SECONDS[part[2] ?? ''] ?? 0), 0);
}
