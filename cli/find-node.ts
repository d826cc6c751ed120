/** Which node a command talks to, and with which token (CONTRACT "The command line"). */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Io } from './io.js';
import { NodeClient } from './node-client.js';

export interface NodeOptions {
  readonly url?: string;
  readonly site?: string;
}

const DEFAULT_URL = 'http://127.0.0.1:7373';

/** Addresses that a listener has and a client cannot call. */
const EVERY_INTERFACE = /^(?:0\.0\.0\.0|\[::\]):/;

/** Folders where a site may lie, from the nearest to the farthest. */
export function siteFolders(io: Io, options: NodeOptions): readonly string[] {
  const named = options.site ?? io.env['PORTWRIGHT_SITE'];
  return named === undefined ? [io.cwd, join(io.cwd, 'site')] : [resolve(io.cwd, named)];
}

/** Errors: none; a missing token is what the node answers to. */
export async function findClient(io: Io, options: NodeOptions): Promise<NodeClient> {
  const { findNode } = await import('../server/offline.js');
  const found = await Promise.all(siteFolders(io, options).map((folder) => findNode(folder)));
  const node = found.find((candidate) => candidate !== undefined);
  const url = options.url ?? io.env['PORTWRIGHT_URL'] ?? urlOf(node?.listen) ?? DEFAULT_URL;
  const token = io.env['PORTWRIGHT_TOKEN'] ?? (await firstToken([node?.dataDir, configFolder(io)]));
  return new NodeClient({ url, token });
}

/** XDG Base Directory Specification 0.8. */
function configFolder(io: Io): string | undefined {
  const base = io.env['XDG_CONFIG_HOME'] ?? (io.home === undefined ? undefined : join(io.home, '.config'));
  return base === undefined ? undefined : join(base, 'portwright');
}

async function firstToken(folders: readonly (string | undefined)[]): Promise<string | undefined> {
  for (const folder of folders) {
    if (folder === undefined) continue;
    const token = (await readFile(join(folder, 'token'), 'utf8').catch(() => '')).trim();
    if (token !== '') return token;
  }
  return undefined;
}

/** Port 0 was chosen by the system: the file does not tell which. */
function urlOf(listen: string | undefined): string | undefined {
  if (listen === undefined || listen.endsWith(':0')) return undefined;
  return `http://${listen.replace(EVERY_INTERFACE, '127.0.0.1:')}`;
}
