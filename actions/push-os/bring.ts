/** The third direction of a transfer: the device runs a server, and we bring the image there. */
import type { TransferProcedure } from '../../core/transfer-procedure.js';
import { fail } from '../../core/errors/index.js';
import type { RemoteFile, TransferOptions } from '../../core/ports/transfer.js';
import { fillTemplate } from '../../core/template.js';
import { runAll } from '../read-device.js';
import { NETWORK_STALL_MS, tellSending } from './deliver.js';
import type { Delivery } from './deliver.js';

type WePut = Extract<TransferProcedure, { direction: 'wePut' }>;

/** Cap of the whole: what 50 kB/s would take, the slowest flash that is still written in a night; never under 15 minutes. */
const LEAST_MS = 15 * 60_000;
const LEAST_BYTES_PER_SECOND = 50_000;

/**
 * Brings the image with the port's own login. Errors: TRANSFER_* by class, those of the dialogue for `before`.
 * The device's server is closed again (`after`) also where the transfer failed.
 */
export async function bringToDevice(delivery: Delivery, procedure: WePut): Promise<void> {
  const { context, dialog, image, attempt, slots } = delivery;
  const client = context.clients[attempt.method];
  const host = context.port.management?.address;
  if (client === undefined || host === undefined) throw fail('TRANSFER_NO_SERVER', { method: attempt.method });
  const remote: RemoteFile = {
    ...{ host, path: fillTemplate(procedure.remotePath, slots), credentials: context.credentials() },
    ...ownServer(procedure),
    ...ownServer(fileServerOf(context.port.properties)),
  };
  await runAll(dialog, procedure.before, slots, ['safe']);
  const sent = { bytes: 0 };
  try {
    await client.put(remote, context.images.source(image), optionsOf(delivery, sent));
  } finally {
    tellSending(context, image, sent.bytes);
    if (!context.signal.aborted) await runAll(dialog, procedure.after, slots, ['safe']);
  }
  await runAll(dialog, procedure.finish ?? [], slots, ['safe', 'overwrite']);
  context.story(`${attempt.method.toUpperCase()} download of ${image.fileName} succeeded.`);
}

type OwnServer = Pick<RemoteFile, 'port' | 'legacyAlgorithms'>;

function ownServer({ port, legacyAlgorithms }: OwnServer): OwnServer {
  return { ...(port === undefined ? {} : { port }), ...(legacyAlgorithms === undefined ? {} : { legacyAlgorithms }) };
}

/** What the site says of the device's file server: the property `fileServer`, `{ "port": 22, "legacyAlgorithms": false }`. */
function fileServerOf({ fileServer }: Delivery['context']['port']['properties']): OwnServer {
  if (typeof fileServer !== 'object' || fileServer === null || Array.isArray(fileServer)) return {};
  const { port, legacyAlgorithms } = fileServer;
  return {
    ...(typeof port === 'number' ? { port } : {}),
    ...(typeof legacyAlgorithms === 'boolean' ? { legacyAlgorithms } : {}),
  };
}

function optionsOf(delivery: Delivery, sent: { bytes: number }): TransferOptions {
  const { context, image } = delivery;
  return {
    stallMs: NETWORK_STALL_MS,
    totalMs: Math.max(LEAST_MS, (1000 * image.sizeBytes) / LEAST_BYTES_PER_SECOND),
    signal: context.signal,
    onProgress: ({ bytes }) => {
      sent.bytes = bytes;
      delivery.onBytes(bytes);
      context.progress(bytes, image.sizeBytes);
    },
  };
}
