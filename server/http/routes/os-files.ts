/** `/ports/{port}/os/{version}`: one OS file of a port's store: out, away, and under another version. */
import { Readable } from 'node:stream';
import { Type } from '@sinclair/typebox';
import { isImageVersion } from '../../../core/image.js';
import type { ImageRecord } from '../../../core/image.js';
import { fail } from '../../../core/errors/index.js';
import type { Api, ApiContext } from '../api-types.js';
import { ImageParams } from '../common-schemas.js';
import { ErrorSchema } from '../errors.js';
import { findPort } from '../find-port.js';
import { ImageSchema, imageView } from '../port-view.js';
import type { Services } from '../../services.js';

const Copy = Type.Object(
  {
    port: Type.String({ minLength: 1, maxLength: 200 }),
    version: Type.String({ minLength: 1, maxLength: 20 }),
  },
  { additionalProperties: false, description: 'where to: a port and a version' },
);

const Bytes = Type.Unsafe<Readable>({ type: 'string', format: 'binary' });

export function osFileRoutes(app: Api, { services }: ApiContext): void {
  app.get(
    '/ports/:port/os/:version',
    {
      schema: {
        summary: 'The bytes of an OS file',
        description: "X-Content-SHA256 is its hash, Content-Disposition has the vendor's own file name.",
        produces: ['application/octet-stream'],
        params: ImageParams,
        response: { 200: Bytes, '4xx': ErrorSchema },
      },
    },
    async (request, reply) => {
      const image = await imageOf(services, request.params);
      return reply
        .type('application/octet-stream')
        .header('content-length', image.sizeBytes)
        .header('content-disposition', `attachment; filename="${image.fileName}"`)
        .header('x-content-sha256', image.sha256)
        .send(Readable.from(services.images.source(image).open(), { objectMode: false }));
    },
  );
  app.delete(
    '/ports/:port/os/:version',
    {
      schema: {
        summary: 'Take an OS file away',
        description: 'The candidate and names; what rotates stays.',
        params: ImageParams,
        response: { 200: ImageSchema, '4xx': ErrorSchema },
      },
    },
    async (request) => {
      const image = await imageOf(services, request.params);
      await services.images.delete(image.portId, image.version);
      return imageView(image);
    },
  );
  app.post(
    '/ports/:port/os/:version/copy',
    {
      schema: {
        summary: 'Put an OS file under another version, here or at another port',
        params: ImageParams,
        body: Copy,
        response: { 201: ImageSchema, '4xx': ErrorSchema },
      },
    },
    async (request, reply) => {
      const image = await imageOf(services, request.params);
      const target = findPort(services.site(), request.body.port);
      const copied = await services.images.copy(image, { portId: target.id, version: request.body.version });
      return reply.code(201).send(imageView(copied));
    },
  );
}

/** Errors: PORT_UNKNOWN, PORT_AMBIGUOUS, IMAGE_VERSION_INVALID, IMAGE_UNKNOWN. */
async function imageOf(
  services: Services,
  { port: name, version }: { readonly port: string; readonly version: string },
): Promise<ImageRecord> {
  const port = findPort(services.site(), name);
  if (!isImageVersion(version)) throw fail('IMAGE_VERSION_INVALID', { version });
  const image = await services.images.get(port.id, version);
  if (image === undefined) throw fail('IMAGE_UNKNOWN', { port: port.id, version });
  return image;
}
