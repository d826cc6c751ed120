/** `/jobs`: start, look at, cancel, hold and resume jobs. */
import { Type } from '@sinclair/typebox';
import { fail } from '../../../core/errors/index.js';
import type { JobRecord, JobState } from '../../../core/job.js';
import type { JsonObject } from '../../../core/json.js';
import { parseDuration } from '../../../core/duration.js';
import type { Services } from '../../services.js';
import type { Api, ApiContext } from '../api-types.js';
import { Duration, JobParams, limitOf, LimitText } from '../common-schemas.js';
import { ErrorSchema } from '../errors.js';
import { findPort } from '../find-port.js';
import { JobSchema, jobSummary, JobSummarySchema, jobView } from '../job-view.js';
import { EntriesSchema, entriesView } from './console.js';

const STATES: readonly JobState[] = ['queued', 'running', 'paused', 'waiting', 'ended'];

const ListQuery = Type.Object(
  {
    port: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    state: Type.Optional(Type.Unsafe<JobState>({ enum: STATES })),
    limit: Type.Optional(LimitText),
  },
  { additionalProperties: false },
);
const Recording = Type.Object({ outputs: Type.Array(Type.Object({ command: Type.String(), text: Type.String() })) });
const Jobs = Type.Object({ jobs: Type.Array(JobSummarySchema) });
const Start = Type.Object(
  {
    port: Type.String({ minLength: 1, maxLength: 200 }),
    action: Type.String({ minLength: 1, maxLength: 100 }),
    params: Type.Optional(Type.Unsafe<JsonObject>({ type: 'object', description: "the action's parameters" })),
  },
  { additionalProperties: false, description: 'an object with port, action and params' },
);
const StartHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ pattern: '^[\\x21-\\x7e]{1,200}$', description: 'a key of 1 to 200 printable characters' }),
  ),
});
const Hold = Type.Optional(
  Type.Union([
    Type.Null(),
    Type.Object(
      { for: Type.Optional(Duration), reason: Type.Optional(Type.String({ maxLength: 500 })) },
      { additionalProperties: false },
    ),
  ]),
);

export function jobRoutes(app: Api, { services }: ApiContext): void {
  app.get(
    '/jobs',
    { schema: { summary: 'Jobs, newest first', querystring: ListQuery, response: { 200: Jobs, '4xx': ErrorSchema } } },
    async (request) => {
      const { port, state, limit } = request.query;
      const jobs = await services.jobs.list({
        ...(port === undefined ? {} : { portId: findPort(services.site(), port).id }),
        ...(state === undefined ? {} : { states: [state] }),
        limit: limitOf(limit),
      });
      return { jobs: jobs.map(jobSummary) };
    },
  );
  app.post(
    '/jobs',
    {
      schema: {
        summary: 'Start an action on a port',
        description: 'The same Idempotency-Key again answers with the job that it started.',
        headers: StartHeaders,
        body: Start,
        response: { 202: JobSchema, '4xx': ErrorSchema },
      },
    },
    async (request, reply) => {
      const { action, params = {}, port } = request.body;
      const key = request.headers['idempotency-key'];
      const job = await startJob(services, { port, action, params, ...(key === undefined ? {} : { key }) });
      return reply.code(202).send(await viewOf(services, job));
    },
  );
  app.get(
    '/jobs/:id',
    { schema: { summary: 'One job', params: JobParams, response: { 200: JobSchema, '4xx': ErrorSchema } } },
    async (request) => viewOf(services, await jobOf(services, request.params.id)),
  );
  app.get(
    '/jobs/:id/transcript',
    {
      schema: {
        summary: 'What the job saw, said and told',
        params: JobParams,
        response: { 200: EntriesSchema, '4xx': ErrorSchema },
      },
    },
    async (request) => {
      const { id } = await jobOf(services, request.params.id);
      await services.transcripts.flush();
      return entriesView(await services.transcripts.read({ kind: 'transcript', jobId: id }, {}));
    },
  );
  app.get(
    '/jobs/:id/recording',
    {
      schema: {
        summary: 'What a recording job has recorded, a command each',
        params: JobParams,
        response: { 200: Recording, '4xx': ErrorSchema },
      },
    },
    async (request) => {
      const { id, portId } = await jobOf(services, request.params.id);
      await services.transcripts.flush();
      const entries = await services.transcripts.read({ kind: 'recording', portId, jobId: id }, {});
      return { outputs: entries.map(({ text }) => outputOf(text)) };
    },
  );
  steeringRoutes(app, services);
}

/** The command is the first line of what was kept. */
function outputOf(kept: string): { command: string; text: string } {
  const end = kept.indexOf('\n');
  return { command: kept.slice(0, end), text: kept.slice(end + 1) };
}

function steeringRoutes(app: Api, services: Services): void {
  app.post(
    '/jobs/:id/cancel',
    {
      schema: {
        summary: 'Stop a job at its next safe boundary',
        params: JobParams,
        response: {
          202: Type.Object({
            job: JobSchema,
            boundary: Type.String({ description: 'the step that runs or would be next' }),
          }),
          '4xx': ErrorSchema,
        },
      },
    },
    async (request, reply) => {
      const { job, boundary } = await services.control.cancel(request.params.id);
      return reply.code(202).send({ job: await viewOf(services, job), boundary });
    },
  );
  app.post(
    '/jobs/:id/hold',
    {
      schema: {
        summary: 'Keep a job from starting',
        params: JobParams,
        body: Hold,
        response: { 200: JobSchema, '4xx': ErrorSchema },
      },
    },
    async (request) => {
      const job = await jobOf(services, request.params.id);
      const { reason = 'held through the API', for: duration } = request.body ?? {};
      const forMs = duration === undefined ? undefined : parseDuration(duration);
      await services.control.hold({ kind: 'job', jobId: job.id }, reason, forMs);
      return viewOf(services, job);
    },
  );
  app.post(
    '/jobs/:id/resume',
    {
      schema: {
        summary: 'Lift the hold on a job',
        params: JobParams,
        response: { 200: JobSchema, '4xx': ErrorSchema },
      },
    },
    async (request) => {
      const job = await jobOf(services, request.params.id);
      await services.control.resume({ kind: 'job', jobId: job.id });
      return viewOf(services, job);
    },
  );
}

interface StartRequest {
  readonly port: string;
  readonly action: string;
  readonly params: JsonObject;
  readonly key?: string;
}

/** Errors: PORT_UNKNOWN, PORT_AMBIGUOUS, ACTION_UNKNOWN, ACTION_PARAMS, HTTP_KEY_REUSED. */
async function startJob(services: Services, { port, action, params, key }: StartRequest): Promise<JobRecord> {
  const portId = findPort(services.site(), port).id;
  const cause = { kind: 'api', name: 'api' } as const;
  const job = await services.control.submit({ portId, action, params, cause, ...(key === undefined ? {} : { key }) });
  const same = job.portId === portId && job.action === action && JSON.stringify(job.params) === JSON.stringify(params);
  if (!same) throw fail('HTTP_KEY_REUSED', { key: key ?? '', job: job.id });
  return job;
}

async function jobOf(services: Services, id: string): Promise<JobRecord> {
  const job = await services.jobs.get(id);
  if (job === undefined) throw fail('JOB_UNKNOWN', { job: id });
  return job;
}

async function viewOf(services: Services, job: JobRecord) {
  return jobView(job, await services.jobs.steps(job.id));
}
