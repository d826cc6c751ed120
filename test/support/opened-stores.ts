/** The real stores on a folder, opened. */
import { SystemClock } from '../../connectors/clock/system-clock.js';
import { openStores } from '../../store/index.js';
import type { Stores, StoresOptions } from '../../store/index.js';

const DAY_MS = 86_400_000;
export const DEFAULT_STORE_RETENTION: StoresOptions['retention'] = {
  eventsMs: 14 * DAY_MS,
  consoleLogsMs: 30 * DAY_MS,
  transcriptsMs: 400 * DAY_MS,
  maxBytes: 5_000_000_000,
};

/** The caller stops them. */
export async function openedStores(
  dataDir: string,
  retention: StoresOptions['retention'] = DEFAULT_STORE_RETENTION,
): Promise<Stores> {
  const quiet = (): void => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const stores = openStores({ dataDir, clock: new SystemClock(), log, retention });
  await stores.start();
  return stores;
}
