/** How a download ends that does not go on to a reload: what is on the switch, what it runs, what is left to do. */
import type { StepContext, StepOutcome } from '../../core/action.js';
import type { JobEnd } from '../../core/job.js';
import type { JsonObject } from '../../core/json.js';
import { recall } from '../push-os/memory.js';
import { kindOf } from './kind.js';
import { unitOf } from './unit.js';

/** Undefined where it goes on: the image is selected, and perhaps booted. */
export function over(context: StepContext, memory: JsonObject): StepOutcome | undefined {
  const { fileName = '', otherSlot = '', slot = '', before } = recall(memory);
  const { port, driver } = context;
  const runs = before?.osVersion ?? 'its version';
  const unit = unitOf(context, driver)?.shownAs;
  const end = (verdict: JobEnd['verdict'], sentence: string): StepOutcome => {
    context.story(`Download image ${verdict}.`);
    return { kind: 'end', end: { verdict, sentence }, memory };
  };
  switch (kindOf(driver, fileName)) {
    case 'file':
      return end('succeeded', `${fileName} is on the switch, in its full length; the device runs ${runs} as before.`);
    case 'module':
      return end(
        'succeeded',
        `${fileName} is installed on ${otherSlot} and shown there; the device runs ${runs} as before. On the running partition, run update starts it.`,
      );
    case 'core':
      if (unit !== undefined)
        return end(
          'succeeded',
          `${fileName} is installed on ${otherSlot} of ${unit} and shown there; the device runs ${runs} and boots ${slot} as before.`,
        );
      if (context.params['stageOnly'] !== true) return undefined;
      return end(
        'staged',
        `${fileName} is installed on ${otherSlot} and verified; the device runs ${runs} and boots ${slot} again. portwright activate ${port.name} finishes it.`,
      );
  }
}

/** The file was to be brought, and not to be installed. */
export function isKept({ params }: Pick<StepContext, 'params'>): boolean {
  return params['install'] === false;
}

/** Nothing on the switch tells whether it is whole: it looks at it when it installs it. */
export function kept(context: StepContext, memory: JsonObject): StepOutcome {
  const { fileName = '', before } = recall(memory);
  context.story('Download image staged.');
  const sentence = `${fileName} was brought to the switch and not installed, as asked: it is proved by nothing yet. The device runs ${before?.osVersion ?? 'its version'} as before. portwright activate ${context.port.name} brings it again, installs and boots it.`;
  return { kind: 'end', end: { verdict: 'staged', sentence }, memory };
}
