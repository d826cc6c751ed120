/** What imports what, as dependency-cruiser sees it by the rules of .dependency-cruiser.cjs. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Every folder with code of ours; some appear only with later parts of the product. */
export const FOLDERS = [
  ...['core', 'protocols', 'drivers', 'rules', 'schedules'],
  ...['actions', 'jobs', 'store'],
  ...['connectors', 'server', 'cli', 'web', 'lab', 'test', 'bench'],
];

/**
 * @param root the checkout
 * @param folders names of top folders; missing ones are left out
 * @returns dependency-cruiser's result: `modules` and `summary` with its `violations`
 */
export async function cruiseFolders(root, folders = FOLDERS) {
  // Loading it takes half a second, which gates that only want the list of folders need not pay.
  const { cruise } = await import('dependency-cruiser');
  const { default: extractTSConfig } = await import('dependency-cruiser/config-utl/extract-ts-config');
  const require = createRequire(import.meta.url);
  const { forbidden, options } = require(join(root, '.dependency-cruiser.cjs'));
  const present = folders.filter((folder) => existsSync(join(root, folder)));
  const tsConfig = extractTSConfig(join(root, options.tsConfig.fileName));
  const cruiseOptions = { ...options, baseDir: root, ruleSet: { forbidden }, validate: true };
  const { output } = await cruise(present, cruiseOptions, options.enhancedResolveOptions, { tsConfig });
  return output;
}
