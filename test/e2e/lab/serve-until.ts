/**
 * A node as a process of its own that stands still at one line of its journal, for the parent to kill it there:
 *
 *   node --import tsx serve-until.ts SITE [STEP before|intended|acted]
 *
 * `before`: the step is not journalled yet; `intended`: journalled, nothing done; `acted`: done, not journalled.
 */
import type { JobStore } from '../../../core/ports/job-store.js';
import { startNode } from '../../../server/main.js';

const [siteFolder = '', step, point] = process.argv.slice(2);

/** Never settles: the process stays as it is. */
const FOREVER = new Promise<never>(() => undefined);

function stopping(store: JobStore): JobStore {
  return {
    create: (job, events) => store.create(job, events),
    get: (id) => store.get(id),
    list: (filter) => store.list(filter),
    unfinished: () => store.unfinished(),
    steps: (id) => store.steps(id),
    owed: (limit) => store.owed(limit),
    settled: (key) => store.settled(key),
    change: async (change) => {
      const here = change.journal?.step === step;
      const intended = change.journal?.phase === 'intended';
      if (here && point === (intended ? 'before' : 'acted')) return stand();
      const job = await store.change(change);
      return here && intended && point === 'intended' ? stand() : job;
    },
  };
}

function stand(): Promise<never> {
  process.stdout.write('standing still\n');
  return FOREVER;
}

const node = await startNode({ siteFolder, aroundJobStore: stopping });
process.stdout.write(`listening ${node.address}\n`);
process.once('SIGTERM', () => {
  void node.stop().then(() => process.exit(0));
});
