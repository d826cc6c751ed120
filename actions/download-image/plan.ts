/** The plan of a download: of a stored version, of what a URL or a list names, or of a file on the switch's card. */
import type { Exchange } from '../../core/dialog-table.js';
import type { Driver } from '../../core/driver.js';
import type { TransferProcedure } from '../../core/transfer-procedure.js';
import type { ImageRecord } from '../../core/image.js';
import type { JsonObject } from '../../core/json.js';
import type { Plan, PlanContext } from '../../core/plan.js';
import { fetchedVersion, fileNameOf } from '../files/fetch-os.js';
import { farOf } from '../files/remote.js';
import { planPush } from '../push-os/plan.js';
import { pushView } from './as-push.js';
import { commandOf, refuseFile, refuseHost } from './checks.js';
import { driverView } from './driver-view.js';
import { isList } from './list.js';
import { listedFiles } from './list-step.js';
import { nameOf } from './parts.js';

/** Reads lists at their URLs, and nothing else. Errors: those of `begin` of the job, PUSH_IMAGE_MISSING, TRANSFER_*. */
export async function planDownload(context: PlanContext): Promise<Plan> {
  const command = commandOf(context, driverView(context, {}));
  const { memoryCard, url } = context.params;
  if (typeof memoryCard === 'string') {
    refuseFile(context, command, memoryCard);
    return planUnseen(context, [memoryCard], fromCard(context.driver));
  }
  if (url !== undefined) {
    refuseHost(context, command, farOf(context).url.host);
    if (isList(fileNameOf(context))) return planUnseen(context, (await listedFiles(context)).map(nameOf));
    refuseFile(context, command, fileNameOf(context));
    return planUnseen(context, [fileNameOf(context)]);
  }
  const version = fetchedVersion(context);
  const found = await planPush(
    pushView(context, { fileName: (await context.image(version))?.fileName ?? '' }),
    version,
  );
  refuseFile(context, command, found.image.fileName);
  return { ...found, action: 'downloadImage' };
}

/** Of files whose names are known, and nothing more. */
async function planUnseen(context: PlanContext, files: readonly string[], driver = context.driver): Promise<Plan> {
  const version = fetchedVersion(context);
  const [first, ...others] = await Promise.all(
    files.map((fileName) => planPush(unseen({ ...context, driver }, fileName, version), version)),
  );
  if (first === undefined) throw new Error('a list names a file');
  const steps = others.flatMap((plan, i) =>
    plan.steps
      .filter(({ step }) => step === 'stage' || step === 'verify')
      .map(({ step, commands }) => ({ step: `${step} ${files[i + 1] ?? ''}`, commands })),
  );
  const at = first.steps.findIndex(({ step }) => step === 'verify') + 1;
  const questions = [
    ...new Map([first, ...others].flatMap((plan) => plan.questions).map((row) => [row.pattern, row])).values(),
  ];
  return {
    ...first,
    action: 'downloadImage',
    image: { version: first.image.version, fileName: first.image.fileName },
    files,
    transfers: first.transfers.map(({ method }) => ({ method })),
    steps: [...first.steps.slice(0, at), ...steps, ...first.steps.slice(at)],
    questions,
  };
}

function unseen(context: PlanContext, fileName: string, version: string): PlanContext {
  const memory: JsonObject = { fileName };
  const image: ImageRecord = {
    ...{ portId: context.port.id, version, fileName, sizeBytes: 0, sha256: '', md5: '', crc32: '', storedAtMs: 0 },
  };
  return { ...pushView(context, memory), image: () => Promise.resolve(image) };
}

/** Whatever the settings' methods are, the switch takes it from its card. */
function fromCard(driver: Driver): Driver {
  const exchanges: readonly Exchange[] = driver.download?.memoryCard?.exchanges ?? [];
  const card: TransferProcedure = { direction: 'devicePulls', exchanges, cleanup: [] };
  const transfers = Object.fromEntries(Object.keys(driver.transfers).map((method) => [method, card]));
  return { ...driver, transfers, variants: [] };
}
