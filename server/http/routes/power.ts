/** `GET /ports/{port}/power`: what the controller of the port's outlet says now. */
import { Type } from '@sinclair/typebox';
import { fail } from '../../../core/errors/index.js';
import type { Api, ApiContext } from '../api-types.js';
import { PortParams } from '../common-schemas.js';
import { ErrorSchema } from '../errors.js';
import { findPort } from '../find-port.js';

const PowerSchema = Type.Object({
  outlet: Type.String(),
  state: Type.Unsafe<string>({ enum: ['on', 'off', 'unknown'] }),
});

export function powerRoutes(app: Api, { services }: ApiContext): void {
  app.get(
    '/ports/:port/power',
    {
      schema: {
        summary: "What the controller of the port's outlet says now",
        params: PortParams,
        response: { 200: PowerSchema, '4xx': ErrorSchema, '5xx': ErrorSchema },
      },
    },
    async (request, reply) => {
      const port = findPort(services.site(), request.params.port);
      const outlet = services.power(port);
      if (outlet === undefined) throw fail('POWER_ABSENT', { port: port.id });
      const left = new AbortController();
      reply.raw.on('close', () => left.abort(fail('HTTP_NOT_FOUND', { path: request.url })));
      return { outlet: outlet.name, state: await outlet.state(left.signal) };
    },
  );
}
