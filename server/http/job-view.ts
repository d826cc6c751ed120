/** A job as the API shows it: the record with readable times, its steps, and the sentence that ends it all. */
import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import { toRfc3339 } from '../../core/event.js';
import type { JobRecord, StepRecord } from '../../core/job.js';
import { Json, Time, timeKey } from './common-schemas.js';

const Verdict = Type.Unsafe<string>({ enum: ['succeeded', 'staged', 'failed', 'rolledBack', 'degraded', 'unknown'] });
const Attempt = Type.Object({
  number: Type.Integer(),
  method: Type.String(),
  variant: Type.Optional(Type.String()),
  bytes: Type.Number(),
  seconds: Type.Number(),
  outcome: Type.String(),
  code: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
});
const StepSchema = Type.Object({
  seq: Type.Integer(),
  step: Type.String(),
  phase: Type.String(),
  at: Time,
  next: Type.Optional(Type.String()),
});

const SUMMARY = {
  id: Type.String(),
  portId: Type.String(),
  action: Type.String(),
  params: Json,
  uses: Type.String(),
  intent: Type.String(),
  cause: Type.Object({ kind: Type.String(), name: Type.String(), eventId: Type.Optional(Type.String()) }),
  state: Type.Unsafe<string>({ enum: ['queued', 'running', 'paused', 'waiting', 'ended'] }),
  step: Type.String(),
  cancelRequested: Type.Boolean(),
  createdAt: Time,
  startedAt: Type.Optional(Time),
  endedAt: Type.Optional(Time),
  verdict: Type.Optional(Verdict),
  code: Type.Optional(Type.String()),
  sentence: Type.String({ description: 'What the device runs now, how we know, what to do.' }),
};

export const JobSummarySchema = Type.Object(SUMMARY);
export const JobSchema = Type.Object({
  ...SUMMARY,
  format: Type.Integer(),
  attempts: Type.Array(Attempt),
  steps: Type.Array(StepSchema),
  memory: Json,
  chain: Type.Optional(Json),
  context: Type.Optional(Json),
});

export type JobSummary = Static<typeof JobSummarySchema>;
export type JobView = Static<typeof JobSchema>;

export function jobSummary(job: JobRecord): JobSummary {
  const { end } = job;
  return {
    id: job.id,
    portId: job.portId,
    action: job.action,
    params: job.params,
    uses: job.uses,
    intent: job.intent,
    cause: job.cause,
    state: job.state,
    step: job.step,
    cancelRequested: job.cancelRequested,
    createdAt: toRfc3339(job.createdAtMs),
    ...timeKey('startedAt', job.startedAtMs),
    ...timeKey('endedAt', job.endedAtMs),
    ...(end === undefined ? {} : { verdict: end.verdict, ...(end.code === undefined ? {} : { code: end.code }) }),
    sentence: sentenceOf(job),
  };
}

export function jobView(job: JobRecord, steps: readonly StepRecord[]): JobView {
  const { end, chain } = job;
  return {
    ...jobSummary(job),
    format: job.format,
    attempts: [...job.attempts],
    steps: steps.map(({ atMs, ...step }) => ({ ...step, at: toRfc3339(atMs) })),
    memory: job.memory,
    ...(chain === undefined ? {} : { chain: { ...chain } }),
    ...(end?.context === undefined ? {} : { context: { ...end.context } }),
  };
}

/** The verdict's own sentence; before there is one, what is known. */
function sentenceOf(job: JobRecord): string {
  const { end, state, step } = job;
  if (end !== undefined && (state === 'ended' || state === 'waiting')) return end.sentence;
  switch (state) {
    case 'queued':
      return 'The job has not begun; it has not touched the device. Nothing to do.';
    case 'paused':
      return `The job stopped safely before or in step ${step} and goes on when the node runs. Nothing to do.`;
    case 'running':
    case 'waiting':
    case 'ended':
      return `The job is at step ${step}; what the device runs is known when it ends. Nothing to do.`;
  }
}
