/** Modular packages (`.xmod`): they belong to one core image, and go beside it on its partition. */
import type { StepContext } from '../../core/action.js';
import type { ModuleFiles } from '../../core/download-command.js';
import type { Driver } from '../../core/driver.js';
import { fail } from '../../core/errors/index.js';
import type { DeviceFacts } from '../../core/facts.js';
import type { Dialog } from '../../core/ports/dialog.js';
import type { SlotValues } from '../../core/template.js';
import { isAtLeast } from '../../core/version.js';
import { identifyImage } from '../../drivers/index.js';

/** The partition of modules that come without a core image: the one that runs, unless the other is asked for. */
export function modulePartition(asked: unknown, { booted, other }: { booted: string; other: string }): string {
  return asked === 'inactive' || asked === other ? other : booted;
}

/** Version of the core image that stands on a partition. Errors: those of the dialogue. */
export async function coreOn(
  { coreOn: exchange }: ModuleFiles,
  dialog: Dialog,
  partition: string,
  slots: SlotValues,
): Promise<string | undefined> {
  return (await dialog.run(exchange, { ...slots, partition }, ['safe'])).captures['core'];
}

/**
 * What its name tells must fit the model and the core image; a module with a version of its own is brought with a word about
 * it. Errors: PUSH_WRONG_PLATFORM, DOWNLOAD_MODULE_VERSION.
 */
export function refuseModule(
  context: Pick<StepContext, 'port' | 'story'>,
  driver: Driver,
  fileName: string,
  { model, core }: { readonly model: string | undefined; readonly core: string | undefined },
): void {
  const { modules } = driver.download ?? {};
  if (modules === undefined) return;
  const { platform, version } = identifyImage({ ...driver, imageNames: modules.names }, fileName);
  const wanted = driver.platforms?.find((row) => new RegExp(row.model).test(model ?? ''))?.platform;
  if (platform !== undefined && wanted !== undefined && platform !== wanted)
    throw fail('PUSH_WRONG_PLATFORM', {
      ...{ port: context.port.id, image: fileName, imagePlatform: platform, model: `${model ?? ''} (${wanted})` },
    });
  if (version === undefined || core === undefined) {
    context.story(`Whether ${fileName} fits the core image ${core ?? ''} its name does not tell.`);
    return;
  }
  if (leading(version, modules.sameNumbers) === leading(core, modules.sameNumbers)) return;
  throw fail('DOWNLOAD_MODULE_VERSION', { port: context.port.id, file: fileName, version, core });
}

function leading(version: string, numbers: number): string {
  return version.split(/[.-]/).slice(0, numbers).join('.');
}

/**
 * A core image takes all modules of its partition away. Where SSH is one that runs now, and the new image is of a release that
 * has none of its own, SSH would be gone. Errors: DOWNLOAD_MODULE_MISSING.
 */
export async function refuseWithoutNeeded(
  { port, params }: Pick<StepContext, 'port' | 'params'>,
  driver: Driver,
  dialog: Dialog,
  found: { readonly before: DeviceFacts; readonly core: string | undefined; readonly files: readonly string[] },
  slots: SlotValues,
): Promise<void> {
  if (params['withoutModules'] === true) return;
  for (const { name, ending, ownFrom, shown } of driver.download?.modules?.needed ?? []) {
    if (found.core !== undefined && isAtLeast(found.core, ownFrom)) continue;
    if (found.files.some((file) => file.endsWith(ending))) continue;
    const runs = (await dialog.run(shown, slots, ['safe'])).captures['module'];
    if (runs === undefined) continue;
    throw fail('DOWNLOAD_MODULE_MISSING', { port: port.id, name, runs, core: found.core ?? 'the new image' });
  }
}
