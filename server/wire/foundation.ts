/** What every part of a node stands on: time, chance, secrets, log, stores and the bus. */
import { LocalBus } from '../../connectors/bus/local-bus.js';
import { SystemClock } from '../../connectors/clock/system-clock.js';
import { SystemRandom } from '../../connectors/clock/system-random.js';
import type { Log } from '../../core/ports/log.js';
import { openStores } from '../../store/index.js';
import type { Stores } from '../../store/index.js';
import { openLog } from '../log.js';
import { SiteSecrets } from '../site/secrets.js';
import type { Site } from '../site/site.js';

/** What everything else stands on. */
export interface Foundation {
  readonly clock: SystemClock;
  readonly random: SystemRandom;
  readonly secrets: SiteSecrets;
  readonly log: Log;
  readonly stores: Stores;
  readonly bus: LocalBus;
  /** Of the SSH agent, where the node's environment names one. */
  readonly agentSocket: string | undefined;
}

export function foundation(site: Site, env: Readonly<Record<string, string | undefined>>): Foundation {
  const clock = new SystemClock();
  const secrets = new SiteSecrets({ folder: site.folder, env });
  const level = env['PORTWRIGHT_LOG'];
  const log = openLog({
    node: site.node,
    mask: (text) => secrets.mask(text),
    ...(level === undefined ? {} : { level }),
  });
  const stores = openStores({ dataDir: site.dataDir, clock, log, retention: site.retention });
  const agentSocket = env['SSH_AUTH_SOCK'];
  return { clock, random: new SystemRandom(), secrets, log, stores, bus: new LocalBus({ log }), agentSocket };
}
