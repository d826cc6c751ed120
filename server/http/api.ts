/**
 * The HTTP API (CONTRACT "HTTP"): every request passes guard → validation → route → mask → reply.
 * Errors leave at any of these as `{ "error": { code, message, next } }`.
 */
import fastify from 'fastify';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import websocket from '@fastify/websocket';
import { fail } from '../../core/errors/index.js';
import type { Log } from '../../core/ports/log.js';
import type { Services } from '../services.js';
import type { Api, ApiContext } from './api-types.js';
import { BODY_LIMIT_BYTES, errorHandler } from './errors.js';
import { finishRequests } from './finish-requests.js';
import { guard } from './guard.js';
import { maskJson } from './mask-json.js';
import { describeRoutes } from './openapi.js';
import { alarmRoutes } from './routes/alarms.js';
import { planRoutes } from './routes/plans.js';
import { configRoutes } from './routes/configs.js';
import { consoleRoutes } from './routes/console.js';
import { eventRoutes, streamRoutes } from './routes/events.js';
import { healthRoutes } from './routes/health.js';
import { holdRoutes } from './routes/holds.js';
import { jobRoutes } from './routes/jobs.js';
import { metricRoutes } from './routes/metrics.js';
import { osFileRoutes } from './routes/os-files.js';
import { imageRoutes, portRoutes } from './routes/ports.js';
import { powerRoutes } from './routes/power.js';
import { reloadRoutes } from './routes/reload.js';
import { ruleRoutes } from './routes/rules.js';
import { scheduleRoutes } from './routes/schedules.js';
import { statusRoutes } from './routes/status.js';
import { terminalRoutes } from './routes/terminal.js';
import { NO_COMPILERS, useOwnCompilers } from './schema-compilers.js';

export type { Api } from './api-types.js';
export type BuildApi = typeof buildApi;

export interface ApiOptions {
  readonly token: string;
  /** Host that the listener is bound to, as in the site file: what `Host` is checked against. */
  readonly host: string;
  readonly log: Log;
  /** Version of the program, for OpenAPI. */
  readonly version: string;
  /** Requests a minute from one address. */
  readonly requestsPerMinute?: number;
  /** Told of every route as it is made. */
  readonly onRoute?: (route: { readonly method: string | readonly string[]; readonly url: string }) => void;
}

const PREFIX = '/api/v1';

/** A paste; more comes in several. */
const TERMINAL_MESSAGE_BYTES = 65_536;
/** Far above what people and scripts do; keeps one broken client from taking the node's loop. */
const REQUESTS_PER_MINUTE = 6000;

/** Not listening yet: `listenApi` does that. Nothing is read from the services before the first request. */
export async function buildApi(services: Services, options: ApiOptions): Promise<Api> {
  const app: Api = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 300 },
    schemaController: NO_COMPILERS,
  });
  const { onRoute } = options;
  if (onRoute !== undefined) app.addHook('onRoute', ({ method, url }) => onRoute({ method, url }));
  finishRequests(app);
  useOwnCompilers(app);
  app.setErrorHandler(errorHandler(options.log, services.secrets));
  app.addHook('onRequest', guard(options));
  app.addHook('preSerialization', (_request, _reply, payload, done) => {
    done(
      null,
      maskJson(payload, (text) => services.secrets.mask(text)),
    );
  });
  app.setNotFoundHandler((request) => {
    throw fail('HTTP_NOT_FOUND', { path: `${request.method} ${request.url}` });
  });
  // JSON and nothing else: a form or plain text can be sent by any web page without asking.
  app.removeContentTypeParser('text/plain');
  await plugins(app, options);
  await routes(app, { services, log: options.log }, options.version);
  await app.ready();
  return app;
}

async function plugins(app: Api, options: ApiOptions): Promise<void> {
  await app.register(helmet);
  await app.register(websocket, { options: { maxPayload: TERMINAL_MESSAGE_BYTES } });
  const limit = options.requestsPerMinute ?? REQUESTS_PER_MINUTE;
  await app.register(rateLimit, {
    max: limit,
    timeWindow: '1 minute',
    errorResponseBuilder: (_request, { ttl }) => fail('HTTP_TOO_MANY', { limit, seconds: Math.ceil(ttl / 1000) }),
  });
}

async function routes(app: Api, context: ApiContext, version: string): Promise<void> {
  const openApi = describeRoutes(app, version);
  healthRoutes(app);
  metricRoutes(app, context);
  await app.register(
    (api: Api, _options, done) => {
      portRoutes(api, context);
      osFileRoutes(api, context);
      configRoutes(api, context);
      consoleRoutes(api, context);
      terminalRoutes(api, context);
      statusRoutes(api, context);
      powerRoutes(api, context);
      jobRoutes(api, context);
      holdRoutes(api, context);
      eventRoutes(api, context);
      streamRoutes(api, context);
      ruleRoutes(api, context);
      scheduleRoutes(api, context);
      alarmRoutes(api, context);
      planRoutes(api, context);
      reloadRoutes(api, context);
      api.get('/openapi.json', { schema: { hide: true } }, openApi);
      done();
    },
    { prefix: PREFIX },
  );
  await app.register(
    (api: Api, _options, done) => {
      imageRoutes(api, context);
      done();
    },
    { prefix: PREFIX },
  );
}
