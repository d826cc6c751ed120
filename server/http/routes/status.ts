/** `GET /ports/{port}/status`: what the port's monitors last found. */
import { Type } from '@sinclair/typebox';
import type { Reading } from '../../../core/monitor.js';
import type { Api, ApiContext } from '../api-types.js';
import { PortParams, Time, timeKey } from '../common-schemas.js';
import { ErrorSchema } from '../errors.js';
import { findPort } from '../find-port.js';

const ReadingSchema = Type.Object({
  monitor: Type.String(),
  kind: Type.String(),
  at: Type.Optional(Time),
  values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
  failures: Type.Integer({ description: 'polls in a row that failed; 0 where the last one succeeded' }),
  code: Type.Optional(Type.String({ description: 'why the last one failed' })),
});

export function statusRoutes(app: Api, { services }: ApiContext): void {
  app.get(
    '/ports/:port/status',
    {
      schema: {
        summary: "What the port's monitors last found",
        params: PortParams,
        response: { 200: Type.Object({ readings: Type.Array(ReadingSchema) }), '4xx': ErrorSchema },
      },
    },
    (request) => {
      const port = findPort(services.site(), request.params.port);
      return { readings: services.readings(port.id).map(readingView) };
    },
  );
}

function readingView({ monitor, kind, atMs, values, failures, code }: Reading) {
  return { monitor, kind, ...timeKey('at', atMs), values: { ...values }, failures, ...(code === '' ? {} : { code }) };
}
