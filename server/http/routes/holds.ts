/** `/hold`, `/resume`: keep write actions of the node, a port or a job from starting, and let them again. */
import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import { parseDuration } from '../../../core/duration.js';
import { fail } from '../../../core/errors/index.js';
import type { HoldTarget } from '../../../core/ports/job-control.js';
import type { Services } from '../../services.js';
import type { Api, ApiContext } from '../api-types.js';
import { Duration } from '../common-schemas.js';
import { ErrorSchema } from '../errors.js';
import { findPort } from '../find-port.js';
import { HoldSchema, holdView } from '../hold-view.js';

const TARGET = {
  all: Type.Optional(Type.Literal(true, { description: 'true' })),
  port: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  job: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
};
const Target = Type.Object(TARGET, { additionalProperties: false, description: 'an object with all, port or job' });
const HoldBody = Type.Object(
  { ...TARGET, for: Type.Optional(Duration), reason: Type.Optional(Type.String({ maxLength: 500 })) },
  { additionalProperties: false, description: 'an object with all, port or job' },
);
const Holds = Type.Object({ holds: Type.Array(HoldSchema) });

export function holdRoutes(app: Api, { services }: ApiContext): void {
  const holds = (): Static<typeof Holds> => ({ holds: services.control.holds().map(holdView) });
  const response = { 200: Holds, '4xx': ErrorSchema };
  app.get('/hold', { schema: { summary: 'The holds that are in force', response } }, holds);
  app.post(
    '/hold',
    { schema: { summary: 'Hold the node, a port or a job', body: HoldBody, response } },
    async (request) => {
      const { for: duration, reason = 'held through the API', ...target } = request.body;
      const forMs = duration === undefined ? undefined : parseDuration(duration);
      await services.control.hold(await targetOf(services, target), reason, forMs);
      return holds();
    },
  );
  app.post('/resume', { schema: { summary: 'Lift a hold', body: Target, response } }, async (request) => {
    await services.control.resume(await targetOf(services, request.body));
    return holds();
  });
}

async function targetOf(services: Services, target: Static<typeof Target>): Promise<HoldTarget> {
  const { all, port, job } = target;
  const given = [all, port, job].filter((value) => value !== undefined);
  if (given.length !== 1) {
    const got = given.length === 0 ? 'none of them' : Object.keys(target).join(' and ');
    throw fail('HTTP_BAD_REQUEST', { pointer: 'body', wanted: 'one of all, port, job', got });
  }
  if (port !== undefined) return { kind: 'port', portId: findPort(services.site(), port).id };
  if (job === undefined) return { kind: 'all' };
  if ((await services.jobs.get(job)) === undefined) throw fail('JOB_UNKNOWN', { job });
  return { kind: 'job', jobId: job };
}
