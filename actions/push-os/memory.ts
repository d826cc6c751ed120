/** What a push remembers between steps. It is written to disk as it is: JSON only, format JOB_FORMAT. */
import { textParam } from '../../core/action.js';
import type { StepContext } from '../../core/action.js';
import type { ErrorContext } from '../../core/errors/index.js';
import type { DeviceFacts } from '../../core/facts.js';
import type { JsonObject } from '../../core/json.js';

export interface FellBack {
  readonly code: string;
  readonly text: string;
  /** Uptime and count of boots then. */
  readonly facts: Pick<DeviceFacts, 'uptimeSeconds' | 'bootCount'>;
  readonly atMs: number;
  /** Times that the way back was begun: a console that is lost on it comes back to a device that has not reloaded. */
  readonly tries: number;
  /** The former image is selected again, and the reload command may have gone out. */
  readonly reloading?: boolean;
}

export interface PushMemory {
  /** Which stored version it pushes, where the parameters do not say it. */
  readonly version?: string;
  /** The staged job that this one finishes. */
  readonly activates?: string;
  /** Facts before the push, and when they were read. */
  readonly before?: DeviceFacts;
  readonly beforeAtMs?: number;
  /** The version that the image should show, where its name tells. */
  readonly expectedVersion?: string;
  /** Identity of the image at the gate: later steps use this content and no other. */
  readonly sha256?: string;
  readonly fileName?: string;
  readonly sizeBytes?: number;
  /** The running image as the device named it. */
  readonly oldImage?: string;
  readonly fileSystem?: string;
  readonly slot?: string;
  readonly otherSlot?: string;
  /** Something may lie on the device that was not there before. */
  readonly staged?: boolean;
  /** The image lies on the device's own card: the store has never seen it. */
  readonly onDevice?: boolean;
  /** Times the device's own hash did not match; each counts as a failed attempt. */
  readonly verifyFailures?: number;
  /** The boot selection was changed and is not yet booted. */
  readonly selected?: boolean;
  /** A reload command may have gone out. */
  readonly reloaded?: boolean;
  /** The push began at the boot loader. */
  readonly atLoader?: boolean;
  /** Resets and boots tried from a loader. */
  readonly loaderBoots?: number;
  /** Why it cannot succeed any more; the verdict waits for what the device says. */
  readonly failure?: { readonly code: string; readonly text: string; readonly context?: ErrorContext };
  /** The console's own speed, and the one to which a transfer may have raised it: it stands here until the old one is proved. */
  readonly speed?: { readonly from: number; readonly to: number };
  /** The device was away so long that a verdict of `unknown` was told: what comes later ends the push, and does not begin it again. */
  readonly gaveUp?: boolean;
  /** Times that the device or its console was lost, came back as before, and the push began again. */
  readonly losses?: number;
  /** Why the new image was left again, and what the device showed before that reload. */
  readonly fellBack?: FellBack;
  /** Until when a lost device may come back before the verdict is `unknown`, epoch ms. */
  readonly assessUntilMs?: number;
}

/** The memory as this action wrote it. */
export function recall(memory: JsonObject): PushMemory {
  return memory;
}

/** The version of the store that is pushed. */
export function pushedVersion(context: StepContext, memory: JsonObject): string {
  return recall(memory).version ?? textParam(context.params, 'version');
}

/** The memory with changes, as the runner stores it. */
export function remember(memory: JsonObject, changes: PushMemory): JsonObject {
  return { ...memory, ...(changes as unknown as JsonObject) };
}

/** The memory without one thing: it is over. */
export function forget(memory: JsonObject, key: keyof PushMemory): JsonObject {
  return Object.fromEntries(Object.entries(memory).filter(([name]) => name !== key));
}
