/** The driver of a push: the port's, in the variant that the facts from before the push ask for. */
import type { StepContext } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import type { JsonObject } from '../../core/json.js';
import { variantOf } from '../../drivers/index.js';
import { recall } from './memory.js';

/** Before the facts were read it is the driver as it stands. */
export function driverIn(context: StepContext, memory: JsonObject): Driver {
  const { before } = recall(memory);
  return before === undefined ? context.driver : variantOf(context.driver, before);
}
