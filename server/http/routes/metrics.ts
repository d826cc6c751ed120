/** `GET /metrics` (Prometheus text format 0.0.4), at the root. Labels are bounded: actions, verdicts, families, states. */
import { Type } from '@sinclair/typebox';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Event } from '../../../core/event.js';
import type { Services } from '../../services.js';
import type { Api, ApiContext } from '../api-types.js';
import { ErrorSchema } from '../errors.js';

/** From a lookup in memory to an image that is stored, s. */
const DURATION_BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 2, 10, 60];

export function metricRoutes(app: Api, { services }: ApiContext): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  gauges(registry, services);
  const stop = countEvents(registry, services);
  const requests = new Histogram({
    name: 'portwright_http_request_seconds',
    help: 'Time to answer an API request.',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS,
    registers: [registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode };
    requests.observe(labels, reply.elapsedTime / 1000);
    done();
  });
  app.addHook('onClose', (_app, done) => {
    stop();
    registry.clear();
    done();
  });
  app.get(
    '/metrics',
    {
      schema: {
        summary: 'Metrics for Prometheus',
        produces: ['text/plain'],
        response: { 200: Type.String(), '4xx': ErrorSchema },
      },
    },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
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

function countEvents(registry: Registry, services: Services): () => void {
  const events = new Counter({
    name: 'portwright_events_total',
    help: 'Events by family, without story lines and progress.',
    labelNames: ['family'],
    registers: [registry],
  });
  const ended = new Counter({
    name: 'portwright_jobs_ended_total',
    help: 'Jobs that ended, by action and verdict.',
    labelNames: ['action', 'verdict'],
    registers: [registry],
  });
  return services.bus.subscribe((_seq, event: Event) => {
    if (event.type === 'job.story' || event.type === 'job.progress') return;
    events.inc({ family: event.type.split('.')[0] ?? '' });
    if (event.type !== 'job.ended') return;
    const { action, verdict } = event.data as { readonly action?: string; readonly verdict?: string };
    ended.inc({ action: action ?? '', verdict: verdict ?? '' });
  });
}
