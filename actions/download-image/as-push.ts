/**
 * The steps of a push, taken by a download: its options stand where a push looks for them, for this job before those of the
 * port, and the story names the download.
 */
import type { Step, StepContext } from '../../core/action.js';
import type { JsonObject, JsonValue } from '../../core/json.js';
import { fetchedVersion } from '../files/fetch-os.js';
import { driverView } from './driver-view.js';
import { unitOf } from './unit.js';

const PUSH_ITSELF = /^Push OS (?=succeeded|failed|staged|rolled|ended)/;

/** The parameters and the port as the steps of a push read them. */
export function pushView<Context extends Pick<StepContext, 'params' | 'port' | 'driver'>>(
  context: Context,
  memory: JsonObject = {},
): Context {
  const { params, port, driver } = context;
  const options: Record<string, JsonValue> = { ...unitOf(context, driver)?.properties };
  for (const name of ['vr', 'blockSize']) if (params[name] !== undefined) options[name] = params[name];
  const pushed: JsonObject = { version: fetchedVersion(context), stageOnly: params['reboot'] !== true };
  return {
    ...context,
    params: pushed,
    port: { ...port, properties: { ...port.properties, ...options } },
    driver: driverView(context, memory),
  };
}

export function asPush(step: Step): Step {
  const { run, rederive, failed } = step;
  return {
    ...step,
    run: (context, memory) => run(stepView(context, memory), memory),
    ...(rederive === undefined ? {} : { rederive: (context, memory) => rederive(stepView(context, memory), memory) }),
    ...(failed === undefined
      ? {}
      : { failed: (context, memory, error) => failed(stepView(context, memory), memory, error) }),
  };
}

export function stepView(context: StepContext, memory: JsonObject): StepContext {
  const { fetchAttempts } = memory;
  return {
    ...pushView(context, memory),
    // Those that brought the file to the node are no attempts to bring it to the device.
    attempts: context.attempts.slice(typeof fetchAttempts === 'number' ? fetchAttempts : 0),
    story: telling(context),
  };
}

/** The story of a push, as one of a download. */
export function telling(context: Pick<StepContext, 'story'>): StepContext['story'] {
  return (line) => {
    context.story(line.replace(PUSH_ITSELF, 'Download image '));
  };
}
