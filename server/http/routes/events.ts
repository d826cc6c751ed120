/** `/events`: the history, the live stream, and putting one in by hand. */
import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import { randomUUID } from 'node:crypto';
import { makeEvent } from '../../../core/event.js';
import type { Event } from '../../../core/event.js';
import { fail } from '../../../core/errors/index.js';
import type { JsonObject } from '../../../core/json.js';
import type { Services } from '../../services.js';
import type { Api, ApiContext } from '../api-types.js';
import { Json, limitOf, LimitText, sinceOf, SinceText } from '../common-schemas.js';
import { ErrorSchema } from '../errors.js';
import { EventStream } from '../event-stream.js';
import { findPort } from '../find-port.js';

/** `job.*`, `alarm.*` and `node.*` are the node's own word: watchers and exit codes rely on them. */
const INJECTABLE = ['console', 'syslog', 'snmp', 'monitor', 'schedule', 'port'];

const TypeText = Type.String({
  pattern: '^[a-z]+(?:\\.[A-Za-z0-9_-]+)*(?:\\.\\*)?$',
  maxLength: 100,
  description: 'an event type such as console.line, or a family such as job.*',
});
const PortText = Type.String({ minLength: 1, maxLength: 200 });
const StoredEvent = Type.Object({ seq: Type.Integer(), event: Json });
const Events = Type.Object({ events: Type.Array(StoredEvent) });
const ListQuery = Type.Object(
  {
    type: Type.Optional(TypeText),
    port: Type.Optional(PortText),
    since: Type.Optional(SinceText),
    limit: Type.Optional(LimitText),
  },
  { additionalProperties: false },
);
const Seq = Type.String({ pattern: '^\\d{1,15}$', description: 'the seq of an event' });
const StreamQuery = Type.Object(
  {
    type: Type.Optional(TypeText),
    port: Type.Optional(PortText),
    job: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    after: Type.Optional(Seq),
  },
  { additionalProperties: false },
);
const Injected = Type.Object(
  {
    id: Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{1,200}$', description: '1 to 200 printable characters' })),
    type: Type.String({
      pattern: `^(?:${INJECTABLE.join('|')})\\.[A-Za-z0-9_.-]{1,80}$`,
      description: `a type of the families ${INJECTABLE.join(', ')}`,
    }),
    port: Type.Optional(PortText),
    authenticated: Type.Optional(Type.Boolean()),
    data: Type.Unsafe<JsonObject>({ type: 'object', description: 'the data of the event' }),
  },
  { additionalProperties: false, description: 'an object with type, data and port' },
);

export function eventRoutes(app: Api, { services }: ApiContext): void {
  app.get(
    '/events',
    {
      schema: {
        summary: 'Events, newest first',
        querystring: ListQuery,
        response: { 200: Events, '4xx': ErrorSchema },
      },
    },
    async (request) => {
      const { type, port, since, limit } = request.query;
      const found = await services.events.list({
        ...(type === undefined ? {} : { type }),
        ...portKey(services, port),
        ...sinceOf(since),
        limit: limitOf(limit),
      });
      return { events: found.map(({ seq, event }) => ({ seq, event: { ...event } })) };
    },
  );
  app.post(
    '/events',
    {
      schema: {
        summary: 'Put an event in, as a source would',
        description: 'The same id again changes nothing and answers with the seq that it has.',
        body: Injected,
        response: { 202: StoredEvent, '4xx': ErrorSchema },
      },
    },
    async (request, reply) => {
      const event = eventOf(services, request.body);
      return reply.code(202).send({ seq: await services.accept(event), event: { ...event } });
    },
  );
}

/** Ends with the app: open streams would keep it from closing. */
export function streamRoutes(app: Api, { services }: ApiContext): void {
  const streams = new Set<EventStream>();
  app.addHook('preClose', (done) => {
    for (const stream of streams) stream.stop();
    done();
  });
  app.get(
    '/events/stream',
    {
      schema: {
        summary: 'Events as they happen (server-sent events)',
        description:
          'Last-Event-ID, or the query after, names the seq to go on from. Story lines and progress have none.',
        produces: ['text/event-stream'],
        headers: Type.Object({ 'last-event-id': Type.Optional(Seq) }),
        querystring: StreamQuery,
        response: { 200: Type.String({ description: 'data: one CloudEvent in JSON' }), '4xx': ErrorSchema },
      },
    },
    async (request, reply) => {
      const { type, port, job, after } = request.query;
      const from = request.headers['last-event-id'] ?? after;
      const stream = new EventStream({
        events: services.events,
        bus: services.bus,
        clock: services.clock,
        mask: (text) => services.secrets.mask(text),
        response: reply.raw,
        filter: {
          ...(type === undefined ? {} : { type }),
          ...portKey(services, port),
          ...(job === undefined ? {} : { jobId: job }),
        },
      });
      reply.hijack();
      streams.add(stream);
      reply.raw.on('close', () => streams.delete(stream));
      await stream.start(from === undefined ? undefined : Number(from)).catch(() => {
        reply.raw.destroy();
      });
    },
  );
}

function portKey(services: Services, port: string | undefined): { readonly portId?: string } {
  return port === undefined ? {} : { portId: findPort(services.site(), port).id };
}

function eventOf(services: Services, body: Static<typeof Injected>): Event {
  const { node } = services.site();
  const port = body.port === undefined ? undefined : findPort(services.site(), body.port);
  if (body.type === 'schedule.due') {
    throw fail('HTTP_BAD_REQUEST', {
      pointer: 'body/type',
      wanted: 'no schedule.due: the clock alone says it',
      got: body.type,
    });
  }
  return makeEvent({
    id: body.id ?? randomUUID(),
    node,
    ...(port === undefined ? {} : { port: { name: port.name, id: port.id } }),
    type: body.type,
    timeMs: services.clock.nowMs(),
    authenticated: body.authenticated ?? true,
    data: body.data,
  });
}
