/** Steps of a push that other actions walk through. */
import type { Step, StepContext, StepOutcome } from '../../core/action.js';
import type { JsonObject } from '../../core/json.js';
import { remember } from './memory.js';
import type { PushMemory } from './memory.js';

/** The step of a push, led on to a step of this action, with what that one must remember. */
export function ledTo(step: Step, from: string, to: string, changes: PushMemory = {}): Step {
  const lead = (outcome: StepOutcome, memory: JsonObject): StepOutcome =>
    outcome.kind === 'next' && outcome.step === from
      ? { ...outcome, step: to, memory: remember(outcome.memory ?? memory, changes) }
      : outcome;
  const { run, rederive } = step;
  return {
    ...step,
    run: async (context, memory) => lead(await run(context, memory), memory),
    ...(rederive === undefined
      ? {}
      : {
          rederive: async (context: StepContext, memory: JsonObject) => lead(await rederive(context, memory), memory),
        }),
  };
}
