/** The verdict, from facts before and after alone (ARCHITECTURE 2). Pure. */
import type { DeviceFacts } from '../../core/facts.js';
import type { PushMemory } from './memory.js';

type LossCode = 'PUSH_SERIAL_CHANGED' | 'PUSH_INTERFACE_LOST' | 'PUSH_MEMBER_LOST' | 'PUSH_WORKED_BEFORE';

export type Judgement =
  | { readonly kind: 'new' }
  | { readonly kind: 'old' }
  | {
      readonly kind: 'other';
      readonly code: LossCode | 'PUSH_OLD_VERSION';
      readonly wanted: string;
      readonly got: string;
    };

/** Whether the device is as it was before: same version, same boot image, same slot. */
export function asBefore(before: DeviceFacts, after: DeviceFacts): boolean {
  return (
    before.osVersion === after.osVersion &&
    before.bootImage === after.bootImage &&
    before.activeSlot === after.activeSlot
  );
}

export interface JudgeOptions {
  /** Interfaces are compared too (setting `verifyOsUpgrade`). */
  readonly compare: boolean;
  /** The device boots the pushed file by its name; an installer unpacks it and boots something else. */
  readonly namesImage: boolean;
}

/** What the device runs after the reload. `old`: proved to be what it ran before. */
export function judge(memory: PushMemory, after: DeviceFacts, options: JudgeOptions): Judgement {
  const { before = {} } = memory;
  const serialOk = before.serialNumber === undefined || [undefined, before.serialNumber].includes(after.serialNumber);
  if (!serialOk) return changed('PUSH_SERIAL_CHANGED', before.serialNumber, after.serialNumber);
  if (memory.atLoader !== true) {
    if (memory.before !== undefined && asBefore(before, after)) return { kind: 'old' };
    if (options.namesImage && !bootsTheImage(memory, after)) return other(memory, after);
  }
  if (memory.expectedVersion !== undefined && after.osVersion !== memory.expectedVersion) return other(memory, after);
  return less(before, after, options) ?? { kind: 'new' };
}

/** It is the new image, and something of the device is gone. */
function less(before: DeviceFacts, after: DeviceFacts, { compare }: JudgeOptions): Judgement | undefined {
  if (fewer(before.memberCount, after.memberCount))
    return changed('PUSH_MEMBER_LOST', before.memberCount, after.memberCount);
  if (!compare) return undefined;
  if (fewer(before.interfaceCount, after.interfaceCount))
    return changed('PUSH_INTERFACE_LOST', before.interfaceCount, after.interfaceCount);
  const lost = noLongerWorking(before, after);
  if (lost.length === 0) return undefined;
  return changed('PUSH_WORKED_BEFORE', lost.join(', '), after.working?.join(', ') ?? 'nothing');
}

/** Less of something than before: it may still come. */
export function incomplete(before: DeviceFacts, after: DeviceFacts): boolean {
  return (
    fewer(before.memberCount, after.memberCount) ||
    fewer(before.interfaceCount, after.interfaceCount) ||
    noLongerWorking(before, after).length > 0
  );
}

function noLongerWorking({ working = [] }: DeviceFacts, after: DeviceFacts): string[] {
  return working.filter((name) => after.working?.includes(name) !== true);
}

function fewer(before = 0, after = 0): boolean {
  return after < before;
}

function changed(code: LossCode, wanted: string | number | undefined, got: string | number | undefined): Judgement {
  return { kind: 'other', code, wanted: String(wanted), got: String(got) };
}

/** Where the device names its boot file or slot, it must be the one that was selected. */
function bootsTheImage(memory: PushMemory, after: DeviceFacts): boolean {
  if (memory.otherSlot !== undefined) return after.activeSlot === memory.otherSlot;
  if (after.bootImage === undefined || memory.fileName === undefined) return true;
  return after.bootImage.endsWith(memory.fileName);
}

function other(memory: PushMemory, after: DeviceFacts): Judgement {
  return {
    kind: 'other',
    code: 'PUSH_OLD_VERSION',
    wanted: `${memory.expectedVersion ?? ''} ${memory.fileName ?? memory.otherSlot ?? ''}`.trim(),
    got: `${after.osVersion ?? ''} ${after.bootImage ?? after.activeSlot ?? ''}`.trim(),
  };
}
