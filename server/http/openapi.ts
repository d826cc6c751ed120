/**
 * OpenAPI 3.1 of the API, written by @fastify/swagger. Its libraries are as large as the rest of the API's and few ever
 * ask, so they are loaded at the first question, on an instance that has the routes' schemas and serves nobody.
 */
import fastify from 'fastify';
import type { RouteOptions } from 'fastify';
import type {} from '@fastify/swagger';
import type {} from '@fastify/websocket';
import type { JsonObject } from '../../core/json.js';
import type { Api } from './api-types.js';
import { NO_COMPILERS, useOwnCompilers } from './schema-compilers.js';

type DescribedRoute = Pick<RouteOptions, 'method' | 'url'> & { readonly schema?: object };

/** Collects every route that `app` gets from now on; the answer gives the document, made once. */
export function describeRoutes(app: Api, version: string): () => Promise<JsonObject> {
  const routes: DescribedRoute[] = [];
  app.addHook('onRoute', ({ method, url, schema, websocket }) => {
    // Its plugin hides every WebSocket.
    const told = websocket === true ? { ...schema, hide: false } : schema;
    routes.push({ method, url, ...(told === undefined ? {} : { schema: told }) });
  });
  let document: Promise<JsonObject> | undefined;
  return () => (document ??= documentOf(routes, version));
}

async function documentOf(routes: readonly DescribedRoute[], version: string): Promise<JsonObject> {
  const { default: swagger } = await import('@fastify/swagger');
  const page: Api = fastify({ exposeHeadRoutes: false, schemaController: NO_COMPILERS });
  useOwnCompilers(page);
  await page.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Portwright', version, description: 'Out-of-band automation for network devices.' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
  });
  for (const route of routes) page.route({ ...route, handler: () => undefined });
  await page.ready();
  return page.swagger() as unknown as JsonObject;
}
