/** A new pair of Ed25519 keys in OpenSSH's form. */
import ssh2 from 'ssh2';

export interface KeyPair {
  readonly private: string;
  /** One line, as in `authorized_keys`. */
  readonly public: string;
}

/** One in some 250 that ssh2 1.17.0 makes cannot be read again: it drops leading zero bytes (mscdex/ssh2#1513). */
export function newEd25519Key(): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    if (isReadable(pair.private) && isReadable(pair.public)) return pair;
  }
}

function isReadable(key: string): boolean {
  return !(ssh2.utils.parseKey(key) instanceof Error);
}
