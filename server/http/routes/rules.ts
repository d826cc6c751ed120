/** `/rules`: what the site's rules wait for, and why they fired or did not. */
import { Type } from '@sinclair/typebox';
import type { Decision } from '../../../core/decision.js';
import { fail } from '../../../core/errors/index.js';
import { toRfc3339 } from '../../../core/event.js';
import { explainDecision, explainRule } from '../../../rules/index.js';
import type { Rule } from '../../../rules/index.js';
import { durationText } from '../../../core/duration.js';
import { readSiteRules } from '../../site/check-behaviour.js';
import type { SiteRules } from '../../site/check-behaviour.js';
import type { Services } from '../../services.js';
import type { Site } from '../../site/site.js';
import type { Api, ApiContext } from '../api-types.js';
import { Json, limitOf, LimitText, sinceOf, SinceText, Time } from '../common-schemas.js';
import { ErrorSchema } from '../errors.js';

const RuleSchema = Type.Object({
  name: Type.String(),
  on: Type.Array(Type.String()),
  ports: Type.Record(Type.String(), Type.String()),
  actions: Type.Array(Json),
  mode: Type.Unsafe<string>({ enum: ['act', 'observe'] }),
  acceptUnauthenticated: Type.Boolean(),
  hold: Type.Optional(Json),
  throttle: Type.Optional(Json),
  explanation: Type.String({ description: 'The rule in plain text.' }),
});
const Rules = Type.Object({ rules: Type.Array(RuleSchema) });
const DecisionSchema = Type.Object({
  id: Type.String(),
  rule: Type.String(),
  eventId: Type.String(),
  portId: Type.Optional(Type.String()),
  at: Time,
  outcome: Json,
  conditions: Type.Array(Json),
  match: Type.Record(Type.String(), Type.String()),
  jobs: Type.Array(Type.String()),
  recomputed: Type.Optional(
    Type.Boolean({ description: 'Not recorded; evaluated again with facts and variables as they are now.' }),
  ),
  explanation: Type.String({ description: 'Why it came out so, in plain text.' }),
});
const Decisions = Type.Object({ rule: RuleSchema, decisions: Type.Array(DecisionSchema) });
const EventDecisions = Type.Object({ event: Json, decisions: Type.Array(DecisionSchema) });
const EventParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 300 }) });
const Params = Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) });
const Query = Type.Object(
  {
    event: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
    since: Type.Optional(SinceText),
    limit: Type.Optional(LimitText),
  },
  { additionalProperties: false },
);

export function ruleRoutes(app: Api, { services }: ApiContext): void {
  const rulesOf = remembered((site: Site) => readSiteRules(site, services.actions));
  const view = (rule: Rule, { conditions }: SiteRules) =>
    ruleView(rule, explainRule(rule, conditions), services.site());
  app.get('/rules', { schema: { summary: 'All rules', response: { 200: Rules, '4xx': ErrorSchema } } }, () => {
    const read = rulesOf(services.site());
    return { rules: read.rules.map((rule) => view(rule, read)) };
  });
  app.get(
    '/rules/:name/decisions',
    {
      schema: {
        summary: 'Why a rule fired or did not, newest first; what was not recorded is evaluated again',
        params: Params,
        querystring: Query,
        response: { 200: Decisions, '4xx': ErrorSchema },
      },
    },
    async (request) => {
      const read = rulesOf(services.site());
      const rule = read.rules.find(({ name }) => name === request.params.name);
      if (rule === undefined) throw fail('RULE_UNKNOWN', { rule: request.params.name });
      const { event, since, limit } = request.query;
      const about = { ...(event === undefined ? {} : { id: event }), ...sinceOf(since) };
      const decisions = await decisionsOn(services, rule.name, about, limitOf(limit));
      return {
        rule: view(rule, read),
        decisions: decisions.map(decisionView),
      };
    },
  );
  app.get(
    '/events/:id/decisions',
    {
      schema: {
        summary: 'What every rule that listens to an event made of it; what was not recorded is evaluated again',
        params: EventParams,
        response: { 200: EventDecisions, '4xx': ErrorSchema },
      },
    },
    async ({ params: { id } }) => {
      const [found] = await services.events.list({ id, limit: 1 });
      if (found === undefined) throw fail('EVENT_UNKNOWN', { event: id });
      const decisions: Decision[] = [];
      for (const { name } of rulesOf(services.site()).rules) {
        decisions.push(...(await decisionsOn(services, name, { id }, 1)));
      }
      return { event: { ...found.event }, decisions: decisions.map(decisionView) };
    },
  );
}

function decisionView({ atMs, ...decision }: Decision) {
  return {
    ...decision,
    outcome: { ...decision.outcome },
    conditions: decision.conditions.map((condition) => ({ ...condition })),
    match: { ...decision.match },
    jobs: [...decision.jobs],
    at: toRfc3339(atMs),
    explanation: explainDecision({ ...decision, atMs }),
  };
}

/** Events that are looked through for those that a rule listens to. */
const LOOKED_THROUGH = 1000;

/** On the newest events: what was recorded, and what left no record evaluated again; then what was recorded before. */
async function decisionsOn(
  { events, explain }: Pick<Services, 'events' | 'explain'>,
  rule: string,
  about: { readonly id?: string; readonly sinceMs?: number },
  limit: number,
): Promise<readonly Decision[]> {
  const found: Decision[] = [];
  for (const { event } of await events.list({ ...about, limit: LOOKED_THROUGH })) {
    if (found.length >= limit) break;
    const [recorded] = await events.decisions({ rule, eventId: event.id, limit: 1 });
    const decision = recorded ?? (await explain(rule, event));
    if (decision !== undefined) found.push(decision);
  }
  if (about.sinceMs !== undefined) return found;
  const recorded = await events.decisions({ rule, ...(about.id === undefined ? {} : { eventId: about.id }), limit });
  const ids = new Set(found.map(({ id }) => id));
  return [...found, ...recorded.filter(({ id }) => !ids.has(id))].slice(0, limit);
}

function ruleView(rule: Rule, explanation: string, site: Site) {
  const { hold, throttle } = rule;
  return {
    name: rule.name,
    on: [...rule.on],
    ports: { ...rule.ports },
    actions: rule.chain.actions.map((action) => ({ ...action })),
    mode: rule.observe || site.mode === 'observe' ? 'observe' : 'act',
    acceptUnauthenticated: rule.acceptUnauthenticated,
    ...(hold === undefined ? {} : { hold: { times: hold.times, within: durationText(hold.withinMs) } }),
    ...(throttle === undefined ? {} : { throttle: { every: durationText(throttle.everyMs), per: throttle.per } }),
    explanation,
  };
}

/** The answer for the newest site: sites change only on reload. */
function remembered<T>(read: (site: Site) => T): (site: Site) => T {
  let last: { readonly site: Site; readonly value: T } | undefined;
  return (site) => {
    if (last?.site !== site) last = { site, value: read(site) };
    return last.value;
  };
}
