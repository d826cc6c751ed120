/** `GET /alarms`: what stands, newest first. */
import { Type } from '@sinclair/typebox';
import { toRfc3339 } from '../../../core/event.js';
import type { Alarm } from '../../alarms.js';
import type { Api, ApiContext } from '../api-types.js';
import { Time } from '../common-schemas.js';
import { ErrorSchema } from '../errors.js';

const AlarmSchema = Type.Object({
  id: Type.String(),
  portId: Type.Optional(Type.String({ description: 'absent for an alarm of the node itself' })),
  kind: Type.String(),
  message: Type.String(),
  count: Type.Integer(),
  raisedAt: Time,
  lastAt: Time,
});

export function alarmRoutes(app: Api, { services }: ApiContext): void {
  app.get(
    '/alarms',
    {
      schema: {
        summary: 'Alarms that stand, newest first',
        response: { 200: Type.Object({ alarms: Type.Array(AlarmSchema) }), '4xx': ErrorSchema },
      },
    },
    async () => {
      const stored = [...(await services.variables.all('alarm')).values()] as unknown as readonly Alarm[];
      const alarms = [...stored].sort((a, b) => b.lastAtMs - a.lastAtMs);
      return {
        alarms: alarms.map(({ raisedAtMs, lastAtMs, ...alarm }) => ({
          ...alarm,
          raisedAt: toRfc3339(raisedAtMs),
          lastAt: toRfc3339(lastAtMs),
        })),
      };
    },
  );
}
