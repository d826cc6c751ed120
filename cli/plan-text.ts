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
  const { image, files = [], runs, transfers, steps, questions, refusals } = plan;
  const head = pairs([
    ['Plan', `${plan.action} of ${image.version} on ${plan.portId}, driver ${plan.driver}`],
    ['Image', imageText(image)],
    ...(files.length < 2 ? [] : [['Files', files.join(', ')] as const]),
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

function imageText({ fileName, sizeBytes, sha256 }: Plan['image']): string {
  if (sizeBytes === undefined || sha256 === undefined)
    return `${fileName}, size and hash not known before it is fetched`;
  return `${fileName}, ${String(sizeBytes)} bytes, SHA-256 ${sha256}`;
}
