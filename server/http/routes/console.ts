/** `GET /ports/{port}/console` and `/post`: the console log and the last boot, as text with direction and time. */
import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import { toRfc3339 } from '../../../core/event.js';
import type { TranscriptEntry } from '../../../core/ports/transcript-store.js';
import type { Api, ApiContext } from '../api-types.js';
import { LimitText, PortParams, sinceOf, SinceText, Time } from '../common-schemas.js';
import { ErrorSchema } from '../errors.js';
import { findPort } from '../find-port.js';

const Entry = Type.Object({
  at: Time,
  direction: Type.Unsafe<string>({ enum: ['in', 'out', 'note'], description: 'in: from the device' }),
  text: Type.String(),
});
export const EntriesSchema = Type.Object({ entries: Type.Array(Entry) });

const Post = Type.Object({ job: Type.Optional(Type.String()), entries: Type.Array(Entry) });
/** For one that has watched a boot. */
const JOBS_LOOKED_AT = 200;

const Query = Type.Object(
  { since: Type.Optional(SinceText), limit: Type.Optional(LimitText) },
  { additionalProperties: false },
);

export function consoleRoutes(app: Api, { services }: ApiContext): void {
  app.get(
    '/ports/:port/console',
    {
      schema: {
        summary: "A port's console log",
        params: PortParams,
        querystring: Query,
        response: { 200: EntriesSchema, '4xx': ErrorSchema },
      },
    },
    async (request) => {
      const port = findPort(services.site(), request.params.port);
      const { since, limit } = request.query;
      await services.transcripts.flush();
      const range = { ...sinceOf(since), ...(limit === undefined ? {} : { limit: Number(limit) }) };
      const entries = await services.transcripts.read({ kind: 'console', portId: port.id }, range);
      return entriesView(entries);
    },
  );
  app.get(
    '/ports/:port/post',
    {
      schema: {
        summary: 'What the device printed in its last boot that a job watched',
        params: PortParams,
        response: { 200: Post, '4xx': ErrorSchema },
      },
    },
    async (request) => {
      const port = findPort(services.site(), request.params.port);
      await services.transcripts.flush();
      for (const { id } of await services.jobs.list({ portId: port.id, limit: JOBS_LOOKED_AT })) {
        const entries = await services.transcripts.read({ kind: 'post', portId: port.id, jobId: id }, {});
        if (entries.length > 0) return { job: id, ...entriesView(entries) };
      }
      return { entries: [] };
    },
  );
}

export function entriesView(entries: readonly TranscriptEntry[]): Static<typeof EntriesSchema> {
  return { entries: entries.map(({ atMs, direction, text }) => ({ at: toRfc3339(atMs), direction, text })) };
}
