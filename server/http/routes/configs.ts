/** `/ports/{port}/configs`: configurations and diagnostics of a port's store. */
import { Type } from '@sinclair/typebox';
import { CONFIG_TYPES } from '../../../core/config.js';
import type { ConfigType } from '../../../core/config.js';
import { toRfc3339 } from '../../../core/event.js';
import { fail } from '../../../core/errors/index.js';
import type { Api, ApiContext } from '../api-types.js';
import { PortParams, Time } from '../common-schemas.js';
import { ErrorSchema } from '../errors.js';
import { findPort } from '../find-port.js';

const ConfigTypeSchema = Type.Unsafe<ConfigType>({ type: 'string', enum: [...CONFIG_TYPES] });
const Config = Type.Object({
  type: ConfigTypeSchema,
  version: Type.String(),
  sizeBytes: Type.Integer(),
  sha256: Type.String(),
  storedAt: Time,
});
const Configs = Type.Object({ port: Type.String(), configs: Type.Array(Config) });
const ConfigParams = Type.Object({
  ...PortParams.properties,
  type: ConfigTypeSchema,
  version: Type.String({ minLength: 1, maxLength: 20 }),
});

export function configRoutes(app: Api, { services }: ApiContext): void {
  app.get(
    '/ports/:port/configs',
    {
      schema: {
        summary: "Configurations of a port's store, each type from new to old",
        params: PortParams,
        response: { 200: Configs, '4xx': ErrorSchema },
      },
    },
    async (request) => {
      const port = findPort(services.site(), request.params.port);
      const configs = (await services.configs.list(port.id)).map(
        ({ type, version, sizeBytes, sha256, storedAtMs }) => ({
          ...{ type, version, sizeBytes, sha256 },
          storedAt: toRfc3339(storedAtMs),
        }),
      );
      return { port: port.id, configs };
    },
  );
  app.get(
    '/ports/:port/configs/:type/:version',
    {
      schema: {
        summary: 'One configuration as the device showed it',
        produces: ['text/plain'],
        params: ConfigParams,
        response: { 200: Type.String(), '4xx': ErrorSchema },
      },
    },
    async (request, reply) => {
      const { type, version } = request.params;
      const port = findPort(services.site(), request.params.port);
      const text = await services.configs.text(port.id, type, version);
      if (text === undefined) throw fail('CONFIG_UNKNOWN', { port: port.id, type, version });
      return reply.type('text/plain; charset=utf-8').send(text);
    },
  );
}
