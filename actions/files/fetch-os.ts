/**
 * fetchOs: an OS file from a URL into the port's file store. The device is not touched.
 *
 *   fetch ⟲ (next attempt goes on with what came) → keep → end
 */
import { textParam } from '../../core/action.js';
import type { Action, Step, StepContext, StepOutcome } from '../../core/action.js';
import type { ImageRecord } from '../../core/image.js';
import type { JsonObject } from '../../core/json.js';
import type { IncomingImage, PutImage } from '../../core/ports/image-store.js';
import { maskUrls } from '../../core/file-url.js';
import { attempt, farOf, fileJobFailed, REMOTE_PARAMETERS } from './remote.js';

const ALGORITHMS = ['sha512', 'sha256', 'md5'] as const;
/** Where it stands once it came, unless the parameters say otherwise. */
const DEFAULT_VERSION = 'candidate';
const hex = (digits: number): JsonObject => ({ type: 'string', pattern: `^[0-9A-Fa-f]{${String(digits)}}$` });

/** Brings the file; an attempt that broke off leaves what came for the next. */
const fetchFile: Step = {
  ...{ repeatable: true, boundary: true, intents: ['safe'] },
  async run(context, memory) {
    const far = farOf(context);
    const incoming = await open(context);
    try {
      if (!mayGoOn(context, memory)) await incoming.sink.truncate(0);
      if (context.attempts.length === 0) context.story(`Fetching ${maskUrls(textParam(context.params, 'url'))}`);
      const moved = await attempt(context, far, (options) => far.client.get(far.remote, incoming.sink, options));
      if (moved === undefined) return { kind: 'next', step: 'fetch' };
      context.story(`${far.url.method.toUpperCase()} download of ${fileNameOf(context)} succeeded.`);
      return { kind: 'next', step: 'keep', memory: { ...memory, ...moved } };
    } finally {
      await incoming.close();
    }
  },
};

/** Hashes it, compares, and puts it under its version. */
const keep: Step = {
  ...{ repeatable: true, boundary: false, intents: ['safe'] },
  async run(context, memory) {
    const incoming = await open(context);
    if (incoming.sink.heldBytes === memory['bytes'])
      return done(context, await incoming.keep(expectedOf(context.params)));
    // The node stopped in the middle of it.
    await incoming.discard();
    const kept = await keptBefore(context, memory);
    return kept === undefined ? { kind: 'next', step: 'fetch' } : done(context, kept);
  },
  async failed(context, memory, error) {
    // The beginning came in an earlier attempt, perhaps of another file.
    const isMixed = memory['sha256'] === undefined && memory['anew'] !== true;
    if (!isMixed) return fetchOs.failed(context, memory, error);
    context.story('What came in several attempts is not one file; it is fetched anew.');
    return Promise.resolve({ kind: 'next', step: 'fetch', memory: { ...memory, anew: true } });
  },
};

/** Parameters of a file that is fetched into the store. */
export const FETCH_PARAMETERS = {
  ...REMOTE_PARAMETERS,
  fileName: {
    type: 'string',
    maxLength: 128,
    description: "the vendor's own file name; default: the URL's last part",
  },
  sha256: hex(64),
  sha512: hex(128),
  md5: hex(32),
} as const satisfies JsonObject;

export const fetchOs: Action = {
  name: 'fetchOs',
  description: "Fetch an OS file from a URL into the port's file store.",
  parameters: {
    type: 'object',
    required: ['url', 'version'],
    additionalProperties: false,
    properties: {
      ...FETCH_PARAMETERS,
      version: {
        type: 'string',
        pattern: '^[A-Za-z0-9_]{1,9}$',
        description: 'candidate, current, previous, archive, or a name',
      },
    },
  },
  uses: 'network',
  intent: 'write',
  start: 'fetch',
  steps: { fetch: fetchFile, keep },
  async failed(context, memory, error) {
    // A node that stops comes back to it; a job that has ended does not.
    await open(context).then(
      (incoming) => incoming.discard(),
      () => undefined,
    );
    return fileJobFailed('The file did not come')(context, memory, error);
  },
};

export function fetchedVersion({ params }: Pick<StepContext, 'params'>): string {
  return params['version'] === undefined ? DEFAULT_VERSION : textParam(params, 'version');
}

export function fileNameOf(context: Pick<StepContext, 'params' | 'clients' | 'credentials'>): string {
  const { fileName } = context.params;
  return typeof fileName === 'string' ? fileName : farOf(context).url.fileName;
}

function open(context: StepContext): Promise<IncomingImage> {
  return context.images.receive(context.jobId, {
    portId: context.port.id,
    version: fetchedVersion(context),
    fileName: fileNameOf(context),
  });
}

/**
 * HTTP knows by its entity tag whether what came is of the same file. Elsewhere a file may have been replaced between two
 * attempts: what came counts only where a hash will tell.
 */
function mayGoOn(context: StepContext, memory: JsonObject): boolean {
  if (memory['anew'] === true) return false;
  const { method } = farOf(context).url;
  return method === 'http' || method === 'https' || expectedOf(context.params) !== undefined;
}

/** The strongest hash that was given. */
function expectedOf(params: JsonObject): PutImage['expected'] {
  const algorithm = ALGORITHMS.find((name) => typeof params[name] === 'string');
  return algorithm === undefined ? undefined : { algorithm, hex: textParam(params, algorithm) };
}

/** What this job has stored already. */
async function keptBefore(context: StepContext, { bytes, sha256 }: JsonObject): Promise<ImageRecord | undefined> {
  const version = fetchedVersion(context);
  const kept = await context.image(version === 'archive' ? 'archive 1' : version);
  if (kept?.sizeBytes !== bytes || kept?.fileName !== fileNameOf(context)) return undefined;
  return sha256 === undefined || sha256 === kept.sha256 ? kept : undefined;
}

function done(context: StepContext, { fileName, version, sizeBytes, sha256 }: ImageRecord): StepOutcome {
  const text = `${fileName} as os ${version} of ${context.port.name}: ${String(sizeBytes)} bytes, SHA-256 ${sha256}`;
  context.story(`Stored ${text}`);
  return { kind: 'end', end: { verdict: 'succeeded', sentence: `Stored ${text}. The device was not touched.` } };
}
