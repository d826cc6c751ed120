/** Facts from a file of one command's recorded output: what `drivers parse` does. */
import type { Driver } from '../core/driver.js';
import type { DeviceFacts } from '../core/facts.js';
import { readFacts } from './read-facts.js';

/** A command that the driver does not read tells its make and system only. */
export function factsOfOutput(driver: Driver, command: string, text: string): DeviceFacts {
  const facts = [...driver.facts, ...(driver.alsoReads ?? [])];
  const sent = facts.map(({ exchange }) => exchange.send ?? '');
  const template = sent.find((send) => asTyped(send).test(squeezed(command))) ?? command;
  return readFacts({ ...driver, facts }, { [template]: text.replaceAll('\r', '') });
}

/** A slot stands for any word, or for none: `dir {{fileSystem}}` is `dir flash:`, and `dir`. */
function asTyped(send: string): RegExp {
  const parts = squeezed(send)
    .split(/ ?\{\{[^}]*\}\}/)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('(?: ?\\S+)?')}$`, 'i');
}

function squeezed(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
