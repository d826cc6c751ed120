/** What fetchOs and sendOs share: the far end that a URL names, the login for it, and the limits of one transfer. */
import type { StepContext, StepOutcome } from '../../core/action.js';
import { textParam } from '../../core/action.js';
import { codeOf, fail, PortwrightError, reasonOf } from '../../core/errors/index.js';
import type { FileUrl } from '../../core/file-url.js';
import { parseFileUrl } from '../../core/file-url.js';
import type { JsonObject } from '../../core/json.js';
import type { MovedFile, RemoteFile, TransferClient, TransferOptions } from '../../core/ports/transfer.js';
import { AttemptLog } from '../attempt-log.js';

/** No byte for this long ends an attempt; the next one goes on. */
const STALL_MS = 60_000;
/** A day: more than any image takes over any line that does not stall. */
const TOTAL_MS = 24 * 3600 * 1000;
/** Wait before the second attempt; longer before each further one. */
const PAUSE_MS = 2000;

/** JSON Schemas of the parameters of both. A password never stands in a job. */
export const REMOTE_PARAMETERS = {
  url: {
    type: 'string',
    maxLength: 2000,
    pattern: '^(https?|ftp|tftp|sftp|scp)://(?![^/@]*:[^/]*@).+',
    description: 'http, https, ftp, tftp, sftp or scp; with a user name and without a password',
  },
  credentials: { type: 'string', maxLength: 100, description: 'the name of a secret of the site, for the login there' },
} as const satisfies JsonObject;

export interface Far {
  readonly url: FileUrl;
  readonly client: TransferClient;
  readonly remote: RemoteFile;
}

/** The far end of this job. Errors: TRANSFER_URL, TRANSFER_NO_CLIENT, SECRET_MISSING. */
export function farOf(context: Pick<StepContext, 'params' | 'clients' | 'credentials'>): Far {
  const url = parseFileUrl(textParam(context.params, 'url'));
  const client = context.clients[url.method];
  if (client === undefined) throw fail('TRANSFER_NO_CLIENT', { method: url.method });
  const { credentials: secret } = context.params;
  const login = {
    ...(typeof secret === 'string' ? context.credentials(secret) : {}),
    ...(url.username === undefined ? {} : { username: url.username }),
  };
  const remote: RemoteFile = {
    ...{ host: url.host, path: url.path },
    ...(url.port === undefined ? {} : { port: url.port }),
    ...(Object.keys(login).length === 0 ? {} : { credentials: login }),
  };
  return { url, client, remote };
}

/**
 * One attempt, recorded. Resolves with what moved, or undefined where another attempt makes sense and was waited for. Errors:
 * TRANSFER_* and those of the store, once they are final.
 */
export async function attempt(
  context: StepContext,
  { url }: Far,
  move: (options: TransferOptions) => Promise<MovedFile>,
): Promise<MovedFile | undefined> {
  const failed = context.attempts.filter(({ outcome }) => outcome === 'failed').length;
  const log = new AttemptLog(context, { number: failed + 1, method: url.method });
  try {
    const moved = await move({
      ...{ stallMs: STALL_MS, totalMs: TOTAL_MS, signal: context.signal },
      onProgress: ({ bytes, totalBytes }) => {
        log.onBytes(bytes);
        if (totalBytes !== undefined) context.progress(bytes, totalBytes);
      },
    });
    log.onBytes(moved.bytes);
    await log.succeeded();
    return moved;
  } catch (error) {
    await log.failed(error);
    const isLast = failed >= context.port.settings.osPushRetries;
    if (context.signal.aborted || isLast || !isWorthRetrying(error)) throw error;
    context.story(`${reasonOf(error)}; trying again.`);
    await context.clock.sleep(PAUSE_MS * (failed + 1), context.signal);
    return undefined;
  }
}

function isWorthRetrying(error: unknown): boolean {
  return error instanceof PortwrightError && error.retryable;
}

/** How a job that moves files without a device ends where it cannot go on. */
export function fileJobFailed(what: string) {
  return (_context: StepContext, _memory: JsonObject, error: unknown): Promise<StepOutcome> =>
    Promise.resolve({
      kind: 'end',
      end: {
        verdict: 'failed',
        code: codeOf(error),
        sentence: `${what}: ${reasonOf(error)}. The device was not touched.`,
      },
    });
}
