/** Values for the slots of a driver's exchanges, from what the push remembers. */
import type { StepContext } from '../../core/action.js';
import type { Exchange } from '../../core/dialog-table.js';
import type { Driver } from '../../core/driver.js';
import type { SlotValues } from '../../core/template.js';
import { propertySlots } from '../read-device.js';
import type { PushMemory } from './memory.js';

export function slotsOf(context: Pick<StepContext, 'port'>, driver: Driver, memory: PushMemory): SlotValues {
  const fileSystem = memory.fileSystem ?? driver.fileSystem;
  const file = memory.fileName ?? '';
  const size = memory.sizeBytes ?? 0;
  return {
    ...driver.slots,
    ...propertySlots(context),
    ...driver.loader?.slots,
    file,
    fileSystem,
    image: fileSystem + file,
    size,
    sizeHex: `0x${size.toString(16)}`,
    ...(memory.expectedVersion === undefined ? {} : { version: memory.expectedVersion }),
    ...(memory.oldImage === undefined ? {} : { oldImage: memory.oldImage }),
    ...(memory.slot === undefined ? {} : { slot: memory.slot }),
    ...(memory.otherSlot === undefined ? {} : { otherSlot: memory.otherSlot }),
  };
}

/** Exchanges without those that need a slot nobody knows: no former image, no line that names it. */
export function fillable(exchanges: readonly Exchange[], slots: SlotValues): readonly Exchange[] {
  return exchanges.filter(
    (exchange) => exchange.send?.includes('{{oldImage') !== true || Object.hasOwn(slots, 'oldImage'),
  );
}
