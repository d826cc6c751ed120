/** `/ports`: the ports, one port, its file store. */
import { Type } from '@sinclair/typebox';
import { isStoreVersion } from '../../../core/image.js';
import { fail } from '../../../core/errors/index.js';
import type { Api, ApiContext } from '../api-types.js';
import { ImageParams, PortParams } from '../common-schemas.js';
import { ErrorSchema } from '../errors.js';
import { findPort } from '../find-port.js';
import { ImageSchema, imageView, PortSchema, portSummary, PortSummarySchema, portView } from '../port-view.js';

const Ports = Type.Object({ ports: Type.Array(PortSummarySchema) });
const Directory = Type.Object({ port: Type.String(), files: Type.Array(ImageSchema) });
const hex = (digits: number) =>
  Type.Optional(
    Type.String({ pattern: `^[0-9A-Fa-f]{${String(digits)}}$`, description: `${String(digits)} hex digits` }),
  );
const ImageQuery = Type.Object(
  {
    fileName: Type.String({ minLength: 1, maxLength: 200, description: "the vendor's own file name" }),
    sha256: hex(64),
    sha512: hex(128),
    md5: hex(32),
  },
  { additionalProperties: false },
);

export function portRoutes(app: Api, { services }: ApiContext): void {
  app.get('/ports', { schema: { summary: 'All ports', response: { 200: Ports, '4xx': ErrorSchema } } }, async () => {
    const unfinished = await services.jobs.unfinished();
    return { ports: await Promise.all(services.site().ports.map((port) => portSummary(port, services, unfinished))) };
  });
  app.get(
    '/ports/:port',
    { schema: { summary: 'One port', params: PortParams, response: { 200: PortSchema, '4xx': ErrorSchema } } },
    (request) => portView(findPort(services.site(), request.params.port), services),
  );
  app.get(
    '/ports/:port/directory',
    {
      schema: { summary: "A port's file store", params: PortParams, response: { 200: Directory, '4xx': ErrorSchema } },
    },
    async (request) => {
      const port = findPort(services.site(), request.params.port);
      return { port: port.id, files: (await services.images.list(port.id)).map(imageView) };
    },
  );
}

/** The one route that takes bytes: streamed into the store and never whole in memory. */
export function imageRoutes(app: Api, { services }: ApiContext): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  app.put(
    '/ports/:port/os/:version',
    {
      schema: {
        summary: 'Store an OS file',
        consumes: ['application/octet-stream'],
        params: ImageParams,
        querystring: ImageQuery,
        response: { 201: ImageSchema, '4xx': ErrorSchema },
      },
    },
    async (request, reply) => {
      const port = findPort(services.site(), request.params.port);
      const { version } = request.params;
      if (!isStoreVersion(version)) throw fail('IMAGE_VERSION_INVALID', { version });
      if (request.headers['content-type'] === undefined) {
        throw fail('HTTP_MEDIA_TYPE', { wanted: 'application/octet-stream', got: 'no Content-Type' });
      }
      const expected = expectedOf(request.query);
      const image = await services.images.put({
        portId: port.id,
        version,
        fileName: request.query.fileName,
        content: request.raw,
        ...(expected === undefined ? {} : { expected }),
      });
      return reply.code(201).send(imageView(image));
    },
  );
}

/** The strongest hash that was given. */
function expectedOf(query: Partial<Record<'sha512' | 'sha256' | 'md5', string>>) {
  for (const algorithm of ['sha512', 'sha256', 'md5'] as const) {
    const hex = query[algorithm];
    if (hex !== undefined) return { algorithm, hex: hex.toLowerCase() };
  }
  return undefined;
}
