/** A download for one unit alone: the slot of a stack, a management module of a chassis. */
import type { StepContext } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import { fail } from '../../core/errors/index.js';
import type { JsonValue } from '../../core/json.js';
import { fillTemplate } from '../../core/template.js';
import { atPrompt } from '../read-device.js';

const OPTIONS = ['slot', 'msm'] as const;

export interface AskedUnit {
  /** As the switch lists it: `Slot-2`, `MSM-B`. */
  readonly shownAs: string;
  /** What exchanges find filled, without `property.`. */
  readonly properties: Readonly<Record<string, JsonValue>>;
}

/** Absent: all units get the image. */
export function unitOf({ params }: Pick<StepContext, 'params'>, { download }: Driver): AskedUnit | undefined {
  for (const name of OPTIONS) {
    const value = params[name];
    const option = download?.units?.[name];
    if (option === undefined || (typeof value !== 'string' && typeof value !== 'number')) continue;
    return {
      shownAs: fillTemplate(option.shownAs, { unit: value }),
      properties: { [option.property.replace('property.', '')]: value },
    };
  }
  return undefined;
}

/** Errors: DOWNLOAD_UNIT, DOWNLOAD_UNIT_REBOOT. */
export async function refuseUnit(context: StepContext, driver: Driver): Promise<void> {
  const asked = unitOf(context, driver);
  const { verify } = driver;
  if (asked === undefined || verify.algorithm !== 'shown' || verify.eachUnit === undefined) return;
  const unit = asked.shownAs;
  if (context.params['reboot'] === true) throw fail('DOWNLOAD_UNIT_REBOOT', { port: context.port.id, unit });
  const dialog = await atPrompt(context, driver);
  const { send, silenceMs } = verify.exchange;
  const { output } = await dialog.run({ silenceMs, ...(send === undefined ? {} : { send }) }, {}, ['safe']);
  const known = [...output.matchAll(new RegExp(verify.eachUnit.unit, 'gm'))].map(([, name = '']) => name);
  if (known.includes(unit)) return;
  throw fail('DOWNLOAD_UNIT', { port: context.port.id, unit, known: [...new Set(known)].join(', ') });
}
