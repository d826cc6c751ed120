/** README and the pages of docs/ as tests read them: prose, fenced blocks, tables. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** A fenced block; `title` is what stands behind the language: the file that the block would be. */
export interface Block {
  readonly page: string;
  readonly language: string;
  readonly title: string;
  readonly text: string;
}

/** The text of a page, relative to the checkout. */
export function readPage(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

/** Made from the code. */
const MADE = ['actions.md', 'errors.md'];

/** Pages that are written by hand: README and docs/*.md, without the generated ones. */
export function handwrittenPages(): readonly string[] {
  const pages = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md') && !MADE.includes(name));
  return ['README.md', ...pages.sort().map((name) => join('docs', name))];
}

export function blocksOf(page: string): readonly Block[] {
  return [...readPage(page).matchAll(/^```(\w*)[ ]?(.*)\n([^]*?)^```$/gm)].map(
    ([, language = '', title = '', text = '']) => ({ page, language, title, text }),
  );
}

/** Words in backticks outside of blocks. */
export function codeSpans(page: string): readonly string[] {
  const prose = readPage(page).replace(/^```[^]*?^```$/gm, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
}

/** The rows of the table that has this cell in its head, each as its cells without backticks. */
export function tableOf(page: string, head: string): readonly (readonly string[])[] {
  const lines = readPage(page).split('\n');
  const at = lines.findIndex((line) => cellsOf(line).includes(head));
  if (at < 0) throw new Error(`${page} has no table with a column "${head}"`);
  const end = lines.findIndex((line, i) => i > at && !line.startsWith('|'));
  return lines.slice(at + 2, end < 0 ? undefined : end).map(cellsOf);
}

/** First cells of such a table; a cell that lists several gives each. */
export function namesOf(page: string, head: string): readonly string[] {
  return tableOf(page, head).flatMap(([first = '']) => first.split(', '));
}

function cellsOf(line: string): readonly string[] {
  if (!line.startsWith('|')) return [];
  const cells = line.split(/(?<!\\)\|/).slice(1, -1);
  return cells.map((cell) => cell.trim().replaceAll('`', '').replaceAll('\\|', '|'));
}
