/** What the HTTP API may use of a node: interfaces only, filled by `wire.ts`. */
import type { Decision } from '../core/decision.js';
import type { ActionCatalog } from '../core/ports/action-catalog.js';
import type { Bus } from '../core/ports/bus.js';
import type { Clock } from '../core/ports/clock.js';
import type { ConfigStore } from '../core/ports/config-store.js';
import type { Console } from '../core/ports/console.js';
import type { EventStore } from '../core/ports/event-store.js';
import type { ImageStore } from '../core/ports/image-store.js';
import type { JobControl } from '../core/ports/job-control.js';
import type { JobStore } from '../core/ports/job-store.js';
import type { PowerOutlet } from '../core/ports/power.js';
import type { Secrets } from '../core/ports/secrets.js';
import type { TranscriptStore } from '../core/ports/transcript-store.js';
import type { VariableStore } from '../core/ports/variable-store.js';
import type { Event } from '../core/event.js';
import type { JsonObject } from '../core/json.js';
import type { ManagedPort } from '../core/managed-port.js';
import type { Reading } from '../core/monitor.js';
import type { Plan } from '../core/plan.js';
import type { SiteProblem } from '../core/problem.js';
import type { Alarms } from './alarms.js';
import type { Site } from './site/site.js';

export interface Services {
  /** The site as it is now; changes on reload. */
  site(): Site;
  /** Reads the site files again; with errors among the problems the old site stays. */
  reload(): Promise<readonly SiteProblem[]>;
  /** Takes an event in, as any source's: store, bus, rules. Returns its seq. */
  accept(event: Event): Promise<number>;
  /** A rule's conditions on an event, evaluated again with the state of now; undefined where it does not listen. */
  explain(rule: string, event: Event): Promise<Decision | undefined>;
  /** Next run of a schedule, epoch ms. */
  nextRunMs(schedule: string): number | undefined;
  readonly clock: Clock;
  readonly actions: ActionCatalog;
  readonly jobs: JobStore;
  readonly control: Omit<JobControl, 'startChain'>;
  readonly images: ImageStore;
  readonly configs: ConfigStore;
  readonly events: EventStore;
  readonly variables: VariableStore;
  readonly transcripts: TranscriptStore;
  readonly bus: Bus;
  readonly secrets: Secrets;
  /** What a person does to an alarm, by its id. Errors: ALARM_UNKNOWN. */
  readonly alarms: Pick<Alarms, 'acknowledge' | 'clearById'>;
  console(portId: string): Console | undefined;
  /** Where the port's device takes its power from. */
  power(port: ManagedPort): PowerOutlet | undefined;
  /** What the port's monitors last found, by name. */
  readings(portId: string): readonly Reading[];
  /** What a job would do. Errors: ACTION_UNKNOWN, ACTION_PARAMS, PLAN_ABSENT, PUSH_IMAGE_MISSING. */
  plan(port: ManagedPort, action: string, params: JsonObject): Promise<Plan>;
}
