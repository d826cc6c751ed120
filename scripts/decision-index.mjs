/** The decision records under docs/adr/: each has its four parts, and the index lists each one by its title. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PARTS = ['Status', 'Context', 'Decision', 'Consequences'];

/**
 * @param root the checkout
 * @returns one line for each fault
 */
export function decisionFaults(root) {
  const folder = join(root, 'docs', 'adr');
  if (!existsSync(join(folder, 'README.md'))) return ['there is no docs/adr/README.md'];
  const index = readFileSync(join(folder, 'README.md'), 'utf8');
  const names = readdirSync(folder)
    .filter((name) => /^\d{4}-.*\.md$/.test(name))
    .sort();
  return names.flatMap((name, position) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const wanted = String(position + 1).padStart(4, '0');
    const title = /^# (\d+)\. (.+)$/m.exec(text)?.[2];
    return [
      ...(name.startsWith(wanted) ? [] : [`docs/adr/${name}: expected number ${wanted}`]),
      ...PARTS.filter((part) => !text.includes(`\n## ${part}\n`)).map(
        (part) => `docs/adr/${name} has no part "${part}"`,
      ),
      ...(index.includes(`[${title}](${name})`) ? [] : [`docs/adr/README.md does not list ${name} by its title`]),
    ];
  });
}
