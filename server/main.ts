/** Starts a node on a site folder. Everything is checked before anything opens. */
import { readFileSync } from 'node:fs';
import { fail } from '../core/errors/index.js';
import type { JobStore } from '../core/ports/job-store.js';
import { problemText } from '../core/problem.js';
import type { SiteProblem } from '../core/problem.js';
import { listenText } from './site/listen-address.js';
import type { ListenAddress } from './site/site.js';
import { siteLoader, wireNode } from './wire.js';

export interface StartOptions {
  readonly siteFolder: string;
  /** Told of every problem of the site before a start is refused, and of warnings. */
  readonly onProblem?: (problem: SiteProblem) => void;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Told once the API answers, before the consoles are opened: `startNode` resolves when all is started. */
  readonly onListening?: (node: ListeningNode) => void;
  /** See `wireNode`. */
  readonly aroundJobStore?: (store: JobStore) => JobStore;
}

export interface ListeningNode {
  /** `http://127.0.0.1:7373`. */
  readonly address: string;
  readonly node: string;
  readonly dataDir: string;
}

export interface RunningNode extends ListeningNode {
  reload(): Promise<readonly SiteProblem[]>;
  stop(): Promise<void>;
}

/** Errors: SITE_MISSING, SITE_INVALID, DATA_FOLDER_BUSY, STORE_NEWER, LISTEN_REFUSED. */
export async function startNode(options: StartOptions): Promise<RunningNode> {
  const env = options.env ?? process.env;
  const load = siteLoader(options.siteFolder, env);
  const { site, problems } = await load();
  for (const problem of problems) options.onProblem?.(problem);
  if (site === undefined) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    throw fail('SITE_INVALID', { count: errors.length, first: first === undefined ? 'unknown' : problemText(first) });
  }
  const { aroundJobStore } = options;
  const run = await wireNode({ site, load, env, ...(aroundJobStore === undefined ? {} : { aroundJobStore }) });
  const listening = (at: ListenAddress): ListeningNode => ({
    address: `http://${listenText(at)}`,
    node: site.node,
    dataDir: site.dataDir,
  });
  const address = await run.start(version(), (at) => options.onListening?.(listening(at)));
  return {
    ...listening(address),
    reload: () => run.reload(),
    stop: () => run.stop(),
  };
}

/** From package.json, which stands one folder up in the sources and two in the build. */
function version(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      return String((JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: unknown }).version);
    } catch {
      continue;
    }
  }
  return '0';
}
