/** What a pull remembers between steps. JSON only, format JOB_FORMAT. */
import type { JsonObject } from '../../core/json.js';

export interface PullMemory {
  /** The running image as the device names it. */
  readonly image?: string;
  readonly fileSystem?: string;
  /** Without folders: its name in the store. */
  readonly fileName?: string;
  /** The device's own hash of it, where it can tell. */
  readonly hash?: { readonly algorithm: 'sha256' | 'md5'; readonly hex: string };
  /** Of what came, bytes. */
  readonly bytes?: number;
}

/** The memory as this action wrote it. */
export function recall(memory: JsonObject): PullMemory {
  return memory;
}

/** The memory with changes, as the runner stores it. */
export function remember(memory: JsonObject, changes: PullMemory): JsonObject {
  return { ...memory, ...(changes as unknown as JsonObject) };
}
