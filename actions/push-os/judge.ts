/** The verdict, from facts before and after alone (ARCHITECTURE 2). Pure. */
import type { DeviceFacts } from '../../core/facts.js';
import type { PushMemory } from './memory.js';

export type Judgement =
  | { readonly kind: 'new' }
  | { readonly kind: 'old' }
  | {
      readonly kind: 'other';
      readonly code: 'PUSH_SERIAL_CHANGED' | 'PUSH_INTERFACE_LOST' | 'PUSH_OLD_VERSION';
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

/** What the device runs after the reload. `old`: proved to be what it ran before. */
export function judge(memory: PushMemory, after: DeviceFacts, options: { readonly compare: boolean }): Judgement {
  const { before, expectedVersion } = memory;
  if (
    before?.serialNumber !== undefined &&
    after.serialNumber !== undefined &&
    before.serialNumber !== after.serialNumber
  ) {
    return { kind: 'other', code: 'PUSH_SERIAL_CHANGED', wanted: before.serialNumber, got: after.serialNumber };
  }
  const atLoader = memory.atLoader === true;
  if (before !== undefined && !atLoader && asBefore(before, after)) return { kind: 'old' };
  if (!atLoader && !bootsTheImage(memory, after)) return other(memory, after);
  if (expectedVersion !== undefined && after.osVersion !== expectedVersion) return other(memory, after);
  if (options.compare && (after.interfaceCount ?? 0) < (before?.interfaceCount ?? 0)) {
    return {
      kind: 'other',
      code: 'PUSH_INTERFACE_LOST',
      wanted: String(before?.interfaceCount),
      got: String(after.interfaceCount),
    };
  }
  return { kind: 'new' };
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
