/** Writes `schemas/*.json` anew: `npx tsx server/site/write-schemas.ts`, then prettier. A test compares them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { publishedSchemas } from './published-schemas.js';

const folder = new URL('../../schemas/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const [name, schema] of publishedSchemas()) {
  await writeFile(new URL(name, folder), `${JSON.stringify(schema, undefined, 2)}\n`);
}
