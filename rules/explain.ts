/** A rule, and a decision on it, in plain text for a person at 3 a.m. */
import type { PlannedAction } from '../core/action-chain.js';
import type { ConditionResult, Decision } from '../core/decision.js';
import { toRfc3339 } from '../core/event.js';
import { printable } from '../core/template.js';
import type { Condition, LeafCondition, NamedConditions, Rule } from './rule.js';

/** What a rule waits for, line by line, and what it does then. */
export function explainRule(rule: Rule, named: NamedConditions): string {
  const { hold, throttle } = rule;
  return [
    `Rule ${rule.name} listens to ${listensTo(rule)} and fires when`,
    ...conditionLines(rule.conditions, named, 1),
    ...(hold === undefined
      ? []
      : [`and this happens ${String(hold.times)} times within ${durationText(hold.withinMs)} on one port`]),
    ...(throttle === undefined ? [] : [`at most once in ${durationText(throttle.everyMs)} per ${throttle.per}`]),
    ...activeLines(rule),
    rule.observe ? 'It only observes: it records that it would fire. Otherwise it would start:' : 'It starts:',
    ...rule.chain.actions.map((call, i) => `  ${String(i + 1)}. ${callText(call, i)}`),
    rule.acceptUnauthenticated
      ? 'Events of unauthenticated sources may start its write actions.'
      : 'An event of an unauthenticated source starts none of its write actions.',
  ].join('\n');
}

/** Why this decision came out as it did: the outcome, then every condition with both values. */
export function explainDecision(decision: Decision): string {
  const on = decision.portId === undefined ? '' : ` on ${decision.portId}`;
  return [
    `Rule ${decision.rule}${on}, event ${decision.eventId}, ${toRfc3339(decision.atMs)}: ${outcomeText(decision)}`,
    ...decision.conditions.map(resultLine),
    ...(decision.recomputed === true
      ? ['  Nothing was recorded; evaluated again, with facts and variables as they are now.']
      : []),
    ...decision.jobs.map((job) => `  started job ${job}`),
  ].join('\n');
}

function activeLines({ activeFromMs, activeUntilMs, ignoreWindows }: Rule): readonly string[] {
  return [
    ...(activeFromMs === undefined ? [] : [`not before ${toRfc3339(activeFromMs)}`]),
    ...(activeUntilMs === undefined ? [] : [`not from ${toRfc3339(activeUntilMs)} on`]),
    ...(ignoreWindows ? ['at any time, whatever windows the port has'] : []),
  ];
}

function listensTo(rule: Rule): string {
  const types = rule.on.includes('*') ? 'every event' : `${rule.on.join(' or ')} events`;
  const pairs = Object.entries(rule.ports).map(([key, value]) => `${key} ${value}`);
  return pairs.length === 0 ? types : `${types} of ports with ${pairs.join(' and ')}`;
}

function conditionLines(condition: Condition, named: NamedConditions, depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  const group = (title: string, children: readonly Condition[]): readonly string[] => [
    indent + title,
    ...children.flatMap((child) => conditionLines(child, named, depth + 1)),
  ];
  if ('all' in condition) return group(condition.all.length === 0 ? 'always' : 'all of', condition.all);
  if ('any' in condition) return group(condition.any.length === 0 ? 'always' : 'at least one of', condition.any);
  if ('not' in condition) return group('not', [condition.not]);
  if (!('condition' in condition)) return [indent + leafText(condition)];
  const tree = Object.hasOwn(named, condition.condition) ? named[condition.condition] : undefined;
  return group(`condition ${condition.condition}`, tree === undefined ? [] : [tree]);
}

function leafText({ fact, path, operator, value }: LeafCondition): string {
  return `${fact}${path?.slice(1) ?? ''} ${operator} ${valueText(value)}`;
}

function callText(call: PlannedAction, index: number): string {
  const how = call.now ? ', without waiting' : index === 0 ? '' : ', when the one before succeeded';
  return `${call.action} ${valueText(call.params)}${how}`;
}

function outcomeText({ outcome, recomputed }: Decision): string {
  switch (outcome.kind) {
    case 'fired':
      return 'fired';
    case 'wouldFire':
      return recomputed === true ? 'its conditions hold' : 'would have fired; it only observes';
    case 'conditions':
      return 'did not fire: its conditions were false';
    case 'hold':
      return `did not fire yet: ${String(outcome.have)} of ${String(outcome.want)} times`;
    case 'throttled':
      return `did not fire: throttled until ${toRfc3339(outcome.untilMs)}`;
    case 'unauthenticated':
      return 'did not fire: the source of the event is not authenticated and the rule has write actions';
    case 'held':
      return `did not fire: held by ${outcome.by}`;
    case 'window':
      return `did not fire: ${windowText(outcome)}`;
    case 'inactive':
      return 'did not fire: it is not active at this time';
    case 'error':
      return `did not fire: ${outcome.code}: ${printable(outcome.text)}`;
  }
}

function windowText({ window, of, untilMs }: Extract<Decision['outcome'], { kind: 'window' }>): string {
  const until = untilMs === undefined ? '' : ` until ${toRfc3339(untilMs)}`;
  return of === 'quiet' ? `quiet window ${window}${until}` : `outside the maintenance windows${until} (${window})`;
}

function resultLine({ at, fact, path, operator, wanted, got, result, skipped }: ConditionResult): string {
  const question = `${at}: ${fact}${path?.slice(1) ?? ''} ${operator} ${valueText(wanted)}`;
  if (skipped === true) return `  ----  ${question}; not evaluated`;
  return `  ${result ? 'true ' : 'FALSE'} ${question}; it was ${valueText(got)}`;
}

function valueText(value: unknown): string {
  return value === undefined ? 'absent' : printable(JSON.stringify(value));
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
];

function durationText(ms: number): string {
  const [size, unit] = UNITS.find(([unitMs]) => ms > 0 && ms % unitMs === 0) ?? [1, 'ms'];
  return `${String(ms / size)}${unit}`;
}
