/** A device's SSH host key: in its folder, so that it is the same for life. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';

const HOST_KEY_FILE = 'ssh_host_ed25519_key';

export function hostKey(folder: string): string {
  const file = join(folder, HOST_KEY_FILE);
  if (!existsSync(file)) writeFileSync(file, newKey(), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

/** ssh2 1.17.0 now and then makes one that it cannot read (mscdex/ssh2#1513). */
function newKey(): string {
  for (;;) {
    const key = ssh2.utils.generateKeyPairSync('ed25519').private;
    if (!(ssh2.utils.parseKey(key) instanceof Error)) return key;
  }
}

/** The next one is another. */
export function forgetHostKey(folder: string): void {
  rmSync(join(folder, HOST_KEY_FILE), { force: true });
}
