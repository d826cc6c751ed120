/** Which method and variant the next transfer attempt uses (CONTRACT, settings; vendors §1.4). */
import type { StepContext } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import type { ErrorCode } from '../../core/errors/index.js';
import type { AttemptRecord } from '../../core/job.js';
import type { InBandMethod } from '../../core/ports/transfer.js';
import type { PushSettings, TransferMethod } from '../../core/settings.js';

export interface PlannedAttempt {
  readonly number: number;
  readonly method: TransferMethod;
  /** In-band only. 1024 on the first attempt where the setting allows, else 128. */
  readonly blockSize?: 128 | 1024;
}

/** Whether the method takes the console line. */
export function isInBand(method: TransferMethod | undefined): method is InBandMethod {
  return method === 'xmodem' || method === 'ymodem';
}

/** Methods that this driver can take here, primary first. The network needs a server of ours, or one of the device. */
export function usableMethods(
  driver: Driver,
  { port, servers, clients }: Pick<StepContext, 'port' | 'servers' | 'clients'>,
): TransferMethod[] {
  const { settings } = port;
  const wanted = [...new Set([settings.osPushMethod, settings.osPushAlternative])];
  return wanted.filter((method) => {
    const procedure = driver.transfers[method];
    switch (procedure?.direction) {
      case undefined:
        return false;
      case 'inBand':
        return port.console !== undefined;
      case 'devicePulls':
        return servers[method] !== undefined;
      case 'wePut':
        return clients[method] !== undefined && port.management !== undefined;
    }
  });
}

/** The next attempt, or undefined when all are used. Attempts that the node itself broke off do not count. */
export function nextAttempt(
  methods: readonly TransferMethod[],
  settings: PushSettings,
  past: readonly AttemptRecord[],
  verifyFailures: number,
): PlannedAttempt | undefined {
  const done = past.filter((attempt) => attempt.outcome === 'failed').length + verifyFailures;
  const most = settings.osPushRetries + 1;
  const method = methodAt(methods, settings, done, most);
  if (done >= most || method === undefined) return undefined;
  const earlier = past.some((attempt) => attempt.outcome !== 'interrupted' && attempt.method === method);
  return {
    number: done + 1,
    method,
    ...(isInBand(method) ? { blockSize: settings.xmodem1k && !earlier ? 1024 : 128 } : {}),
  };
}

function methodAt(
  methods: readonly TransferMethod[],
  settings: PushSettings,
  done: number,
  most: number,
): TransferMethod | undefined {
  if (settings.attemptOrder === 'alternate') return methods[done % Math.max(methods.length, 1)];
  const each = Math.ceil(most / Math.max(methods.length, 1));
  return methods[Math.min(Math.floor(done / each), methods.length - 1)];
}

/**
 * Whether another attempt makes sense after this error: a full flash or a refusal is not retried (vendors §4).
 * A receiver that cancels an in-band transfer may take the next one with smaller blocks.
 */
export function worthRetrying(code: string, attempt: PlannedAttempt): boolean {
  if (code === 'TRANSFER_REFUSED') return attempt.blockSize !== undefined;
  return !NEVER_AGAIN.includes(code);
}

const NEVER_AGAIN: readonly string[] = [
  'TRANSFER_SPACE',
  'DEVICE_DECLINED',
  'DEVICE_UNKNOWN_QUESTION',
  'DEVICE_QUESTION_WITHOUT_INTENT',
  'IMAGE_UNKNOWN',
] satisfies ErrorCode[];
