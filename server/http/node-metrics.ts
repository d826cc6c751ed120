/** What `/metrics` tells. Labels are bounded: actions, verdicts, families, states. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Event } from '../../core/event.js';
import type { Services } from '../services.js';

/** A request that was answered. */
export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of the route, never the path: paths are without number. */
  readonly route: string;
  readonly status: number;
}

/** From a lookup in memory to an image that is stored, s. */
const DURATION_BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 2, 10, 60];

export class NodeMetrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram;
  readonly #ended: Counter;
  readonly #events: Counter;

  constructor(services: Services) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    gauges(this.#registry, services);
    this.#requests = new Histogram({
      name: 'portwright_http_request_seconds',
      help: 'Time to answer an API request.',
      labelNames: ['method', 'route', 'status'],
      buckets: DURATION_BUCKETS,
      registers,
    });
    this.#events = new Counter({
      name: 'portwright_events_total',
      help: 'Events by family, without story lines and progress.',
      labelNames: ['family'],
      registers,
    });
    this.#ended = new Counter({
      name: 'portwright_jobs_ended_total',
      help: 'Jobs that ended, by action and verdict.',
      labelNames: ['action', 'verdict'],
      registers,
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  answered(request: AnsweredRequest, ms: number): void {
    this.#requests.observe({ ...request }, ms / 1000);
  }

  happened(event: Event): void {
    if (event.type === 'job.story' || event.type === 'job.progress') return;
    this.#events.inc({ family: event.type.split('.')[0] ?? '' });
    if (event.type !== 'job.ended') return;
    const { action, verdict } = event.data as { readonly action?: string; readonly verdict?: string };
    this.#ended.inc({ action: action ?? '', verdict: verdict ?? '' });
  }

  close(): void {
    this.#registry.clear();
  }
}

/** Read at each scrape. */
function gauges(registry: Registry, services: Services): void {
  const gauge = (name: string, help: string, labelNames: string[], collect: (gauge: Gauge) => Promise<void> | void) =>
    new Gauge({
      name: `portwright_${name}`,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        this.reset();
        await collect(this);
      },
    });
  gauge('ports', 'Ports by state of their console.', ['console'], (ports) => {
    for (const port of services.site().ports) {
      const open = services.console(port.id)?.open;
      ports.inc({ console: port.console === undefined ? 'none' : open === true ? 'open' : 'closed' });
    }
  });
  gauge('jobs', 'Jobs that have not ended, by state.', ['state'], async (jobs) => {
    for (const { state } of await services.jobs.unfinished()) jobs.inc({ state });
  });
  gauge('holds', 'Holds in force.', ['kind'], (holds) => {
    for (const { target } of services.control.holds()) holds.inc({ kind: target.kind });
  });
  gauge('alarms', 'Alarms that stand.', [], async (alarms) => {
    alarms.set((await services.variables.all('alarm')).size);
  });
}
