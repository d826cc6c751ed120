/**
 * Finds atftpd, the only packaged server with `windowsize`. It conflicts with tftpd-hpa, so it is not installed but
 * unpacked beside: looked for in PATH's server folders and in the cache, else fetched with apt-get.
 */
import { execFile } from 'node:child_process';
import { access, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = join(import.meta.dirname, '../../../.cache/peers/atftpd');

/** Path of the program, or why there is none. */
export async function findAtftpd(): Promise<{ path: string } | { missing: string }> {
  const unpacked = join(CACHE, 'root/usr/sbin/atftpd');
  for (const path of ['/usr/sbin/atftpd', unpacked]) if (await isThere(path)) return { path };
  try {
    await mkdir(CACHE, { recursive: true });
    await run('apt-get', ['-q', 'download', 'atftpd'], { cwd: CACHE });
    const archive = (await readdir(CACHE)).find((name) => name.endsWith('.deb'));
    if (archive === undefined) return { missing: 'apt-get brought no package' };
    await run('dpkg-deb', ['-x', archive, 'root'], { cwd: CACHE });
    return { path: unpacked };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
