/**
 * downloadImage: `download image` of ExtremeXOS, from the store or from a URL, to the partition that does not run.
 *
 *   begin → (list ⟲ →) (fetch ⟲ → keep, each file) → the steps of a push, with these between them:
 *   preFacts → gate (partition, selection, block size, modules) → stage → verify → clear → staged with the old selection, end
 *                                                           checkPart ↗        ↙        ↘ modules only: succeeded, end
 *                                                                 └── next part          ↘ preConfig → install → select → …
 *
 * The node brings the file into its own store first, hashes it, and then serves it to the switch under a one-time path: what
 * the switch is asked to install is known. Sources: EXOS Command Reference (`download image`, `use image`).
 */
import type { Action, Step } from '../../core/action.js';
import type { PlanContext } from '../../core/plan.js';
import { fail } from '../../core/errors/index.js';
import { FETCH_PARAMETERS, fetchedVersion, fetchOs, fileNameOf } from '../files/fetch-os.js';
import { farOf } from '../files/remote.js';
import { selection } from '../push-os/activate.js';
import { driverIn } from '../push-os/driver-in.js';
import { recall, remember } from '../push-os/memory.js';
import { planPush } from '../push-os/plan.js';
import { pushOs } from '../push-os/push-os.js';
import { atPrompt } from '../read-device.js';
import { accepting } from './accept.js';
import { asPush, pushView, stepView } from './as-push.js';
import { commandOf, refuseBlockSize, refuseFile, refuseHost } from './checks.js';
import { isList } from './list.js';
import { list } from './list-step.js';
import { isModule } from './modules.js';
import { partitionFor } from './partition.js';
import { checkPart, nextPart, partsIn, partsOver, partView } from './parts.js';

const begin: Step = {
  ...{ repeatable: true, boundary: true, mayPause: true, intents: ['safe'] },
  async run(context) {
    const command = commandOf(context, accepting(context));
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
    const { slot = 'unknown', before } = recall(memory);
    refuseBlockSize(context, commandOf(context, driver), before?.osVersion);
    const target = await partitionFor(context, driver, memory);
    const selected = await selection(driver, await atPrompt(context, driver), context, memory);
    if (selected !== slot)
      throw fail('DOWNLOAD_SELECTION_PENDING', {
        port: context.port.id,
        booted: slot,
        selected: selected ?? 'nothing',
      });
    const outcome = await asPush(stepOf(pushOs, 'gate')).run(context, remember(memory, { otherSlot: target }));
    if (outcome.kind !== 'end') return outcome;
    // The core image runs already.
    await partsOver(context, memory);
    if ((partsIn(memory).parts ?? []).length > 1)
      throw fail('DOWNLOAD_CORE_RUNS', { port: context.port.id, version: before?.osVersion ?? 'it' });
    return outcome;
  },
};

/** The switch boots its old partition until somebody activates the new one: the transfer has selected it again. */
const verify: Step = {
  ...stepOf(pushOs, 'verify'),
  async run(context, memory) {
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
    const { fileName = '', otherSlot = '', slot = '', before } = recall(led);
    if (isModule(context.driver, fileName)) {
      const sentence = `${fileName} is installed on ${otherSlot} and shown there; the device runs ${before?.osVersion ?? 'its version'} as before. On the running partition, run update starts it.`;
      context.story('Download image succeeded.');
      return { kind: 'end', end: { verdict: 'succeeded', sentence } };
    }
    if (context.params['stageOnly'] !== true) return { kind: 'next', step: 'preConfig', memory: led };
    const runs = before?.osVersion ?? 'its former version';
    const sentence = `${fileName} is installed on ${otherSlot} and verified; the device runs ${runs} and boots ${slot} again. portwright activate ${context.port.name} finishes it.`;
    context.story('Download image staged.');
    return { kind: 'end', end: { verdict: 'staged', sentence }, memory: led };
  },
};

const pushed = Object.fromEntries(Object.entries(pushOs.steps).map(([name, step]) => [name, asPush(step)]));

export const downloadImage: Action = {
  name: 'downloadImage',
  description: 'Download an image to the partition of an ExtremeXOS switch that does not run, and prove it there.',
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...FETCH_PARAMETERS,
      version: {
        type: 'string',
        pattern: '^(candidate|current|previous|archive (?:[1-9]|1\\d|20)|[A-Za-z0-9_]{1,9})$',
        description: 'the stored version to install; with a URL, the one under which it is kept; default candidate',
      },
      vr: {
        type: 'string',
        pattern: '^[A-Za-z0-9_-]{1,32}$',
        description: "the switch's virtual router; default: the port's, else VR-Mgmt",
      },
      blockSize: { type: 'integer', minimum: 24, maximum: 65_000, description: 'TFTP block size, bytes' },
      partition: {
        enum: ['primary', 'secondary', 'inactive', 'active'],
        description: 'default inactive, and what was booted is refused; of a module default active',
      },
      accept: {
        type: 'array',
        uniqueItems: true,
        items: { enum: ['unsigned', 'noCertificate', 'badCertificate', 'removeDumps'] },
        description: 'warnings of the switch that are answered with yes; default none',
      },
      reboot: { type: 'boolean', description: 'reload the switch and prove the new version; default false' },
      withoutModules: {
        type: 'boolean',
        description: 'a core image replaces the modules of its partition, and none that runs now need come again',
      },
      stageOnly: { type: 'boolean', description: 'install, verify, and leave the running partition selected' },
    },
    not: { required: ['reboot', 'stageOnly'], properties: { reboot: { const: true }, stageOnly: { const: true } } },
  },
  uses: 'line',
  intent: 'write',
  start: 'begin',
  steps: { ...pushed, begin, list, fetch, keep, gate, verify, clear, checkPart: asPush(checkPart) },
  failed: (context, memory, error) => pushOs.failed(stepView(context, memory), memory, error),
  plan,
};

async function plan(context: PlanContext) {
  if (context.params['url'] !== undefined) throw fail('DOWNLOAD_PLAN_URL', { port: context.port.id });
  const command = commandOf(context, context.driver);
  const found = await planPush(pushView(context), fetchedVersion(context));
  refuseFile(context, command, found.image.fileName);
  return { ...found, action: 'downloadImage' };
}

function stepOf({ steps, name }: Action, step: string): Step {
  const found = steps[step];
  if (found === undefined) throw new Error(`${name} has no step ${step}`);
  return found;
}
