/** The device's own proof that it holds the image. */
import type { ShownProcedure, VerifyProcedure } from '../../core/verify-procedure.js';
import { codeOf, reasonOf } from '../../core/errors/index.js';
import type { ImageRecord } from '../../core/image.js';
import type { Dialog } from '../../core/ports/dialog.js';
import { fillPattern } from '../../core/template.js';
import type { SlotValues } from '../../core/template.js';

export interface Proof {
  readonly proved: boolean;
  /** What the device gave: its hash, or its words. */
  readonly got: string;
  readonly wanted: string;
  /** Units of the device that do not show it, where it was asked of each. */
  readonly lacking?: readonly string[];
  /** All that were asked. */
  readonly units?: readonly string[];
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
    const { captures, output } = await dialog.run(exchange, slots, ['safe']);
    if (algorithm === 'shown') {
      const { units, lacking } = askedUnits(procedure, output, slots);
      const got = lacking.length === 0 ? image.fileName : `not shown on ${lacking.join(', ')}`;
      return { proved: lacking.length === 0, got, wanted, lacking, units };
    }
    const got = captures['hash']?.toLowerCase() ?? '';
    return { proved: got === wanted, got, wanted };
  } catch (error) {
    const code = codeOf(error);
    const notProved = code === 'TRANSFER_INTEGRITY' || (algorithm === 'shown' && code === 'DEVICE_REFUSED');
    if (!notProved) throw error;
    return { proved: false, got: reasonOf(error), wanted };
  }
}

/** Units of the device, and those of them that do not show it. */
function askedUnits(
  { eachUnit }: ShownProcedure,
  output: string,
  slots: SlotValues,
): { readonly units: readonly string[]; readonly lacking: readonly string[] } {
  if (eachUnit === undefined) return { units: [], lacking: [] };
  const found = output.matchAll(new RegExp(fillPattern(eachUnit.unit, slots), 'gm'));
  const units = [...new Set([...found].flatMap(([, name]) => (name === undefined ? [] : [name])))];
  const shows = (unit: string): boolean =>
    new RegExp(fillPattern(eachUnit.shown, { ...slots, unit }), 'm').test(output);
  return { units, lacking: units.filter((unit) => !shows(unit)) };
}
