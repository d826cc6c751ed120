/** The API's bearer token: `dataDir/token`, made on the first start, readable by the node's user alone. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../../core/ports/random.js';

const TOKEN_FILE = 'token';

/** 256 bits: guessing is hopeless at any rate. Hex digits. */
const TOKEN_DIGITS = 64;

/** Shorter would be a mistake of whoever wrote the file by hand. */
const SHORTEST_TOKEN = 16;

/** The token that is there, or a new one. An empty or very short file is replaced. */
export async function ensureToken(dataDir: string, random: Random): Promise<string> {
  const file = join(dataDir, TOKEN_FILE);
  const there = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (there.length >= SHORTEST_TOKEN) return there;
  await mkdir(dataDir, { recursive: true });
  const token = random.hex(TOKEN_DIGITS);
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  return token;
}

/** Whether an Authorization header carries the token; takes as long for a nearly right one as for any other. */
export function carriesToken(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(token));
}

/** Equal lengths, whatever was sent. */
function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
