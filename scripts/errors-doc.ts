/**
 * `docs/errors.md` from the error registry. `--write` writes it; `--check` fails where the page says something else.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERRORS } from '../core/errors/index.js';
import type { ErrorRow } from '../core/errors/index.js';

const PAGE = join(import.meta.dirname, '../docs/errors.md');

const HEAD = `# Errors

Every error has a code, says whose fault it is and what to do next. The HTTP API answers with the status given here; the
command line prints message and next step. Words in braces are filled in. *Whose fault*: \`local\` (this node or its
configuration), \`remote\` (the program at the other end), \`device\` (the managed device), \`link\` (what lies between).
*Again* says whether the same thing may succeed when simply tried again.

This page is made from the registry by \`npm run docs:errors\`.
`;

const TABLE_HEAD = '| code | message | whose fault | HTTP | again | next |\n|---|---|---|---|---|---|';

function page(): string {
  const rows = Object.entries(ERRORS as Readonly<Record<string, ErrorRow>>).sort(([a], [b]) => (a < b ? -1 : 1));
  const areas = [...new Set(rows.map(([code]) => areaOf(code)))];
  const sections = areas.map((area) => {
    const lines = rows.filter(([code]) => areaOf(code) === area).map(([code, row]) => tableRow(code, row));
    return [`## ${area}`, '', TABLE_HEAD, ...lines].join('\n');
  });
  return `${HEAD}\n${sections.join('\n\n')}\n`;
}

function areaOf(code: string): string {
  return code.split('_', 1)[0] ?? code;
}

function tableRow(code: string, row: ErrorRow): string {
  const cells = [`\`${code}\``, row.message, row.fault, String(row.httpStatus), row.retryable ? 'yes' : 'no', row.next];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const wanted = page();
if (process.argv.includes('--write')) {
  writeFileSync(PAGE, wanted);
} else if (readFileSync(PAGE, 'utf8') !== wanted) {
  console.error('docs/errors.md is not what the registry says: run npm run docs:errors');
  process.exitCode = 1;
}
