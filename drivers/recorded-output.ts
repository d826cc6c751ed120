/** Facts from a file of one command's recorded output: what `drivers parse` does. */
import type { Driver } from '../core/driver.js';
import type { DeviceFacts } from '../core/facts.js';
import { readFacts } from './read-facts.js';

/** A command that the driver does not read tells its make and system only. */
export function factsOfOutput(driver: Driver, command: string, text: string): DeviceFacts {
  const facts = [...driver.facts, ...(driver.alsoReads ?? [])];
  const sent = facts.map(({ exchange }) => exchange.send ?? '');
  const typed = words(command);
  const template = sent.find((send) => isMeant(typed, words(send))) ?? command;
  return readFacts({ ...driver, facts }, { [template]: atTheMargin(text.replaceAll('\r', '')) });
}

/** Words may be shortened, as at the device: `sh ver`. A slot stands for any word, or for none: `dir flash:`, `dir`. */
function isMeant(typed: readonly string[], sent: readonly string[]): boolean {
  const [first, ...rest] = sent;
  if (first === undefined) return typed.length === 0;
  if (!first.startsWith('{{')) {
    const begins = typed[0] !== undefined && first.toLowerCase().startsWith(typed[0].toLowerCase());
    return begins && isMeant(typed.slice(1), rest);
  }
  return isMeant(typed, rest) || (typed.length > 0 && isMeant(typed.slice(1), rest));
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/**
 * Somebody may have kept the output indented, in a document or a program, and the command before it or the prompt behind it
 * at the margin.
 */
function atTheMargin(text: string): string {
  const lines = text.split('\n');
  const said = lines.filter((line) => line.trim() !== '');
  const inside = said.length > 3 ? said.slice(1, -1) : said;
  const indent = Math.min(...inside.map((line) => /^ */.exec(line)?.[0].length ?? 0));
  if (inside.length === 0 || indent === 0) return text;
  return lines.map((line) => (line.slice(0, indent).trim() === '' ? line.slice(indent) : line)).join('\n');
}
