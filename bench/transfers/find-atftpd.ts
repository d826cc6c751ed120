/**
 * Finds atftpd, the only packaged server with `windowsize`. It conflicts with tftpd-hpa, so it is not installed but
 * unpacked beside: looked for in the servers' folder and in the cache, else fetched with apt-get.
 */
import { execFile } from 'node:child_process';
import { access, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `root`: the checkout. Path of the program, or why there is none. */
export async function findAtftpd(root: string): Promise<{ path: string } | { missing: string }> {
  const cache = join(root, '.cache/peers/atftpd');
  const unpacked = join(cache, 'root/usr/sbin/atftpd');
  for (const path of ['/usr/sbin/atftpd', unpacked]) if (await isThere(path)) return { path };
  try {
    await mkdir(cache, { recursive: true });
    await run('apt-get', ['-q', 'download', 'atftpd'], { cwd: cache });
    const archive = (await readdir(cache)).find((name) => name.endsWith('.deb'));
    if (archive === undefined) return { missing: 'apt-get brought no package' };
    await run('dpkg-deb', ['-x', archive, 'root'], { cwd: cache });
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
