/** Real device output is read in place, beside the checkout; it is not part of the project. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const FOLDER = process.env['PORTWRIGHT_TRANSCRIPTS'] ?? resolve(import.meta.dirname, '../../../shared/transcripts');

/** The text of a transcript; skips the test loudly where the folder is absent. */
export function transcript(test: Mocha.Context, file: string): string {
  if (!existsSync(FOLDER)) {
    process.stdout.write(`      SKIPPED: no transcripts at ${FOLDER}; set PORTWRIGHT_TRANSCRIPTS\n`);
    test.skip();
  }
  return readFileSync(join(FOLDER, file), 'utf8');
}
