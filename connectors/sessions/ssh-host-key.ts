/** Trust on first use: the first key of an address is kept; another one later is refused. */
import { createHash } from 'node:crypto';
import { fail } from '../../core/errors/index.js';
import type { HostKeys } from '../../core/ports/host-keys.js';

export interface HostKeyCheck {
  readonly host: string;
  readonly port: number;
  readonly target: string;
  readonly hostKeys: HostKeys;
  /** What was pinned when the connection began. */
  readonly pinned: readonly string[];
}

/** Errors: CONSOLE_HOST_KEY_CHANGED, STORE_FAILED. `shown` is the key as SSH sends it (RFC 4253 §6.6). */
export async function checkHostKey(check: HostKeyCheck, shown: Uint8Array): Promise<void> {
  const { host, port, target, hostKeys, pinned } = check;
  const key = `${keyType(shown)} ${Buffer.from(shown).toString('base64')}`;
  if (pinned.includes(key)) return;
  if (pinned.length === 0) {
    await hostKeys.pin(host, port, key);
    return;
  }
  const wanted = pinned.map((line) => fingerprint(Buffer.from(line.split(' ')[1] ?? '', 'base64'))).join(' or ');
  throw fail('CONSOLE_HOST_KEY_CHANGED', { target, wanted, got: fingerprint(shown) });
}

/** As OpenSSH prints it. */
function fingerprint(key: Uint8Array): string {
  const hash = createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
  return `${keyType(key)} SHA256:${hash}`;
}

/** The first string of the key. */
function keyType(key: Uint8Array): string {
  const bytes = Buffer.from(key);
  const length = bytes.length < 4 ? 0 : Math.min(bytes.readUInt32BE(0), 64);
  return bytes.toString('latin1', 4, 4 + length).replace(/[^\x21-\x7e]/g, '?');
}
