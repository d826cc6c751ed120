/** A download of several files: each is brought to the node first, then each to the switch; the core image leads. */
import type { Step, StepContext } from '../../core/action.js';
import { codeOf } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import { recall, remember } from '../push-os/memory.js';
import type { PushMemory } from '../push-os/memory.js';
import { checkImage } from '../push-os/prepare.js';

/** A file of a list: where it is, and the version of the port's store under which it stands meanwhile. */
export interface Part extends JsonObject {
  readonly url: string;
  readonly version: string;
}

export interface PartsMemory extends PushMemory {
  /** Absent: the download is of one file. */
  readonly parts?: readonly Part[];
  /** The one that is on its way. */
  readonly at?: number;
  /** What a crash left on the switch is in the store: it may be removed there. */
  readonly dumpsMoved?: boolean;
  /** Attempts that were over when this part began. */
  readonly fetchAttempts?: number;
  /** What the push remembers of the first part, while others are on their way. */
  readonly first?: PushMemory;
}

/** Name of the file of a URL. */
export function nameOf(url: string): string {
  return new URL(url).pathname.split('/').at(-1) ?? '';
}

export function partsIn(memory: JsonObject): PartsMemory {
  return memory;
}

/** The context as a fetch of the part sees it: its own URL and version, and no hash that was meant for the list. */
export function partView(context: StepContext, memory: JsonObject): StepContext {
  const { parts, at = 0, fetchAttempts = 0 } = partsIn(memory);
  const part = parts?.[at];
  if (part === undefined) return context;
  const { credentials } = context.params;
  return {
    ...context,
    params: { ...part, ...(credentials === undefined ? {} : { credentials }) },
    attempts: context.attempts.slice(fetchAttempts),
  };
}

/** The next part to the switch; undefined where this was the last. */
export function nextPart(context: StepContext, memory: JsonObject): JsonObject | undefined {
  const { parts = [], at = 0, first } = partsIn(memory);
  const next = parts[at + 1];
  if (next === undefined) return undefined;
  const { version, sha256, fileName, sizeBytes } = recall(memory);
  const led = first ?? ({ version, sha256, fileName, sizeBytes } as PushMemory);
  const changes: PartsMemory = {
    ...{ at: at + 1, fetchAttempts: context.attempts.length, version: next.version, first: led, verifyFailures: 0 },
  };
  return remember(memory, changes);
}

/** Its stored bytes are hashed once more before it goes out. */
export const checkPart: Step = {
  ...checkImage,
  async run(context, memory) {
    const outcome = await checkImage.run(context, memory);
    return outcome.kind === 'next' ? { ...outcome, step: 'stage' } : outcome;
  },
};

/** The memory as it was with the first part, and the store without the others. */
export async function partsOver(context: StepContext, memory: JsonObject): Promise<JsonObject> {
  const { parts = [], first } = partsIn(memory);
  for (const { version } of parts.slice(1)) {
    try {
      await context.images.delete(context.port.id, version);
    } catch (error) {
      if (codeOf(error) !== 'IMAGE_UNKNOWN') throw error;
    }
  }
  return first === undefined ? memory : remember(memory, first);
}
