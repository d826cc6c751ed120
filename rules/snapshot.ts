/** What the facts of conditions are made of: read once before evaluation, never asked for during it (ARCHITECTURE 8). */
import { toRfc3339 } from '../core/event.js';
import type { Event } from '../core/event.js';
import type { FactsRecord } from '../core/facts.js';
import type { JsonValue } from '../core/json.js';
import type { PortSubject } from '../core/port-filter.js';

/** The fact names that conditions may use. */
export const FACT_NAMES: readonly string[] = ['event', 'port', 'facts', 'system', 'monitor', 'time'];

/** A port as conditions see it: what filters see, and its properties. */
export interface RulePort extends PortSubject {
  readonly description?: string;
  readonly properties: Readonly<Record<string, JsonValue>>;
}

/** The state of the world that a decision is made on. */
export interface Snapshot {
  /** The event's port; absent where it is about none. */
  readonly port?: RulePort;
  /** The port's last known facts. */
  readonly facts?: FactsRecord;
  /** Variables of the node: fact `system`. */
  readonly system?: Readonly<Record<string, JsonValue>>;
  /** Variables of the port: fact `monitor`. */
  readonly monitor?: Readonly<Record<string, JsonValue>>;
  /** What holds back write actions on this port right now, e.g. `port` or `node`. */
  readonly heldBy?: string;
}

const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday; Sunday is 0 as in cron. */
const EPOCH_WEEKDAY = 4;

/** The facts by name. `facts` is the device's facts with `readAtMs` beside them; `time` is UTC, made when first asked. */
export function engineFacts(event: Event, snapshot: Snapshot, nowMs: number): Readonly<Record<string, unknown>> {
  const { port, facts, system = {}, monitor = {} } = snapshot;
  let time: ReturnType<typeof timeFact> | undefined;
  return {
    event,
    ...(port === undefined ? {} : { port }),
    ...(facts === undefined ? {} : { facts: { ...facts.facts, readAtMs: facts.readAtMs } }),
    ...{ system, monitor },
    get time() {
      return (time ??= timeFact(nowMs));
    },
  };
}

function timeFact(nowMs: number): Readonly<Record<string, string | number>> {
  const days = Math.floor(nowMs / DAY_MS);
  const minutes = Math.floor((nowMs - days * DAY_MS) / 60_000);
  return {
    ms: nowMs,
    rfc3339: toRfc3339(nowMs),
    hour: Math.floor(minutes / 60),
    minute: minutes % 60,
    weekday: (((days + EPOCH_WEEKDAY) % 7) + 7) % 7,
  };
}
