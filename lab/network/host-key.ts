/** A device's SSH host key: in its folder, so that it is the same for life. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';

const HOST_KEY_FILE = 'ssh_host_ed25519_key';

export function hostKey(folder: string): string {
  const file = join(folder, HOST_KEY_FILE);
  if (!existsSync(file)) writeFileSync(file, ssh2.utils.generateKeyPairSync('ed25519').private, { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

/** The next one is another. */
export function forgetHostKey(folder: string): void {
  rmSync(join(folder, HOST_KEY_FILE), { force: true });
}
