/**
 * downloadImage: `download image` of ExtremeXOS, from the store or from a URL, to the partition that does not run.
 *
 *   begin → (list ⟲ →) (fetch ⟲ → keep, each file) → the steps of a push, with these between them:
 *   preFacts → gate (release, unit, partition, selection, modules) → (dumps) → stage → verify → clear → staged with the old selection, end
 *                                                                        checkPart ↗        ↙        ↘ no core image, or one unit alone: succeeded, end
 *                                                                              └── next part          ↘ preConfig → install → select → …
 *   A file on the switch's memory card: begin → classify, and `card` in place of `stage`.
 *
 * The node brings the file into its own store first, hashes it, and then serves it to the switch under a one-time path: what
 * the switch is asked to install is known. Sources: EXOS Command Reference (`download image`, `use image`).
 */
import type { Action, Step, StepContext } from '../../core/action.js';
import type { JsonObject } from '../../core/json.js';
import { fail } from '../../core/errors/index.js';
import { fetchedVersion, fetchOs, fileNameOf } from '../files/fetch-os.js';
import { farOf } from '../files/remote.js';
import { selection } from '../push-os/activate.js';
import { driverIn } from '../push-os/driver-in.js';
import { recall, remember } from '../push-os/memory.js';
import { pushOs } from '../push-os/push-os.js';
import { atPrompt } from '../read-device.js';
import { asPush, stepView, telling } from './as-push.js';
import { commandOf, refuseBlockSize, refuseFile, refuseHost, refuseInBand, refuseInUse } from './checks.js';
import { driverView } from './driver-view.js';
import { dumps, movesDumps } from './dumps.js';
import { isList } from './list.js';
import { list } from './list-step.js';
import { card, onCard, refuseCard } from './memory-card.js';
import { withoutModule } from './modules-after.js';
import { filesOf, partitionFor } from './partition.js';
import { checkPart, nextPart, partsIn, partsOver, partView } from './parts.js';
import { isKept, kept, over } from './over.js';
import { DOWNLOAD_PARAMETERS } from './parameters.js';
import { planDownload } from './plan.js';
import { refuseUnit } from './unit.js';

const begin: Step = {
  ...{ repeatable: true, boundary: true, mayPause: true, intents: ['safe'] },
  async run(context) {
    const command = commandOf(context, driverView(context, {}));
    const { memoryCard } = context.params;
    if (typeof memoryCard === 'string') {
      refuseFile(context, command, memoryCard);
      return { kind: 'next', step: 'classify', memory: remember({}, onCard(context.driver, memoryCard)) };
    }
    if (context.params['url'] !== undefined) {
      refuseHost(context, command, farOf(context).url.host);
      if (isList(fileNameOf(context))) return { kind: 'next', step: 'list' };
      refuseFile(context, command, fileNameOf(context));
      return { kind: 'next', step: 'fetch' };
    }
    const version = fetchedVersion(context);
    const image = await context.image(version);
    if (image === undefined) throw fail('PUSH_IMAGE_MISSING', { port: context.port.id, version });
    refuseFile(context, command, image.fileName);
    // Whoever activates it later looks for the version here.
    return { kind: 'next', step: 'checkImage', memory: { version } };
  },
};

const fetchPart = stepOf(fetchOs, 'fetch');
const keepPart = stepOf(fetchOs, 'keep');

const fetch: Step = {
  ...fetchPart,
  run: (context, memory) => fetchPart.run(partView(context, memory), memory),
  failed: (context, memory, error) => fetchOs.failed(partView(context, memory), memory, error),
};

/** What a fetch remembers is over with it. */
const keep: Step = {
  ...keepPart,
  async run(context, memory) {
    const outcome = await keepPart.run(partView(context, memory), memory);
    if (outcome.kind !== 'end') return outcome;
    const { parts = [], at = 0 } = partsIn(memory);
    const fetchAttempts = context.attempts.length;
    if (at + 1 < parts.length)
      return { kind: 'next', step: 'fetch', memory: { parts: [...parts], at: at + 1, fetchAttempts } };
    const [first] = parts;
    const version = first?.version ?? fetchedVersion(context);
    const listed = first === undefined ? {} : { parts: [...parts], at: 0 };
    return { kind: 'next', step: 'checkImage', memory: { ...listed, fetchAttempts, version } };
  },
  failed: (context, memory, error) => (keepPart.failed ?? fetchOs.failed)(partView(context, memory), memory, error),
};

const gate: Step = {
  ...stepOf(pushOs, 'gate'),
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const { slot = 'unknown', before = {}, fileName = '' } = recall(memory);
    refuseCard(context, driver, before);
    if (memory['onDevice'] !== true) refuseInBand(context, driverIn(stepView(context, memory), memory), memory);
    await refuseUnit(context, driver);
    await refuseInUse(context, driver, filesOf(memory, fileName));
    refuseBlockSize(context, commandOf(context, driver), before.osVersion);
    const target = await partitionFor(context, driver, memory);
    const selected = await selection(driver, await atPrompt(context, driver), context, memory);
    if (selected !== slot)
      throw fail('DOWNLOAD_SELECTION_PENDING', {
        port: context.port.id,
        booted: slot,
        selected: selected ?? 'nothing',
      });
    const outcome = await asPush(stepOf(pushOs, 'gate')).run(context, remember(memory, { otherSlot: target }));
    if (outcome.kind === 'next' && outcome.step === 'stage') return { ...outcome, step: firstStep(context, memory) };
    if (outcome.kind !== 'end') return outcome;
    // The core image runs already.
    await partsOver(context, memory);
    if ((partsIn(memory).parts ?? []).length > 1)
      throw fail('DOWNLOAD_CORE_RUNS', { port: context.port.id, version: before.osVersion ?? 'it' });
    return outcome;
  },
};

/** Evidence comes off the switch before anything goes there. */
function firstStep(context: StepContext, memory: JsonObject): string {
  if (movesDumps(context, context.driver)) return 'dumps';
  return memory['onDevice'] === true ? 'card' : 'stage';
}

/** The switch boots its old partition until somebody activates the new one: the transfer has selected it again. */
const verify: Step = {
  ...stepOf(pushOs, 'verify'),
  async run(context, memory) {
    if (isKept(context)) {
      const next = nextPart(context, memory);
      if (next !== undefined) return { kind: 'next', step: 'checkPart', memory: next };
      return kept(context, await partsOver(context, memory));
    }
    const outcome = await asPush(stepOf(pushOs, 'verify')).run(context, memory);
    if (outcome.kind !== 'next' || outcome.step !== 'preConfig') return outcome;
    const next = nextPart(context, memory);
    return next === undefined ? { kind: 'next', step: 'clear' } : { kind: 'next', step: 'checkPart', memory: next };
  },
};

/** All is on the switch: the job goes on with its first file, or is over. */
const clear: Step = {
  ...{ repeatable: true, boundary: true, mayPause: true, intents: ['safe'] },
  async run(context, memory) {
    const led = await partsOver(context, memory);
    return over(context, led) ?? { kind: 'next', step: 'preConfig', memory: led };
  },
};

/** The image runs as it should; what was brought beside it must be there too. */
const finalise: Step = {
  ...stepOf(pushOs, 'finalise'),
  run: async (context, memory) =>
    (await withoutModule(stepView(context, memory), memory)) ?? asPush(stepOf(pushOs, 'finalise')).run(context, memory),
};

const pushed = Object.fromEntries(Object.entries(pushOs.steps).map(([name, step]) => [name, asPush(step)]));

export const downloadImage: Action = {
  name: 'downloadImage',
  description: 'Download an image to the partition of an ExtremeXOS switch that does not run, and prove it there.',
  parameters: DOWNLOAD_PARAMETERS,
  uses: 'line',
  intent: 'write',
  start: 'begin',
  steps: {
    ...{ ...pushed, begin, list, fetch, keep, gate, verify, clear, finalise },
    ...{ checkPart: asPush(checkPart), dumps: asPush(dumps), card: asPush(card) },
  },
  // Whatever was refused, the view itself too, is told in the words of a download.
  failed: (context, memory, error) => pushOs.failed({ ...context, story: telling(context) }, memory, error),
  plan: planDownload,
};

function stepOf({ steps, name }: Action, step: string): Step {
  const found = steps[step];
  if (found === undefined) throw new Error(`${name} has no step ${step}`);
  return found;
}
