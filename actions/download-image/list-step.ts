/** Reads a list, and the lists in it, before anything else is fetched. */
import { createHash } from 'node:crypto';
import { textParam } from '../../core/action.js';
import type { Step, StepContext } from '../../core/action.js';
import { fail } from '../../core/errors/index.js';
import type { FileSink } from '../../core/ports/transfer.js';
import { fetchedVersion } from '../files/fetch-os.js';
import { attempt, farOf } from '../files/remote.js';
import { commandOf, refuseFile } from './checks.js';
import { resolveList } from './list.js';
import { isModule } from './modules.js';
import type { Part } from './parts.js';

/** Names of files; a longer text is something else. */
const MOST_BYTES = 65_536;

/** An attempt broke off and another makes sense. */
class Again extends Error {}

export const list: Step = {
  ...{ repeatable: true, boundary: true, mayPause: true, intents: ['safe'] },
  async run(context) {
    const root = textParam(context.params, 'url');
    try {
      const rules = { port: context.port.id, characters: commandOf(context, context.driver).fileCharacters };
      const urls = await resolveList(root, rules, (url) => readList(context, url, url === root));
      const parts = partsOf(context, root, urls);
      context.story(`${String(parts.length)} files: ${parts.map(({ url }) => nameOf(url)).join(', ')}`);
      return { kind: 'next', step: 'fetch', memory: { parts, at: 0, fetchAttempts: context.attempts.length } };
    } catch (error) {
      if (!(error instanceof Again)) throw error;
      return { kind: 'next', step: 'list' };
    }
  },
};

/** The core image first: what comes after it goes beside it. Errors: DOWNLOAD_LIST, DOWNLOAD_NAME, DOWNLOAD_FILE_TYPE. */
function partsOf(context: StepContext, root: string, urls: readonly string[]): Part[] {
  const command = commandOf(context, context.driver);
  for (const url of urls) refuseFile(context, command, nameOf(url));
  const isCore = (url: string): boolean => !isModule(context.driver, nameOf(url));
  const cores = urls.filter(isCore);
  if (cores.length > 1)
    throw fail('DOWNLOAD_LIST', { port: context.port.id, list: root, reason: 'it names more than one core image' });
  const ordered = [...cores, ...urls.filter((url) => !isCore(url))];
  return ordered.map((url, i) => ({ url, version: i === 0 ? fetchedVersion(context) : `_part${String(i)}` }));
}

function nameOf(url: string): string {
  return new URL(url).pathname.split('/').at(-1) ?? '';
}

async function readList(context: StepContext, url: string, isRoot: boolean): Promise<string> {
  const far = farOf({ ...context, params: { ...context.params, url } });
  const chunks: Buffer[] = [];
  const sink: FileSink = {
    ...{ maxBytes: MOST_BYTES, heldBytes: 0 },
    write: (bytes) => {
      chunks.push(Buffer.from(bytes));
      return Promise.resolve();
    },
    truncate: () => Promise.resolve(),
  };
  const moved = await attempt(context, far, (options) => far.client.get(far.remote, sink, options));
  if (moved === undefined) throw new Again();
  const bytes = Buffer.concat(chunks);
  if (isRoot) refuseOther(context, url, bytes);
  return bytes.toString('utf8');
}

/** The hash of the job is the hash of what its URL names. */
function refuseOther({ params, port }: StepContext, list: string, bytes: Buffer): void {
  for (const algorithm of ['sha256', 'sha512', 'md5']) {
    const wanted = params[algorithm];
    if (typeof wanted !== 'string') continue;
    const got = createHash(algorithm).update(bytes).digest('hex');
    if (got !== wanted.toLowerCase())
      throw fail('DOWNLOAD_LIST', { port: port.id, list, reason: `its ${algorithm} is ${got}, not ${wanted}` });
  }
}
