/** One attempt to bring a file of the store to the URL of the job. */
import { textParam } from '../../core/action.js';
import type { StepContext, StepOutcome } from '../../core/action.js';
import { maskUrls } from '../../core/file-url.js';
import type { JsonObject } from '../../core/json.js';
import type { FileSource, RemoteFile } from '../../core/ports/transfer.js';
import { attempt, farOf } from './remote.js';

/** An attempt that broke off is followed by one that goes on, where the protocol can tell that what is there is ours. */
export async function sendSource(context: StepContext, memory: JsonObject, source: FileSource): Promise<StepOutcome> {
  const { fileName, sizeBytes, sha256 = '' } = source;
  const far = farOf(context);
  const remote = named(far.remote, fileName);
  if (context.attempts.length === 0) {
    context.story(`Sending ${fileName} to ${maskUrls(textParam(context.params, 'url'))}`);
  }
  const resume = memory['sha256'] === sha256;
  const moved = await attempt(context, far, (options) => far.client.put(remote, source, { ...options, resume }));
  if (moved === undefined) return { kind: 'next', step: 'send', memory: { ...memory, sha256 } };
  const text = `${fileName}: ${String(sizeBytes)} bytes, SHA-256 ${sha256}`;
  context.story(`Sent ${text}`);
  return { kind: 'end', end: { verdict: 'succeeded', sentence: `Sent ${text}. The device was not touched.` } };
}

/** A folder gets the file under its own name. */
function named(remote: RemoteFile, fileName: string): RemoteFile {
  return remote.path === '' || remote.path.endsWith('/') ? { ...remote, path: remote.path + fileName } : remote;
}
