/** `GET /schedules`: what the clock starts, and when next. */
import { Type } from '@sinclair/typebox';
import { durationText } from '../../../core/duration.js';
import { readSchedules } from '../../../schedules/index.js';
import type { Schedule } from '../../../schedules/index.js';
import type { Api, ApiContext } from '../api-types.js';
import { Json, Time, timeKey } from '../common-schemas.js';
import { ErrorSchema } from '../errors.js';

const ScheduleSchema = Type.Object({
  name: Type.String(),
  cron: Type.String(),
  timezone: Type.String(),
  window: Type.Optional(Type.String()),
  missed: Type.String(),
  ports: Type.Record(Type.String(), Type.String()),
  actions: Type.Array(Json),
  next: Type.Optional(Time),
});

export function scheduleRoutes(app: Api, { services }: ApiContext): void {
  app.get(
    '/schedules',
    {
      schema: {
        summary: 'All schedules with their next run',
        response: { 200: Type.Object({ schedules: Type.Array(ScheduleSchema) }), '4xx': ErrorSchema },
      },
    },
    () => {
      const { schedules } = readSchedules(services.site().schedules, { catalog: services.actions });
      return { schedules: schedules.map((schedule) => scheduleView(schedule, services.nextRunMs(schedule.name))) };
    },
  );
}

function scheduleView(schedule: Schedule, nextMs: number | undefined) {
  const { name, cron, timezone, windowMs, missed, ports, chain } = schedule;
  return {
    name,
    cron,
    timezone,
    ...(windowMs === undefined ? {} : { window: durationText(windowMs) }),
    missed,
    ports: { ...ports },
    actions: chain.actions.map((action) => ({ ...action })),
    ...timeKey('next', nextMs),
  };
}
