/**
 * Starts a thread on a module of this folder tree. Built code runs as it is. Source code (`.ts`, as tests run it) needs the
 * loader of the main thread again: Node 20 does not hand loaders to threads, so a one-line bootstrap registers it first.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** `moduleUrl`: the module beside the caller, without its extension. */
export function launchThread(moduleUrl: URL, workerData: unknown): Worker {
  // execArgv is emptied: flags of the main thread (a loader, a heap limit) are not the store's.
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL(`${moduleUrl.href}.js`), { workerData, execArgv: [] });
  const loader = createRequire(import.meta.url).resolve('tsx/cjs/api');
  const source = fileURLToPath(`${moduleUrl.href}.ts`);
  const bootstrap = `require(${JSON.stringify(loader)}).register(); require(${JSON.stringify(source)});`;
  return new Worker(bootstrap, { eval: true, workerData, execArgv: [] });
}
