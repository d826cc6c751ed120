/** `POST /plans`: what a job would do, before it is started. */
import { createHash } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import type { JsonObject } from '../../../core/json.js';
import type { Api, ApiContext } from '../api-types.js';
import { Json } from '../common-schemas.js';
import { ErrorSchema } from '../errors.js';
import { findPort } from '../find-port.js';

const Wanted = Type.Object(
  {
    port: Type.String({ minLength: 1, maxLength: 200 }),
    action: Type.String({ minLength: 1, maxLength: 100 }),
    params: Type.Optional(Type.Unsafe<JsonObject>({ type: 'object', description: "the action's parameters" })),
  },
  { additionalProperties: false, description: 'an object with port, action and params' },
);
const Planned = Type.Object({
  hash: Type.String({ description: 'SHA-256 of the plan: the same again means that nothing has changed' }),
  plan: Json,
});

export function planRoutes(app: Api, { services }: ApiContext): void {
  app.post(
    '/plans',
    {
      schema: {
        summary: 'What a job would do; nothing is said to the device',
        body: Wanted,
        response: { 200: Planned, '4xx': ErrorSchema },
      },
    },
    async ({ body: { port, action, params = {} } }) => {
      const plan = await services.plan(findPort(services.site(), port), action, params);
      // The order of keys is that of the code, the same each time.
      const hash = createHash('sha256').update(JSON.stringify(plan)).digest('hex');
      return { hash, plan: { ...plan } };
    },
  );
}
