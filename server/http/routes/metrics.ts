/** `GET /metrics` (Prometheus text format 0.0.4), at the root. */
import { Type } from '@sinclair/typebox';
import type { Api, ApiContext } from '../api-types.js';
import { ErrorSchema } from '../errors.js';
import type { NodeMetrics } from '../node-metrics.js';

/** prom-client is loaded with the first thing to count: that comes after the start, which should not wait for it. */
export function metricRoutes(app: Api, { services, log }: ApiContext): void {
  let loading: Promise<NodeMetrics> | undefined;
  const metrics = (): Promise<NodeMetrics> =>
    (loading ??= import('../node-metrics.js').then((module) => new module.NodeMetrics(services)));
  const count = (thing: (metrics: NodeMetrics) => void): void => {
    metrics()
      .then(thing)
      .catch((error: unknown) => log.error('not counted', { reason: String(error) }));
  };
  const stop = services.bus.subscribe((_seq, event) => count((all) => all.happened(event)));
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const answered = { method: request.method, route, status: reply.statusCode };
    const ms = reply.elapsedTime;
    count((all) => all.answered(answered, ms));
    done();
  });
  app.addHook('onClose', async () => {
    stop();
    (await loading)?.close();
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
    async (_request, reply) => {
      const all = await metrics();
      return reply.type(all.contentType).send(await all.text());
    },
  );
}
