/** What a person does at the lab's 1760 to change its image. */
import { makeImage } from '../../lab/image.js';
import type { LabFixture } from './lab-fixture.js';

export const OLD = 'c1700-y-mz.123-9.bin';
export const NEW = 'c1700-y-mz.123-1a.bin';
export const IMAGE = makeImage({ vendor: 'cisco', family: 'c1700', version: '12.3(1a)' }, 60_000);
/** A booted device logs a little after it asks for RETURN; the last of it. */
export const UP = /get started![^]*%LINEPROTO[^\n]*\n/;

/** Copies the new image from 10.10.10.254; resolves with what was printed up to `until`. */
export async function copyNew(lab: LabFixture, until: string | RegExp = /secs .*#$/s): Promise<string> {
  await lab.console.say(`copy tftp://10.10.10.254/${NEW} flash:${NEW}`, ']? ');
  return lab.console.say('', until);
}

export async function reload(lab: LabFixture, until: string | RegExp = UP): Promise<string> {
  await lab.console.say('reload', '[confirm]');
  lab.console.type('y');
  return lab.console.expect(until);
}

/** Writes and stores boot lines; the first wins. */
export async function selectBoot(lab: LabFixture, ...files: string[]): Promise<void> {
  await lab.console.say('configure terminal', '(config)#');
  await lab.console.say('no boot system', '(config)#');
  for (const file of files) await lab.console.say(`boot system flash:${file}`, '(config)#');
  await lab.console.say('end', 'Router#');
  await lab.console.say('write memory', '[OK]\r\nRouter#');
}
