import { EdgeBed } from './edge-bed.js';
import type { EdgeBedOptions } from './edge-bed.js';

/** Runs a test on a bed of its own; a failure prints the node's log and the transcripts of its jobs. */
export async function withBed(
  options: EdgeBedOptions & { readonly powered?: boolean },
  test: (bed: EdgeBed) => Promise<void>,
): Promise<void> {
  const { powered = true, ...more } = options;
  const bed = new EdgeBed(more);
  try {
    await bed.start({ powered });
    await test(bed);
  } catch (error) {
    console.error(await bed.report().catch((why: unknown) => `(no report: ${String(why)})`));
    throw error;
  } finally {
    await bed.stop();
  }
}
