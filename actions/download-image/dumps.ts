/**
 * What a crash left in the internal memory is brought to the node's file store, each as `_dump1` …, before a download takes it
 * away: it is evidence. Nothing is removed unless every byte came.
 */
import type { Step, StepContext } from '../../core/action.js';
import type { DumpFiles } from '../../core/download-command.js';
import type { Driver } from '../../core/driver.js';
import { codeOf, fail } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import type { SlotValues } from '../../core/template.js';
import type { TransferMethod } from '../../core/settings.js';
import { serverSlots, unlessStalled } from '../push-os/deliver.js';
import { driverIn } from '../push-os/driver-in.js';
import { recall } from '../push-os/memory.js';
import { slotsOf } from '../push-os/slots.js';
import { breakOff } from '../push-os/settle.js';
import { atPrompt, runAll } from '../read-device.js';
import { accepted, MOVE_DUMPS } from './accept.js';

interface Dump {
  readonly file: string;
  readonly size: number;
}

/** Whether dumps are to be moved off before anything is downloaded. */
export function movesDumps(context: Pick<StepContext, 'params'>, { download }: Driver): boolean {
  return download?.dumps !== undefined && accepted(context).includes(MOVE_DUMPS);
}

export const dumps: Step = {
  ...{ repeatable: true, boundary: true, mayPause: true, intents: ['safe'] },
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const table = driver.download?.dumps;
    const next = { kind: 'next', step: memory['onDevice'] === true ? 'card' : 'stage' } as const;
    if (table === undefined) return next;
    if (context.resumed) await breakOff(context, driver);
    const found = await listed(context, driver, table);
    for (const dump of found) await moveOff({ context, driver, memory, table }, dump, await freeVersion(context));
    return { ...next, memory: { ...memory, dumpsMoved: found.length > 0 } };
  },
};

/** A switch that has no such place has no dumps there. */
async function listed(context: StepContext, driver: Driver, table: DumpFiles): Promise<readonly Dump[]> {
  const dialog = await atPrompt(context, driver);
  try {
    const { output } = await dialog.run(table.list, {}, ['safe']);
    return [...output.matchAll(new RegExp(table.file, 'gm'))].map(({ groups }) => ({
      file: groups?.['file'] ?? '',
      size: Number(groups?.['size']),
    }));
  } catch (error) {
    if (codeOf(error) !== 'DEVICE_REFUSED') throw error;
    return [];
  }
}

/** What was moved off before stays. */
async function freeVersion(context: StepContext): Promise<string> {
  for (let i = 1; ; i += 1) if ((await context.image(`_dump${String(i)}`)) === undefined) return `_dump${String(i)}`;
}

interface Moving {
  readonly context: StepContext;
  readonly driver: Driver;
  readonly memory: JsonObject;
  readonly table: DumpFiles;
}

/** Errors: DOWNLOAD_DUMP_METHOD, DOWNLOAD_DUMP, TRANSFER_*, those of the dialogue and of the store. */
async function moveOff(
  { context, driver, memory, table: { uploads } }: Moving,
  { file, size }: Dump,
  version: string,
): Promise<void> {
  const { port, servers } = context;
  const methods = Object.keys(uploads) as TransferMethod[];
  const method = methods.find((name) => servers[name]?.accept !== undefined);
  const procedure = method === undefined ? undefined : uploads[method];
  if (method === undefined || procedure === undefined || port.serverAddress === undefined)
    throw fail('DOWNLOAD_DUMP_METHOD', { port: port.id, methods: methods.join(', ') });
  const incoming = await context.images.receive(context.jobId, { portId: port.id, version, fileName: file });
  await incoming.sink.truncate(0);
  const peerAddress = port.management?.address;
  const exposure = servers[method]?.accept?.({
    ...{ sink: incoming.sink, path: `{random}/${file}`, onProgress: ({ bytes }) => context.progress(bytes, size) },
    ...(peerAddress === undefined ? {} : { peerAddress }),
  });
  if (exposure === undefined) throw fail('DOWNLOAD_DUMP_METHOD', { port: port.id, methods: methods.join(', ') });
  const slots: SlotValues = {
    ...slotsOf(context, driver, recall(memory)),
    ...serverSlots(context, exposure, port.serverAddress),
    dump: file,
  };
  let isKept = false;
  try {
    const dialog = await atPrompt(context, driver);
    await unlessStalled(context, exposure, method, runAll(dialog, procedure.exchanges, slots, ['safe']));
    const got = exposure.fetches.find(({ complete }) => complete)?.bytes ?? 0;
    if (got !== size) throw fail('DOWNLOAD_DUMP', { port: port.id, file, size, got });
    const { sha256 } = await incoming.keep();
    isKept = true;
    context.story(`Moved ${file} off the switch, as os ${version}: ${String(size)} bytes, SHA-256 ${sha256}`);
  } finally {
    exposure.close('the transfer is over');
    // A part of a dump is of no use: the next try brings the whole of it.
    await (isKept ? incoming.close() : incoming.discard());
  }
}
