/** Fastify with TypeBox: the schema of a route is the type of its parameters, query and body. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Static, TSchema } from '@sinclair/typebox';
import type { FastifyBaseLogger, FastifyInstance, FastifyTypeProvider, RawServerDefault } from 'fastify';
import type { Log } from '../../core/ports/log.js';
import type { Services } from '../services.js';

interface TypeBoxProvider extends FastifyTypeProvider {
  readonly validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
  readonly serializer: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
}

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxProvider
>;

/** What every route file gets. */
export interface ApiContext {
  readonly services: Services;
  readonly log: Log;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers without a token. `/healthz` alone. */
    open?: boolean;
  }
}
