/** `GET /alarms`: what stands, newest first. */
import { Type } from '@sinclair/typebox';
import { toRfc3339 } from '../../../core/event.js';
import type { Alarm } from '../../alarms.js';
import type { Api, ApiContext } from '../api-types.js';
import { Time, timeKey } from '../common-schemas.js';
import { ErrorSchema } from '../errors.js';

const AlarmSchema = Type.Object({
  id: Type.String(),
  portId: Type.Optional(Type.String({ description: 'absent for an alarm of the node itself' })),
  kind: Type.String(),
  message: Type.String(),
  count: Type.Integer(),
  raisedAt: Time,
  lastAt: Time,
  acknowledgedAt: Type.Optional(Time),
});
const AlarmParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 300 }) });
const Done = Type.Object({ id: Type.String() });

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
        alarms: alarms.map(({ raisedAtMs, lastAtMs, acknowledgedAtMs, ...alarm }) => ({
          ...alarm,
          raisedAt: toRfc3339(raisedAtMs),
          lastAt: toRfc3339(lastAtMs),
          ...timeKey('acknowledgedAt', acknowledgedAtMs),
        })),
      };
    },
  );
  const changes = [
    [
      'ack',
      'Say that an alarm was seen; it stands until it is cleared',
      (id: string) => services.alarms.acknowledge(id),
    ],
    ['clear', 'Clear an alarm', (id: string) => services.alarms.clearById(id)],
  ] as const;
  for (const [verb, summary, change] of changes) {
    app.post(
      `/alarms/:id/${verb}`,
      { schema: { summary, params: AlarmParams, response: { 200: Done, '4xx': ErrorSchema } } },
      async ({ params: { id } }) => {
        await change(id);
        return { id };
      },
    );
  }
}
