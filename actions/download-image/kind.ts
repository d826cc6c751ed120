/** What a file is to the switch, by its ending. */
import type { Driver } from '../../core/driver.js';

/** A core image, a module beside one, or a file of the customer. */
export type FileKind = 'core' | 'module' | 'file';

export function kindOf({ download }: Driver, fileName: string): FileKind {
  const name = fileName.toLowerCase();
  if (download?.modules !== undefined && name.endsWith(download.modules.ending)) return 'module';
  return download?.files?.endings.some((ending) => name.endsWith(ending)) === true ? 'file' : 'core';
}
