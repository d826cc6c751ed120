/**
 * What an SSH session may be encrypted with. Without SHA-1 signatures and CBC ciphers, which are broken (RFC 9142,
 * CVE-2008-5161), unless a port says that its device knows nothing better.
 */
import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';

type Lists = {
  readonly [K in 'kex' | 'serverHostKey' | 'cipher' | 'hmac']: NonNullable<Algorithms[K]> & readonly string[];
};

const MODERN = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
} as const satisfies Lists;

/** What devices of the years before 2015 offer; asked for last. */
const LEGACY = {
  kex: ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
  serverHostKey: ['ssh-rsa', 'ssh-dss'],
  cipher: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  hmac: ['hmac-sha1', 'hmac-md5'],
} as const satisfies Lists;

/** Signature algorithms that a key of this type can make (RFC 8332 §3). */
const SIGNATURES: Readonly<Record<string, readonly string[]>> = {
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};

/** `pinnedTypes`: types of the keys that the server is known by; they are asked for first, so that it shows the same one. */
export function algorithmsFor(legacy: boolean, pinnedTypes: readonly string[]): Algorithms {
  const hostKeys: readonly ServerHostKeyAlgorithm[] = legacy
    ? [...MODERN.serverHostKey, ...LEGACY.serverHostKey]
    : MODERN.serverHostKey;
  const known = new Set(pinnedTypes.flatMap((type) => SIGNATURES[type] ?? [type]));
  const first = hostKeys.filter((name) => known.has(name));
  return {
    kex: [...MODERN.kex, ...(legacy ? LEGACY.kex : [])],
    serverHostKey: [...first, ...hostKeys.filter((name) => !known.has(name))],
    cipher: [...MODERN.cipher, ...(legacy ? LEGACY.cipher : [])],
    hmac: [...MODERN.hmac, ...(legacy ? LEGACY.hmac : [])],
  };
}
