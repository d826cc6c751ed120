/** A plan as people read it. */
import type { Plan } from '../core/plan.js';
import { printable } from '../core/template.js';
import { roughly } from '../core/transfer-estimate.js';
import { lines, pairs, table } from './text.js';

export interface PlanAnswer {
  readonly hash: string;
  readonly plan: Plan;
}

export function planText({ hash, plan }: PlanAnswer): string {
  const { image, runs, transfers, steps, questions, refusals } = plan;
  const head = pairs([
    ['Plan', `${plan.action} of ${image.version} on ${plan.portId}, driver ${plan.driver}`],
    ['Image', `${image.fileName}, ${String(image.sizeBytes)} bytes, SHA-256 ${image.sha256}`],
    ['Runs', runs === undefined ? 'the device was not read yet' : [runs.osVersion, runs.bootImage].join(' from ')],
    ['Reload commands', String(plan.reloads)],
    ['Comes back within', roughly(plan.reloadSeconds)],
    ['Way back', plan.wayBack],
    ['Hash', hash],
  ]);
  const attempts = table(
    ['ATTEMPT', 'METHOD', 'BLOCK', 'TAKES ABOUT'],
    transfers.map(({ method, blockSize, seconds }, i) => [
      ...[i + 1, method, blockSize],
      seconds === undefined ? 'not measured yet' : roughly(seconds),
    ]),
  );
  const commands = table(
    ['STEP', 'COMMAND'],
    steps.flatMap(({ step, commands: said }) => said.map((command, i) => [i === 0 ? step : '', printable(command)])),
  );
  const answers = table(
    ['QUESTION (ANY OTHER IS REFUSED)', 'ANSWER'],
    questions.map(({ pattern, answer }) => [printable(pattern), answer === '' ? 'RETURN' : printable(answer)]),
  );
  const refused =
    refusals.length === 0
      ? lines('By what is known now, nothing would refuse it.')
      : table(
          ['WOULD BE REFUSED', 'WHY'],
          refusals.map(({ code, message }) => [code, message]),
        );
  return [head, attempts, commands, answers, refused].join('\n');
}
