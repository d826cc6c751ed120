/** Transfers that the device takes part in by its command line: it pulls from us, or we send over its console line. */
import type { StepContext } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import type { TransferProcedure } from '../../core/transfer-procedure.js';
import { fail } from '../../core/errors/index.js';
import type { ImageRecord } from '../../core/image.js';
import type { Dialog } from '../../core/ports/dialog.js';
import type { Exposure } from '../../core/ports/transfer-server.js';
import type { SlotValues } from '../../core/template.js';
import { inBandSeconds, roughly } from '../../core/transfer-estimate.js';
import { runAll } from '../read-device.js';
import type { PlannedAttempt } from './attempts.js';
import { MARKS_PER_TRANSFER } from './story.js';

export interface Delivery {
  readonly context: StepContext;
  readonly driver: Driver;
  readonly dialog: Dialog;
  readonly image: ImageRecord;
  readonly attempt: PlannedAttempt;
  readonly slots: SlotValues;
  /** Bytes that the far end has acknowledged. */
  onBytes(bytes: number): void;
}

/** No acknowledged byte for this long ends a network transfer (vendors §6: 60 s for TFTP). */
export const NETWORK_STALL_MS = 60_000;
/** No acknowledged block for this long ends an in-band transfer: ten tries of ten seconds (Forsberg) and a little. */
const IN_BAND_STALL_MS = 120_000;
/** In-band cap: three times what 9600 baud would take, and never under 15 minutes (vendors §6). */
const IN_BAND_LEAST_MS = 15 * 60_000;
const BYTES_PER_SECOND_AT_9600 = 900;

/** The device fetches the image from our server under a one-time path. */
export async function pullFromUs(
  delivery: Delivery,
  procedure: Extract<TransferProcedure, { direction: 'devicePulls' }>,
): Promise<void> {
  const { context, dialog, image, attempt } = delivery;
  const server = context.servers[attempt.method];
  const address = context.port.serverAddress;
  if (server === undefined || address === undefined) throw fail('TRANSFER_NO_SERVER', { method: attempt.method });
  const peerAddress = context.port.management?.address;
  const exposure = server.expose({
    source: context.images.source(image),
    path: `{random}/${image.fileName}`,
    ...(peerAddress === undefined ? {} : { peerAddress }),
    onProgress: ({ bytes }) => {
      delivery.onBytes(bytes);
      context.progress(bytes, image.sizeBytes);
    },
  });
  const slots = { ...delivery.slots, ...serverSlots(context, exposure, address) };
  const onAbort = (): void => exposure.close('the node is stopping');
  context.signal.addEventListener('abort', onAbort, { once: true });
  try {
    await unlessStalled(
      context,
      exposure,
      attempt.method,
      runAll(dialog, procedure.exchanges, slots, ['safe', 'overwrite']),
    );
    proveServed(exposure, image, attempt.method);
  } finally {
    context.signal.removeEventListener('abort', onAbort);
    tellSending(context, image, exposure.bytes);
    exposure.close('the transfer is over');
  }
  context.story(`${attempt.method.toUpperCase()} download of ${image.fileName} succeeded.`);
}

/** Where the file is, and the one-time login at our server; its password is masked in all that this job leaves. */
export function serverSlots(context: StepContext, exposure: Exposure, address: string): SlotValues {
  const { path, port, login } = exposure;
  const at = { server: address, serverPort: port, remoteFile: path };
  if (login === undefined) return at;
  context.hideSecret(login.password);
  return { ...at, serverUser: login.username, serverPassword: login.password };
}

/**
 * A device that says "done" without having fetched from us has something else. Whether it has everything, its own hash
 * says in the next step: the last acknowledgement of a transfer may be lost without any byte missing.
 */
function proveServed(exposure: Exposure, image: ImageRecord, method: string): void {
  if (image.sizeBytes === 0 || exposure.bytes > 0) return;
  throw fail('TRANSFER_INTEGRITY', {
    method,
    reason: 'the device reports success and has fetched nothing from this node',
  });
}

export async function unlessStalled<T>(
  context: StepContext,
  exposure: Exposure,
  method: string,
  work: Promise<T>,
): Promise<T> {
  let cancel = (): void => undefined;
  const stalled = new Promise<never>((_resolve, reject) => {
    const look = (seen: number): void => {
      cancel = context.clock.after(NETWORK_STALL_MS, () => {
        if (exposure.bytes > seen) look(exposure.bytes);
        else if (exposure.fetches.some((fetch) => fetch.complete)) look(exposure.bytes);
        else reject(fail('TRANSFER_TIMEOUT', { method, reason: `no progress for ${NETWORK_STALL_MS / 1000} s` }));
      });
    };
    look(exposure.bytes);
  });
  // The dialogue's own error, which comes later when the stall was first, is the consequence, not the cause.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, stalled]);
  } finally {
    cancel();
  }
}

/** Sends over the line that also carries the dialogue; the line is binary meanwhile. */
export async function sendInBand(
  delivery: Delivery,
  procedure: Extract<TransferProcedure, { direction: 'inBand' }>,
): Promise<void> {
  const { context, dialog, image, slots, attempt } = delivery;
  await dialog.run(procedure.start, slots, ['safe', 'overwrite', 'recover']);
  tellDuration(delivery, procedure);
  dialog.line.setMode('binary');
  let sent = 0;
  try {
    await context.inBand.send(dialog.line, context.images.source(image), {
      method: attempt.method === 'ymodem' ? 'ymodem' : 'xmodem',
      blockSize: attempt.blockSize ?? 128,
      stallMs: IN_BAND_STALL_MS,
      totalMs: Math.max(IN_BAND_LEAST_MS, (3000 * image.sizeBytes) / BYTES_PER_SECOND_AT_9600),
      ...(procedure.turnaroundMs === undefined ? {} : { turnaroundMs: procedure.turnaroundMs }),
      signal: context.signal,
      onProgress: ({ bytes }) => {
        sent = bytes;
        delivery.onBytes(bytes);
        context.progress(bytes, image.sizeBytes);
      },
    });
  } finally {
    dialog.line.setMode('dialogue');
    tellSending(context, image, sent);
  }
  await dialog.run(procedure.finish, slots, ['safe']);
  await runAll(dialog, procedure.trim ?? [], slots, ['safe']);
  context.story(`${attempt.method.toUpperCase()} download of ${image.fileName} succeeded.`);
}

/** Before a wait of hours a person wants to know of it. */
function tellDuration(
  { context, dialog, image, attempt }: Delivery,
  { turnaroundMs = 0 }: Extract<TransferProcedure, { direction: 'inBand' }>,
): void {
  const { baudRate } = dialog.line;
  if (baudRate === undefined) return;
  const seconds = inBandSeconds(image.sizeBytes, attempt.blockSize ?? 128, baudRate, turnaroundMs);
  const method = attempt.method.toUpperCase();
  context.story(`${method} of ${image.fileName} takes about ${roughly(seconds)} at ${String(baudRate)} baud.`);
}

/** One line with a mark for each share of the file that arrived. */
export function tellSending(context: StepContext, image: ImageRecord, bytes: number): void {
  const marks =
    image.sizeBytes === 0 ? 0 : Math.floor((MARKS_PER_TRANSFER * Math.min(bytes, image.sizeBytes)) / image.sizeBytes);
  const target = context.port.management?.address ?? context.port.name;
  context.story(`Sending ${image.fileName} to ${target}: ${'!'.repeat(marks)}`);
}
