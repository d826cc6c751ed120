/** The node's own SSH host keys: made at the first start, the same ever after, readable by the node alone. */
import { generateKeyPair } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newEd25519Key } from './ed25519-key.js';

/** RSA for devices that know nothing newer; NIST SP 800-57: 3072 bits beyond 2030. */
const RSA_BITS = 3072;
const FOLDER = 'ssh';

/** Private keys, Ed25519 first. `dataDir` is made where it is missing. Errors: those of the file system. */
export async function sshHostKeys(dataDir: string): Promise<readonly string[]> {
  const folder = join(dataDir, FOLDER);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return [
    await keyIn(join(folder, 'host_ed25519_key'), makeEd25519),
    await keyIn(join(folder, 'host_rsa_key'), makeRsa),
  ];
}

async function keyIn(path: string, make: () => Promise<string>): Promise<string> {
  try {
    const key = await readFile(path, 'utf8');
    // A copy from a backup may have come with other rights.
    await chmod(path, 0o600);
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = await make();
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(key);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  return key;
}

function makeEd25519(): Promise<string> {
  return Promise.resolve(newEd25519Key().private);
}

async function makeRsa(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: RSA_BITS,
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return privateKey;
}
