/** Webhooks: POST of JSON (RFC 9110). Redirects are not followed: they could lead the message anywhere. */
import { fail, reasonOf } from '../../core/errors/index.js';
import type { Sending, WebhookMessage } from '../../core/ports/outlets.js';

/** For the whole exchange, ms. */
const TIMEOUT_MS = 10_000;
/** What may go through the next time: request timeout, too many requests, and faults of the server. */
function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** Errors: OUTLET_UNREACHABLE (also status 408, 425, 429, 5xx), OUTLET_REFUSED (any other status than 2xx). */
export async function postWebhook({ url, body, headers }: WebhookMessage, { key, signal }: Sending): Promise<void> {
  const target = new URL(url).host;
  const status = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  }).then(
    async (response) => {
      await response.body?.cancel();
      return response.status;
    },
    (error: unknown) => {
      throw fail('OUTLET_UNREACHABLE', { outlet: 'webhook', target, reason: causeOf(error) }, error);
    },
  );
  if (status >= 200 && status < 300) return;
  const context = { outlet: 'webhook', target, reason: `status ${String(status)}` };
  throw fail(isPassing(status) ? 'OUTLET_UNREACHABLE' : 'OUTLET_REFUSED', context);
}

/** fetch says "fetch failed" and keeps the reason as its cause. */
function causeOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : reasonOf(error);
}
