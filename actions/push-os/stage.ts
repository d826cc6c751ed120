/** Bringing the image to the device and having the device prove it: one attempt a run. */
import type { Step, StepContext, StepOutcome } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import type { TransferProcedure } from '../../core/transfer-procedure.js';
import type { ErrorCode } from '../../core/errors/index.js';
import { codeOf, fail, reasonOf } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import type { Dialog } from '../../core/ports/dialog.js';
import { printable } from '../../core/template.js';
import { roughly } from '../../core/transfer-estimate.js';
import { planSpeed } from '../line-speed.js';
import type { SpeedPlan } from '../line-speed.js';
import { atPrompt, runAll } from '../read-device.js';
import { driverIn } from './driver-in.js';
import { AttemptLog } from '../attempt-log.js';
import { isInBand, nextAttempt, usableMethods, worthRetrying } from './attempts.js';
import type { PlannedAttempt } from './attempts.js';
import { bringToDevice } from './bring.js';
import { pullFromUs, sendInBand } from './deliver.js';
import { forget, recall, remember } from './memory.js';
import { sameImage } from './prepare.js';
import { predictedSeconds } from './predict.js';
import { proofOf } from './proof.js';
import type { Proof } from './proof.js';
import { breakOff, endReceiver } from './settle.js';
import { slotsOf } from './slots.js';
import { intendSpeed, raiseForTransfer, restoreAfterTransfer, settleSpeed } from './speed.js';

/** Errors that say the device itself is gone: another attempt waits for what became of it. */
export const LOST: readonly string[] = [
  'CONSOLE_LOST',
  'DEVICE_RESTARTED',
  'DEVICE_SILENT',
  'DEVICE_AT_LOADER',
  'LINE_FENCED',
  'LINE_SPEED_LOST',
] satisfies ErrorCode[];

export const stage: Step = {
  // The file that is written is never the running one (gate), so writing it again harms nothing.
  repeatable: true,
  boundary: true,
  mayPause: true,
  intents: ['safe', 'overwrite'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const attempt = planned(context, driver, memory);
    const image = await sameImage(context, memory);
    if (context.resumed) {
      if (isInBand(attempt.method)) await endReceiver(context, recall(memory).speed);
      await settleSpeed(context, driver, memory);
      await breakOff(context, driver);
    }
    const dialog = await atPrompt(context, driver);
    const plan = await plannedSpeed(context, driver, dialog, attempt);
    // State before act: a node that is killed at the raised speed must find it in the journal.
    if (plan !== undefined && recall(memory).speed === undefined) {
      return { kind: 'next', step: 'stage', memory: intendSpeed(memory, plan) };
    }
    const slots = slotsOf(context, driver, recall(memory));
    const predicted = await predictedSeconds(context, driver, image, attempt);
    const log = new AttemptLog(context, { ...attempt, predictedSeconds: predicted });
    const scene = { context, driver, dialog, slots };
    let raised = false;
    try {
      raised = plan !== undefined && (await raiseForTransfer(scene, plan));
      await deliver({ context, driver, dialog, image, attempt, slots, onBytes: log.onBytes });
      await log.succeeded();
      if (predicted !== undefined)
        context.story(`It took ${roughly(log.seconds)}; ${roughly(predicted)} were predicted.`);
    } catch (error) {
      await log.failed(error);
      return afterFailure(context, driver, dialog, attempt, memory, error);
    }
    if (raised && plan !== undefined) await restoreAfterTransfer(scene, plan);
    return { kind: 'next', step: 'verify', memory: forget(memory, 'speed') };
  },
};

function planned(context: StepContext, driver: Driver, memory: JsonObject): PlannedAttempt {
  const { port, attempts } = context;
  const methods = usableMethods(driver, context);
  const attempt = nextAttempt(methods, port.settings, attempts, recall(memory).verifyFailures ?? 0);
  if (attempt !== undefined) return attempt;
  const reason = attempts.at(-1)?.reason ?? "the device's own hash did not match";
  throw fail('PUSH_ATTEMPTS_USED', { port: port.id, attempts: attempts.length, reason });
}

function plannedSpeed(
  context: StepContext,
  driver: Driver,
  dialog: Dialog,
  attempt: PlannedAttempt,
): Promise<SpeedPlan | undefined> {
  const inBand = driver.transfers[attempt.method]?.direction === 'inBand';
  return inBand ? planSpeed(context, dialog, driver.lineSpeed) : Promise.resolve(undefined);
}

async function deliver(delivery: Parameters<typeof pullFromUs>[0]): Promise<void> {
  const procedure = delivery.driver.transfers[delivery.attempt.method];
  if (procedure?.direction === 'inBand') return sendInBand(delivery, procedure);
  if (procedure?.direction === 'devicePulls') return pullFromUs(delivery, procedure);
  if (procedure?.direction === 'wePut') return bringToDevice(delivery, procedure);
  throw fail('TRANSFER_NO_SERVER', { method: delivery.attempt.method });
}

async function afterFailure(
  context: StepContext,
  driver: Driver,
  dialog: Dialog,
  attempt: PlannedAttempt,
  memory: JsonObject,
  error: unknown,
): Promise<StepOutcome> {
  const code = codeOf(error);
  if (context.signal.aborted || LOST.includes(code) || !worthRetrying(code, attempt)) throw error;
  context.story(`${attempt.method.toUpperCase()} download failed: ${reasonOf(error)}`);
  if (isInBand(attempt.method)) await endReceiver(context);
  await settleSpeed(context, driver, memory);
  await breakOff(context, driver);
  await atPrompt(context, driver);
  await removePartial(context, driver.transfers[attempt.method], dialog, memory, driver);
  return { kind: 'next', step: 'stage', memory: forget(memory, 'speed') };
}

/** A partial file is taken away; that it was never there is no failure. */
export async function removePartial(
  context: StepContext,
  procedure: TransferProcedure | undefined,
  dialog: Dialog,
  memory: JsonObject,
  driver: Driver,
): Promise<void> {
  try {
    await runAll(dialog, procedure?.cleanup ?? [], slotsOf(context, driver, recall(memory)), ['safe', 'overwrite']);
  } catch (error) {
    if (codeOf(error) !== 'DEVICE_REFUSED') throw error;
  }
}

/** By whatever method it came. */
export async function removePartials(
  context: StepContext,
  dialog: Dialog,
  memory: JsonObject,
  driver: Driver,
): Promise<void> {
  const ways = new Map(Object.values(driver.transfers).map((way) => [JSON.stringify(way.cleanup), way]));
  for (const way of ways.values()) await removePartial(context, way, dialog, memory, driver);
}

/** The device's own proof of what it stored. */
export const verify: Step = {
  repeatable: true,
  boundary: true,
  mayPause: true,
  intents: ['safe', 'overwrite'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const image = await sameImage(context, memory);
    const dialog = await atPrompt(context, driver);
    const slots = slotsOf(context, driver, recall(memory));
    const proof = await provedOrGone(context, memory, proofOf(driver.verify, dialog, image, slots));
    if (proof === 'gone') return { kind: 'next', step: 'stage' };
    if (proof.proved) {
      const { units = [] } = proof;
      if (units.length > 1) context.story(`${image.fileName} is shown on ${printable(units.join(', '))}.`);
      return { kind: 'next', step: 'preConfig' };
    }
    const { verifyFailures = 0, onDevice } = recall(memory);
    // What lies on the device's own card is not brought once more by another way.
    if (onDevice === true)
      throw fail('PUSH_VERIFY_FAILED', { port: context.port.id, got: printable(proof.got), wanted: proof.wanted });
    context.story(
      driver.verify.algorithm === 'shown'
        ? `The device does not show ${image.fileName} where it should be${placesOf(proof)}.`
        : `The device's ${driver.verify.algorithm} of ${image.fileName} does not match.`,
    );
    const used = Object.values(driver.transfers)[0];
    await removePartial(context, used, dialog, memory, driver);
    return { kind: 'next', step: 'stage', memory: remember(memory, { verifyFailures: verifyFailures + 1 }) };
  },
};

/** ` (Slot-2, Slot-3)` */
function placesOf({ lacking = [] }: Proof): string {
  return lacking.length === 0 ? '' : ` (${printable(lacking.join(', '))})`;
}

/** A staged file may be gone by the time it is activated, where the device empties its memory at a restart. */
async function provedOrGone(
  context: StepContext,
  memory: JsonObject,
  proof: ReturnType<typeof proofOf>,
): Promise<Proof | 'gone'> {
  try {
    return await proof;
  } catch (error) {
    const { activates, fileName = '' } = recall(memory);
    if (activates === undefined || context.attempts.length > 0 || codeOf(error) !== 'DEVICE_REFUSED') throw error;
    context.story(`${fileName} is not on the device any more; it is brought again.`);
    return 'gone';
  }
}
