/** The plan of a push: its commands, its answers, its way back, and what would refuse it now. */
import type { Exchange, QuestionRow } from '../../core/dialog-table.js';
import type { Driver } from '../../core/driver.js';
import type { TransferProcedure } from '../../core/transfer-procedure.js';
import { codeOf, fail, reasonOf } from '../../core/errors/index.js';
import type { DeviceFacts } from '../../core/facts.js';
import type { ImageRecord } from '../../core/image.js';
import type { Plan, PlanContext, PlannedCommands, PlannedTransfer } from '../../core/plan.js';
import { withoutUnfilled } from '../../core/template.js';
import type { SlotValues } from '../../core/template.js';
import { fileSystemOf } from '../read-device.js';
import { identifyImage, variantOf } from '../../drivers/index.js';
import { nextAttempt, usableMethods } from './attempts.js';
import { predictedSeconds } from './predict.js';
import {
  refuseStack,
  refuseUnfit,
  refuseUnproved,
  refuseWithoutMethod,
  refuseWithoutPrevious,
  willReload,
} from './prepare.js';
import { fillable, slotsOf } from './slots.js';

/** Intents that a push has on its way, without those of recovery. */
const INTENTS: readonly QuestionRow['intent'][] = ['overwrite', 'install', 'saveConfig', 'reload'];

const WAYS_BACK: Readonly<Record<Driver['capabilities']['rollback'], string>> = {
  bootList: 'the running image stays, second in the boot list',
  otherSlot: 'the running slot stays as it is, and is selected again',
  timer: "the device's own timer brings the running image back unless the push confirms the new one",
  none: 'none on the device: the image `current` of the store, by the boot loader',
};

/** Errors: PUSH_IMAGE_MISSING. */
export async function planPush(context: PlanContext, version: string): Promise<Plan> {
  const { port } = context;
  const image = await context.image(version);
  if (image === undefined) throw fail('PUSH_IMAGE_MISSING', { port: port.id, version });
  const facts = (await context.lastFacts())?.facts;
  const driver = facts === undefined ? context.driver : variantOf(context.driver, facts);
  const transfers = await plannedTransfers(context, driver, image);
  const slots = slotsBefore(context, driver, image, facts);
  const procedures = [...new Set(transfers.map(({ method }) => method))].map((method) => driver.transfers[method]);
  const { fileName, sizeBytes, sha256 } = image;
  return {
    ...{ action: 'pushOs', portId: port.id, driver: driver.id, image: { version, fileName, sizeBytes, sha256 } },
    ...(facts === undefined ? {} : { runs: runs(facts) }),
    transfers,
    steps: plannedSteps(driver, procedures, slots),
    questions: questionsOf(driver, procedures),
    reloads: willReload(context) ? 1 : 0,
    reloadSeconds: (port.settings.rebootCapMs ?? driver.boot.capMs) / 1000,
    wayBack: WAYS_BACK[driver.capabilities.rollback],
    refusals: await refusals(context, driver, image, facts),
  };
}

function runs({ osVersion, bootImage }: DeviceFacts): NonNullable<Plan['runs']> {
  return { ...(osVersion === undefined ? {} : { osVersion }), ...(bootImage === undefined ? {} : { bootImage }) };
}

/** One for each attempt that is unlike the one before it. */
async function plannedTransfers(
  context: PlanContext,
  driver: Driver,
  image: ImageRecord,
): Promise<readonly PlannedTransfer[]> {
  const methods = usableMethods(driver, context);
  const planned: PlannedTransfer[] = [];
  for (let failed = 0; ; failed += 1) {
    const past = planned.map(({ method }, i) => ({
      ...{ number: i + 1, method, bytes: 0, seconds: 0, outcome: 'failed' as const },
    }));
    const attempt = nextAttempt(methods, context.port.settings, past, 0);
    if (attempt === undefined || failed > context.port.settings.osPushRetries) return planned;
    const seconds = await predictedSeconds(context, driver, image, attempt);
    const { method, blockSize } = attempt;
    planned.push({
      method,
      ...(blockSize === undefined ? {} : { blockSize }),
      ...(seconds === undefined ? {} : { seconds: Math.ceil(seconds) }),
    });
  }
}

function slotsBefore(
  context: PlanContext,
  driver: Driver,
  { fileName, sizeBytes }: ImageRecord,
  facts: DeviceFacts = {},
): SlotValues {
  const { version } = identifyImage(driver, fileName);
  const [first, second] = driver.slotNames ?? [];
  const { activeSlot, bootImage } = facts;
  const otherSlot = activeSlot === first ? second : first;
  const { serverAddress } = context.port;
  const known = slotsOf(context, driver, {
    ...{ fileName, sizeBytes, fileSystem: fileSystemOf(context, driver, facts) },
    ...(version === undefined ? {} : { expectedVersion: version }),
    ...(bootImage === undefined ? {} : { oldImage: bootImage }),
    ...(activeSlot === undefined ? {} : { slot: activeSlot }),
    ...(activeSlot === undefined || otherSlot === undefined ? {} : { otherSlot }),
  });
  return { ...known, ...(serverAddress === undefined ? {} : { server: serverAddress }) };
}

function plannedSteps(
  driver: Driver,
  procedures: readonly (TransferProcedure | undefined)[],
  slots: SlotValues,
): readonly PlannedCommands[] {
  const { config, activate } = driver;
  const rows: readonly (readonly [string, readonly Exchange[]])[] = [
    ['preFacts', driver.facts.map(({ exchange }) => exchange)],
    ['stage', procedures.flatMap(transferExchanges)],
    ['verify', [driver.verify.exchange]],
    [
      'preConfig',
      config === undefined
        ? []
        : [config.running, ...(config.startup === undefined ? [] : [config.startup]), ...config.save],
    ],
    ['install', activate.install],
    ['select', [...fillable(activate.select, slots), ...(activate.selected ? [activate.selected.exchange] : [])]],
    ['commit', activate.commit],
    ['reload', [driver.reload.exchange]],
    ['postFacts', driver.facts.map(({ exchange }) => exchange)],
    ['confirm', activate.confirm ?? []],
  ];
  return rows.flatMap(([step, exchanges]) => plannedCommands(step, exchanges, slots));
}

/** A row of the plan; none where nothing is typed. */
function plannedCommands(step: string, exchanges: readonly Exchange[], slots: SlotValues): readonly PlannedCommands[] {
  const commands = exchanges.flatMap(({ send }) => (send === undefined ? [] : [told(send, slots)]));
  return commands.length === 0 ? [] : [{ step, commands }];
}

function transferExchanges(procedure: TransferProcedure | undefined): readonly Exchange[] {
  switch (procedure?.direction) {
    case undefined:
      return [];
    case 'devicePulls':
      return procedure.exchanges;
    case 'inBand':
      return [procedure.start, procedure.finish, ...(procedure.trim ?? [])];
    case 'wePut':
      return [...procedure.before, ...procedure.after, ...(procedure.finish ?? [])];
  }
}

/** One-time names and passwords are made when they are needed. */
function told(template: string, slots: SlotValues): string {
  return withoutUnfilled(template, slots).replace(/\{\{([\w.]+)(?::\w+)?\}\}/g, (_whole, name: string) =>
    Object.hasOwn(slots, name) ? String(slots[name]) : `<${name}>`,
  );
}

function questionsOf(driver: Driver, procedures: readonly (TransferProcedure | undefined)[]): Plan['questions'] {
  const own = procedures.flatMap(transferExchanges).flatMap(({ questions = [] }) => questions);
  return [...driver.dialog.questions, ...own]
    .filter(({ intent }) => INTENTS.includes(intent))
    .map(({ pattern, answer }) => ({ pattern, answer }));
}

async function refusals(
  context: PlanContext,
  driver: Driver,
  image: ImageRecord,
  facts: DeviceFacts = {},
): Promise<Plan['refusals']> {
  const checks: readonly (() => Promise<void> | void)[] = [
    () => {
      refuseUnproved(context, image);
    },
    () => {
      refuseStack(context, driver, facts);
    },
    () => {
      refuseUnfit(context, driver, facts, image);
    },
    () => {
      refuseWithoutMethod(context, driver);
    },
    () => refuseWithoutPrevious(context),
  ];
  const found: { code: string; message: string }[] = [];
  for (const check of checks) {
    try {
      await check();
    } catch (error) {
      found.push({ code: codeOf(error), message: reasonOf(error) });
    }
  }
  return found;
}
