/** The device brings its image to one of our servers; what came is compared with the device's own hash, and stored. */
import type { Step, StepContext } from '../../core/action.js';
import type { UploadProcedure } from '../../core/transfer-procedure.js';
import { codeOf, fail, reasonOf } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import type { IncomingImage } from '../../core/ports/image-store.js';
import type { Exposure } from '../../core/ports/transfer-server.js';
import type { TransferMethod } from '../../core/settings.js';
import { AttemptLog } from '../attempt-log.js';
import { nextAttempt, worthRetrying } from '../push-os/attempts.js';
import { serverSlots, unlessStalled } from '../push-os/deliver.js';
import { breakOff } from '../push-os/settle.js';
import { LOST } from '../push-os/stage.js';
import { atPrompt, runAll } from '../read-device.js';
import { pulled, slotsOf } from './find.js';
import { recall, remember } from './memory.js';

export const fetchImage: Step = {
  ...{ repeatable: true, boundary: true, mayPause: true, intents: ['safe'] },
  async run(context, memory) {
    const { driver, attempts, port } = context;
    if (context.resumed) await breakOff(context, driver);
    const attempt = nextAttempt(methodsOf(context), port.settings, attempts, 0);
    if (attempt === undefined)
      throw fail('PUSH_ATTEMPTS_USED', {
        port: port.id,
        attempts: attempts.length,
        reason: attempts.at(-1)?.reason ?? '',
      });
    const procedure = driver.uploads?.[attempt.method];
    if (procedure === undefined) throw fail('TRANSFER_NO_SERVER', { method: attempt.method });
    const log = new AttemptLog(context, attempt);
    const incoming = await open(context, memory);
    try {
      const bytes = await bring({ context, memory, incoming, log, method: attempt.method, procedure });
      await log.succeeded();
      return { kind: 'next', step: 'keep', memory: remember(memory, { bytes }) };
    } catch (error) {
      await log.failed(error);
      const code = codeOf(error);
      if (context.signal.aborted || LOST.includes(code) || !worthRetrying(code, attempt)) throw error;
      context.story(`${attempt.method.toUpperCase()} upload failed: ${reasonOf(error)}`);
      await breakOff(context, driver);
      return { kind: 'next', step: 'fetch' };
    } finally {
      await incoming.close();
    }
  },
};

/** The settings' methods first, then whatever else this device can and this node serves. */
function methodsOf({ driver, servers, port }: StepContext): TransferMethod[] {
  const { osPushMethod, osPushAlternative } = port.settings;
  const able = Object.keys(driver.uploads ?? {}) as TransferMethod[];
  const wanted = [osPushMethod, osPushAlternative].filter((method) => able.includes(method));
  const methods = [...new Set([...wanted, ...able])].filter((method) => servers[method]?.accept !== undefined);
  if (methods.length === 0 || port.serverAddress === undefined) {
    throw fail('PULL_NO_METHOD', { port: port.id, methods: able.join(', ') });
  }
  return methods;
}

interface Bringing {
  readonly context: StepContext;
  readonly memory: JsonObject;
  readonly incoming: IncomingImage;
  readonly log: AttemptLog;
  readonly method: TransferMethod;
  readonly procedure: UploadProcedure;
}

/** One attempt; resolves with the bytes that came. The grant takes one file from this device's address, once. */
async function bring({ context, memory, incoming, log, method, procedure }: Bringing): Promise<number> {
  const { driver, port, servers } = context;
  const { fileName = '' } = recall(memory);
  await incoming.sink.truncate(0);
  const dialog = await atPrompt(context, driver);
  const peerAddress = port.management?.address;
  const exposure = servers[method]?.accept?.({
    sink: incoming.sink,
    path: `{random}/${fileName}`,
    ...(peerAddress === undefined ? {} : { peerAddress }),
    onProgress: ({ bytes, totalBytes }) => {
      log.onBytes(bytes);
      if (totalBytes !== undefined) context.progress(bytes, totalBytes);
    },
  });
  if (exposure === undefined) throw fail('TRANSFER_NO_SERVER', { method });
  context.story(`Retrieving ${fileName} from device ...`);
  const slots = { ...slotsOf(context, driver, memory), ...serverSlots(context, exposure, port.serverAddress ?? '') };
  const onAbort = (): void => exposure.close('the node is stopping');
  context.signal.addEventListener('abort', onAbort, { once: true });
  try {
    await unlessStalled(context, exposure, method, runAll(dialog, procedure.exchanges, slots, ['safe']));
    const bytes = wholeBytes(exposure, method);
    log.onBytes(bytes);
    context.story(`${method.toUpperCase()} upload of ${fileName} succeeded.`);
    return bytes;
  } finally {
    context.signal.removeEventListener('abort', onAbort);
    exposure.close('the transfer is over');
  }
}

/** A device that says "done" counts only with a file that came here whole. */
function wholeBytes({ fetches }: Exposure, method: string): number {
  const whole = fetches.find(({ complete }) => complete);
  if (whole !== undefined) return whole.bytes;
  const reason = fetches.at(-1)?.reason ?? 'nothing came here';
  throw fail('TRANSFER_INTEGRITY', { method, reason: `the device reports success, but ${reason}` });
}

export const keep: Step = {
  ...{ repeatable: true, boundary: false, intents: ['safe'] },
  async run(context, memory) {
    const { hash, bytes } = recall(memory);
    const incoming = await open(context, memory);
    if (incoming.sink.heldBytes !== bytes) {
      // The node stopped in the middle of it: what it had stored is compared with the device once more.
      await incoming.discard();
      return { kind: 'next', step: 'compare' };
    }
    const image = await incoming.keep(hash);
    const how =
      hash === undefined ? 'The device has no hash to compare it with' : `Its ${hash.algorithm} is the device's own`;
    return pulled(context, image, how);
  },
};

/** What came of a pull that has ended is not kept. */
export async function letGo(context: StepContext): Promise<void> {
  const place = { portId: context.port.id, version: 'current', fileName: 'none' };
  await context.images.receive(context.jobId, place).then(
    (incoming) => incoming.discard(),
    () => undefined,
  );
}

function open(context: StepContext, memory: JsonObject): Promise<IncomingImage> {
  const { fileName = '' } = recall(memory);
  return context.images.receive(context.jobId, { portId: context.port.id, version: 'current', fileName });
}
