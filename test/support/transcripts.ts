/** Real device output is read in place, beside the checkout; it is not part of the project. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const FOLDER = process.env['PORTWRIGHT_TRANSCRIPTS'] ?? resolve(import.meta.dirname, '../../../shared/transcripts');

/** Skips the test loudly where the folder is absent; under `CI=true` that is a failure. */
function requireTranscripts(test: Mocha.Context): void {
  if (existsSync(FOLDER)) return;
  const missing = `no transcripts at ${FOLDER}; set PORTWRIGHT_TRANSCRIPTS`;
  if (process.env['CI'] === 'true') throw new Error(missing);
  process.stdout.write(`      SKIPPED: ${missing}\n`);
  test.skip();
}

/** The text of a transcript. */
export function transcript(test: Mocha.Context, file: string): string {
  requireTranscripts(test);
  return readFileSync(join(FOLDER, file), 'utf8');
}

/** Files of one folder of transcripts, as `folder/file`, sorted. */
export function transcriptFiles(test: Mocha.Context, folder: string): readonly string[] {
  requireTranscripts(test);
  return readdirSync(join(FOLDER, folder))
    .sort()
    .map((file) => `${folder}/${file}`);
}
