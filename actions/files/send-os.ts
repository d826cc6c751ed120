/** sendOs: an OS file from the port's file store to a URL. The device is not touched. */
import { textParam } from '../../core/action.js';
import type { Action, Step, StepContext, StepOutcome } from '../../core/action.js';
import { fail } from '../../core/errors/index.js';
import { maskUrls } from '../../core/file-url.js';
import type { ImageRecord } from '../../core/image.js';
import type { RemoteFile } from '../../core/ports/transfer.js';
import { attempt, farOf, fileJobFailed, REMOTE_PARAMETERS } from './remote.js';

/** An attempt that broke off is followed by one that goes on, where the protocol can tell that what is there is ours. */
const send: Step = {
  ...{ repeatable: true, boundary: true, intents: ['safe'] },
  async run(context, memory) {
    const far = farOf(context);
    const image = await imageOf(context);
    const remote = named(far.remote, image);
    if (context.attempts.length === 0) {
      context.story(`Sending ${image.fileName} to ${maskUrls(textParam(context.params, 'url'))}`);
    }
    const resume = memory['sha256'] === image.sha256;
    const moved = await attempt(context, far, (options) =>
      far.client.put(remote, context.images.source(image), { ...options, resume }),
    );
    if (moved === undefined) return { kind: 'next', step: 'send', memory: { ...memory, sha256: image.sha256 } };
    return sent(context, image);
  },
};

export const sendOs: Action = {
  name: 'sendOs',
  description: "Send an OS file from the port's file store to a URL.",
  parameters: {
    type: 'object',
    required: ['url', 'version'],
    additionalProperties: false,
    properties: {
      ...REMOTE_PARAMETERS,
      version: { type: 'string', pattern: '^(archive (?:[1-9]|1\\d|20)|[A-Za-z0-9_]{1,9})$' },
    },
  },
  uses: 'network',
  intent: 'read',
  start: 'send',
  steps: { send },
  failed: fileJobFailed('The file was not sent'),
};

async function imageOf(context: StepContext): Promise<ImageRecord> {
  const version = textParam(context.params, 'version');
  const image = await context.image(version);
  if (image === undefined) throw fail('IMAGE_UNKNOWN', { port: context.port.id, version });
  return image;
}

/** A folder gets the file under the vendor's own name. */
function named(remote: RemoteFile, { fileName }: ImageRecord): RemoteFile {
  return remote.path === '' || remote.path.endsWith('/') ? { ...remote, path: remote.path + fileName } : remote;
}

function sent(context: StepContext, { fileName, sizeBytes, sha256 }: ImageRecord): StepOutcome {
  const text = `${fileName}: ${String(sizeBytes)} bytes, SHA-256 ${sha256}`;
  context.story(`Sent ${text}`);
  return { kind: 'end', end: { verdict: 'succeeded', sentence: `Sent ${text}. The device was not touched.` } };
}
