/** Sending with patience: an outlet that cannot be reached is tried again, one that refuses is not. */
import type { StepContext } from '../../core/action.js';
import { codeOf, reasonOf } from '../../core/errors/index.js';
import type { Sending } from '../../core/ports/outlets.js';

/** Pauses between tries, seconds: about two minutes in all. */
const PAUSES_S = [1, 2, 4, 8, 16, 32, 64];

/** Errors: as the outlet, the last one. */
export async function send(context: StepContext, message: (sending: Sending) => Promise<void>): Promise<void> {
  const sending = { key: context.jobId, signal: context.signal };
  for (const pauseS of PAUSES_S) {
    try {
      await message(sending);
      return;
    } catch (error) {
      if (codeOf(error) !== 'OUTLET_UNREACHABLE' || context.signal.aborted) throw error;
      context.story(`${reasonOf(error)}; the next try is in ${String(pauseS)} s.`);
      await context.clock.sleep(pauseS * 1000, context.signal);
    }
  }
  await message(sending);
}
