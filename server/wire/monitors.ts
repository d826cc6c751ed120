/** What is read at an interval, on the node's consoles. */
import { readPoll } from '../../actions/monitors/poll.js';
import { SystemPinger } from '../../connectors/net/ping.js';
import { dialogOpener } from '../../connectors/sessions/line-dialog.js';
import type { JobRunner } from '../../jobs/runner.js';
import type { Consoles } from '../consoles.js';
import { Monitors } from '../monitors.js';
import type { MonitorsDeps } from '../monitors.js';
import type { Pipeline } from '../pipeline.js';
import type { Foundation } from './foundation.js';

interface Around extends Pick<MonitorsDeps, 'driver' | 'factsRead'> {
  readonly consoles: Consoles;
  readonly runner: JobRunner;
  readonly pipeline: Pipeline;
}

export function monitorsOf(
  { clock, log, secrets, stores }: Foundation,
  { consoles, runner, pipeline, driver, factsRead }: Around,
): Monitors {
  return new Monitors({
    ...{ clock, log, driver, factsRead, variables: stores.variables },
    ...{ read: readPoll, pinger: new SystemPinger(), openDialog: dialogOpener(clock) },
    console: (portId) => consoles.get(portId),
    credentials: (secret) => secrets.credentials(secret),
    isBusy: (portId) => runner.isBusy(portId),
    accept: (event) => pipeline.accept(event),
  });
}
