/** Facts out of command output, by a driver's fact rules. Pure: the same text always gives the same facts. */
import type { Driver, FactCommand, FactField } from '../core/driver.js';
import type { DeviceFacts, InterfaceCount } from '../core/facts.js';

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
  return { ...facts, ...driver.hooks?.facts?.(outputs) };
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
  return facts;
}

function fieldValue(field: FactField, output: string): string | number | undefined {
  const text = new RegExp(field.pattern, 'm').exec(output)?.[1]?.trim();
  if (text === undefined || text === '') return undefined;
  return field.name === 'freeBytes' || field.name === 'interfaceCount' ? Number(text) : text;
}

function countInterfaces(pattern: string, output: string): InterfaceCount[] {
  const counts = new Map<string, number>();
  for (const match of output.matchAll(new RegExp(pattern, 'gm'))) {
    const type = match.groups?.['type'];
    // A platform that lists one interface a line has no count group: each line is one.
    const count = Number(match.groups?.['count'] ?? 1);
    if (type !== undefined) counts.set(type, (counts.get(type) ?? 0) + count);
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
