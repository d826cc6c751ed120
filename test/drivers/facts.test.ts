/**
 * Facts out of real output, read in place. One expected JSON a file, written by reading that file: dropping one in adds a
 * test, and a recorded `show …` that a driver claims and nobody has read is a failure.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { toldFacts } from '../../core/facts.js';
import { driverNamed, parseFacts } from '../../drivers/index.js';
import { transcript, transcriptFiles } from '../support/transcripts.js';

interface Expected {
  /** Below the transcripts folder. */
  readonly file: string;
  readonly command: string;
  readonly facts: Readonly<Record<string, string | number>>;
}

const FOLDER = join(import.meta.dirname, 'facts');
const FOLDERS: Readonly<Record<string, string>> = {
  'cisco-ios': 'cisco_ios',
  'cisco-iosxe': 'cisco_iosxe',
  'extreme-exos': 'extreme_exos',
};
/** Which command a recorded file's name tells. */
const COMMANDS: readonly (readonly [RegExp, string])[] = [
  [/show_version|ShowVersion|ctc_version/, 'show version'],
  [/ShowInventory/, 'show inventory'],
  [/_Dir__/, 'dir flash:'],
  [/ziptie_switch/, 'show switch'],
  [/ziptie_platform/, 'show platform version'],
  [/ziptie_(\w+)/, 'show $1'],
  [/Show(\w+?)__|show_(\w+?)\d*\.raw/, 'show $1$2'],
];

function expectedOf(driver: string): readonly Expected[] {
  return readdirSync(join(FOLDER, driver))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(FOLDER, driver, name), 'utf8')) as Expected);
}

function commandOf(file: string): string | undefined {
  for (const [pattern, command] of COMMANDS) {
    const match = pattern.exec(file);
    if (match !== null) return command.replace('$1', match[1] ?? '').replace('$2', match[2] ?? '');
  }
  return undefined;
}

function claims(driver: string, command: string): boolean {
  const { facts, alsoReads = [] } = driverNamed(driver);
  const words = (text: string): string => text.split(/[ {]/).slice(0, 2).join(' ');
  return [...facts, ...alsoReads].some(({ exchange: { send = '' } }) =>
    send.startsWith('dir') ? command.startsWith('dir') : words(send) === words(command),
  );
}

for (const [driver, folder] of Object.entries(FOLDERS)) {
  describe(`facts of ${driver}`, () => {
    for (const { file, command, facts } of expectedOf(driver)) {
      it(`${command} in ${file}`, function () {
        expect(toldFacts(parseFacts(driver, command, transcript(this, file)))).to.deep.equal(facts);
      });
      it(`${command} in ${file}, as it comes over a line`, function () {
        const text = transcript(this, file).replace(/\r?\n/g, '\r\n');
        expect(toldFacts(parseFacts(driver, command, text))).to.deep.equal(facts);
      });
    }

    it('every recorded output that it claims was read', function () {
      const read = expectedOf(driver).map(({ file }) => file);
      const claimed = transcriptFiles(this, folder).filter((file) => {
        const command = commandOf(file);
        return command !== undefined && claims(driver, command);
      });
      expect(claimed).to.not.be.empty;
      for (const file of claimed) expect(read, `nobody has read ${file}`).to.include(file);
    });
  });
}
