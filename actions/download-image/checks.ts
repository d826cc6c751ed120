/** What is refused before the switch is asked: names that it does not take, its running partition, a change of somebody else. */
import type { StepContext } from '../../core/action.js';
import type { DownloadCommand } from '../../core/download-command.js';
import type { Driver } from '../../core/driver.js';
import type { JsonObject } from '../../core/json.js';
import { fail } from '../../core/errors/index.js';
import { printable } from '../../core/template.js';
import { DEFAULT_BAUD_RATE } from '../../core/serial-line.js';
import { inBandSeconds, roughly } from '../../core/transfer-estimate.js';
import { isAtLeast } from '../../core/version.js';
import { isInBand, usableMethods } from '../push-os/attempts.js';
import { recall } from '../push-os/memory.js';
import { atPrompt } from '../read-device.js';
import { kindOf } from './kind.js';

type Asked = Pick<StepContext, 'port' | 'params'>;

/** Errors: DOWNLOAD_ABSENT. */
export function commandOf({ port }: Pick<StepContext, 'port'>, driver: Driver): DownloadCommand {
  if (driver.download === undefined) throw fail('DOWNLOAD_ABSENT', { port: port.id, driver: driver.id });
  return driver.download;
}

/** Errors: DOWNLOAD_NAME, DOWNLOAD_FILE_TYPE. */
export function refuseFile({ port }: Asked, command: DownloadCommand, file: string): void {
  refuseName(port.id, 'file name', file, command.fileCharacters);
  const endings = [...command.endings, ...(command.files?.endings ?? [])];
  if (endings.some((ending) => file.toLowerCase().endsWith(ending))) return;
  throw fail('DOWNLOAD_FILE_TYPE', { port: port.id, file, endings: endings.join(', ') });
}

/** Errors: DOWNLOAD_NAME. */
export function refuseHost({ port }: Asked, command: DownloadCommand, host: string): void {
  refuseName(port.id, 'host', host, command.hostCharacters);
}

function refuseName(port: string, what: string, text: string, allowed: string): void {
  const odd = new RegExp(`[^${allowed}]`, 'u').exec(text)?.[0];
  if (odd === undefined) return;
  throw fail('DOWNLOAD_NAME', { port, what, text: printable(text), character: `"${printable(odd)}"`, allowed });
}

/** Errors: DOWNLOAD_BLOCK_SIZE. */
export function refuseBlockSize({ port, params }: Asked, { blockSize }: DownloadCommand, version = 'unknown'): void {
  const { blockSize: asked } = params;
  if (typeof asked !== 'number') return;
  const { since = 'none', least = 0, most = 0 } = blockSize ?? {};
  if (blockSize !== undefined && asked >= least && asked <= most && isAtLeast(version, since)) return;
  throw fail('DOWNLOAD_BLOCK_SIZE', { port: port.id, asked, least, most, since, version: printable(version) });
}

/** `active` is the booted partition, whatever is selected. Errors: DOWNLOAD_PARTITION. */
export function refusePartition({ port, params }: Asked, booted: string): void {
  const { partition: asked = 'inactive' } = params;
  if (asked !== 'active' && asked !== booted) return;
  throw fail('DOWNLOAD_PARTITION', { port: port.id, asked, booted });
}

/** Only the network brings an image, unless the driver's data has a way in-band. Errors: DOWNLOAD_IN_BAND. */
export function refuseInBand(context: StepContext, driver: Driver, memory: JsonObject): void {
  const { settings, console, id } = context.port;
  const [method] = [settings.osPushMethod, settings.osPushAlternative].filter(isInBand);
  if (method === undefined || usableMethods(driver, context).length > 0) return;
  const { sizeBytes: size = 0 } = recall(memory);
  const baudRate = (console !== undefined && 'baudRate' in console ? console.baudRate : undefined) ?? DEFAULT_BAUD_RATE;
  const takes = roughly(inBandSeconds(size, 1024, baudRate));
  throw fail('DOWNLOAD_IN_BAND', { port: id, driver: driver.id, size, takes, baudRate });
}

/** What the switch uses is not written over. Errors: DOWNLOAD_FILE_IN_USE. */
export async function refuseInUse(context: StepContext, driver: Driver, files: readonly string[]): Promise<void> {
  const { inUse } = driver.download?.files ?? {};
  const asked = files.filter((file) => kindOf(driver, file) === 'file');
  if (inUse === undefined || asked.length === 0) return;
  const { captures } = await (await atPrompt(context, driver)).run(inUse, {}, ['safe']);
  const used = Object.values(captures);
  const file = asked.find((name) => used.includes(name));
  if (file !== undefined) throw fail('DOWNLOAD_FILE_IN_USE', { port: context.port.id, file });
}
