/** Reads a list, and the lists in it, before anything else is fetched. */
import { createHash } from 'node:crypto';
import { textParam } from '../../core/action.js';
import type { Step, StepContext } from '../../core/action.js';
import { fail } from '../../core/errors/index.js';
import type { FileSink } from '../../core/ports/transfer.js';
import { fetchedVersion } from '../files/fetch-os.js';
import { attempt, farOf } from '../files/remote.js';
import type { Far } from '../files/remote.js';
import { commandOf, refuseFile } from './checks.js';
import { resolveList } from './list.js';
import { kindOf } from './kind.js';
import { nameOf } from './parts.js';
import type { Part } from './parts.js';

/** Names of files; a longer text is something else. */
const MOST_BYTES = 65_536;

/** A plan waits no longer for one list. */
const PLAN_MS = 60_000;

type Asking = Pick<StepContext, 'params' | 'port' | 'driver' | 'clients' | 'credentials'>;

/** An attempt broke off and another makes sense. */
class Again extends Error {}

export const list: Step = {
  ...{ repeatable: true, boundary: true, mayPause: true, intents: ['safe'] },
  async run(context) {
    try {
      const parts = partsOf(context, await filesOf(context, (far, sink) => attempted(context, far, sink)));
      context.story(`${String(parts.length)} files: ${parts.map(({ url }) => nameOf(url)).join(', ')}`);
      return { kind: 'next', step: 'fetch', memory: { parts, at: 0, fetchAttempts: context.attempts.length } };
    } catch (error) {
      if (!(error instanceof Again)) throw error;
      return { kind: 'next', step: 'list' };
    }
  },
};

/** URLs of the files of a list, in the order in which they go to the switch. Errors: DOWNLOAD_*, TRANSFER_*. */
export function listedFiles(context: Asking): Promise<readonly string[]> {
  const { signal } = new AbortController();
  return filesOf(context, async ({ client, remote }, sink) => {
    await client.get(remote, sink, { stallMs: PLAN_MS, totalMs: PLAN_MS, signal, onProgress: () => undefined });
  });
}

type Get = (far: Far, sink: FileSink) => Promise<void>;

/** The core image first: what comes after it goes beside it. Errors: DOWNLOAD_LIST, DOWNLOAD_NAME, DOWNLOAD_FILE_TYPE, those of `get`. */
async function filesOf(context: Asking, get: Get): Promise<readonly string[]> {
  const { port, driver } = context;
  const root = textParam(context.params, 'url');
  const command = commandOf(context, driver);
  const rules = { port: port.id, characters: command.fileCharacters };
  const urls = await resolveList(root, rules, (url) => readList(context, url, url === root, get));
  for (const url of urls) refuseFile(context, command, nameOf(url));
  const isCore = (url: string): boolean => kindOf(driver, nameOf(url)) === 'core';
  const cores = urls.filter(isCore);
  if (cores.length > 1)
    throw fail('DOWNLOAD_LIST', { port: port.id, list: root, reason: 'it names more than one core image' });
  return [...cores, ...urls.filter((url) => !isCore(url))];
}

function partsOf(context: StepContext, urls: readonly string[]): Part[] {
  return urls.map((url, i) => ({ url, version: i === 0 ? fetchedVersion(context) : `_part${String(i)}` }));
}

async function attempted(context: StepContext, far: Far, sink: FileSink): Promise<void> {
  const moved = await attempt(context, far, (options) => far.client.get(far.remote, sink, options));
  if (moved === undefined) throw new Again();
}

async function readList(context: Asking, url: string, isRoot: boolean, get: Get): Promise<string> {
  const chunks: Buffer[] = [];
  await get(farOf({ ...context, params: { ...context.params, url } }), {
    ...{ maxBytes: MOST_BYTES, heldBytes: 0 },
    write: (bytes) => {
      chunks.push(Buffer.from(bytes));
      return Promise.resolve();
    },
    truncate: () => Promise.resolve(),
  });
  const bytes = Buffer.concat(chunks);
  if (isRoot) refuseOther(context, url, bytes);
  return bytes.toString('utf8');
}

/** The hash of the job is the hash of what its URL names. */
function refuseOther({ params, port }: Asking, list: string, bytes: Buffer): void {
  for (const algorithm of ['sha256', 'sha512', 'md5']) {
    const wanted = params[algorithm];
    if (typeof wanted !== 'string') continue;
    const got = createHash(algorithm).update(bytes).digest('hex');
    if (got !== wanted.toLowerCase())
      throw fail('DOWNLOAD_LIST', { port: port.id, list, reason: `its ${algorithm} is ${got}, not ${wanted}` });
  }
}
