/** The device's own proof that it holds the image. */
import type { VerifyProcedure } from '../../core/driver.js';
import { codeOf, reasonOf } from '../../core/errors/index.js';
import type { ImageRecord } from '../../core/image.js';
import type { Dialog } from '../../core/ports/dialog.js';
import type { SlotValues } from '../../core/template.js';

export interface Proof {
  readonly proved: boolean;
  /** What the device gave: its hash, or its words. */
  readonly got: string;
  readonly wanted: string;
}

/** Asks the device. That it finds the image wrong, or does not show it, is an answer; any other error is thrown. */
export async function proofOf(
  procedure: VerifyProcedure,
  dialog: Dialog,
  image: ImageRecord,
  slots: SlotValues,
): Promise<Proof> {
  const { algorithm, exchange } = procedure;
  const wanted = algorithm === 'shown' ? image.fileName : image[algorithm];
  try {
    const { captures } = await dialog.run(exchange, slots, ['safe']);
    if (algorithm === 'shown') return { proved: true, got: image.fileName, wanted };
    const got = captures['hash']?.toLowerCase() ?? '';
    return { proved: got === wanted, got, wanted };
  } catch (error) {
    const code = codeOf(error);
    const notProved = code === 'TRANSFER_INTEGRITY' || (algorithm === 'shown' && code === 'DEVICE_REFUSED');
    if (!notProved) throw error;
    return { proved: false, got: reasonOf(error), wanted };
  }
}
