/** The push told line by line, in the field's own words (Uplogix `push os`, the 1760 sample). */
import type { DeviceFacts } from '../../core/facts.js';
import type { StepContext } from '../../core/action.js';
import { printable } from '../../core/template.js';

/** `3 interfaces and 3 types found.` */
export function tellInterfaces(context: StepContext, facts: DeviceFacts): void {
  if (facts.interfaceCount === undefined) return;
  context.story(`${String(facts.interfaceCount)} interfaces and ${String(facts.interfaces?.length ?? 0)} types found.`);
}

/** The block of facts; a factory hostname is left out. */
export function tellFacts(context: StepContext, facts: DeviceFacts, defaultHostnames: readonly string[]): void {
  const named = facts.hostname !== undefined && !defaultHostnames.includes(facts.hostname);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Hostname : ', named ? facts.hostname : undefined],
    ['Serial Number: ', facts.serialNumber],
    ['Make : ', facts.make],
    ['Model : ', facts.model],
    ['OS Type : ', facts.osType],
    ['OS Version : ', facts.osVersion],
    ['Uptime : ', facts.uptimeText],
  ];
  for (const [label, value] of rows) {
    if (value !== undefined) context.story(label + printable(value));
  }
}

/** `The device runs 12.3(1a) from flash:/x.bin (read from the device)`. */
export function runs(facts: DeviceFacts): string {
  const where = facts.bootImage ?? (facts.activeSlot === undefined ? undefined : `slot ${facts.activeSlot}`);
  return `The device runs ${facts.osVersion ?? 'an unknown version'}${where === undefined ? '' : ` from ${where}`} (read from the device)`;
}

/** Marks in a transfer line: one `!` for each share of the file that the far end has acknowledged. */
export const MARKS_PER_TRANSFER = 120;
