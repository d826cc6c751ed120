/** One HTTP request of ours up to the head of its answer, redirects followed (RFC 9110 §15.4). */
import { request as requestPlain } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as requestTls } from 'node:https';
import { fail } from '../../core/errors/index.js';
import type { PortwrightError } from '../../core/errors/index.js';
import type { RemoteFile } from '../../core/ports/transfer.js';
import type { TransferWatch } from '../../core/transfer-watch.js';
import { urlPath } from '../../protocols/http/request-path.js';
import { statusClass } from '../../protocols/http/status-class.js';

/** More than any honest server needs, and a loop ends. */
const MOST_REDIRECTS = 5;
const SEE_OTHER = 303;

export interface HttpAsk {
  readonly method: 'GET' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly credentials?: RemoteFile['credentials'];
  /** PEM text of the authorities to believe instead of the system's. */
  readonly authorities?: string | undefined;
  readonly watch: TransferWatch;
  /** Sends the body; called once for each request that is made. Resolves when the server has it all. */
  readonly body?: (request: ClientRequest) => Promise<void>;
}

/** The head of an answer that is no redirect. The signal of the watch destroys it. */
export async function ask(first: HttpAsk): Promise<IncomingMessage> {
  const { credentials: given, ...rest } = first;
  let { url } = first;
  let credentials = given;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await askOnce({ ...rest, url, ...(credentials === undefined ? {} : { credentials }) });
    const { location } = response.headers;
    const status = response.statusCode ?? 0;
    if (statusClass(status) !== 'redirect' || location === undefined) return response;
    // §15.4.4: there is something else to be fetched, and nowhere to bring this.
    if (status === SEE_OTHER && first.method === 'PUT') return response;
    response.destroy();
    const next = redirected(url, location, first.watch.method);
    // A login is for the server that it was given for.
    if (next.host !== url.host) credentials = undefined;
    url = next;
  }
  throw fail('TRANSFER_REFUSED', { method: first.watch.method, reason: `more than ${MOST_REDIRECTS} redirects` });
}

async function askOnce({
  method,
  url,
  headers,
  credentials,
  authorities,
  watch,
  body,
}: HttpAsk): Promise<IncomingMessage> {
  watch.throwIfBroken();
  const options: RequestOptions = {
    method,
    // A transfer is one connection; none is kept for later.
    agent: false,
    headers: { 'User-Agent': 'portwright', 'Accept-Encoding': 'identity', ...headers },
    signal: watch.signal,
    ...(credentials?.username === undefined ? {} : { auth: `${credentials.username}:${credentials.password ?? ''}` }),
  };
  const request =
    url.protocol === 'https:'
      ? requestTls(url, { ...options, ...(authorities === undefined ? {} : { ca: authorities }) })
      : requestPlain(url, options);
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', reject);
  });
  if (body === undefined) request.end();
  // An answer may come before the body is through: it says why the body is not wanted.
  else await Promise.race([body(request), answered]);
  const response = await answered;
  watch.alive();
  return response;
}

function redirected(from: URL, location: string, method: string): URL {
  let to: URL;
  try {
    to = new URL(location, from);
  } catch {
    throw fail('TRANSFER_REFUSED', { method, reason: `redirected to no URL: ${location.slice(0, 100)}` });
  }
  if (to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:')) return to;
  throw fail('TRANSFER_REFUSED', { method, reason: `redirected from ${from.protocol} to ${to.protocol}` });
}

/** Where a remote file is. A path that has no leading slash gets one; it is as it stands in a URL, with its query. */
export function urlOf(method: 'http' | 'https', { host, port, path }: RemoteFile): URL {
  const name = host.includes(':') ? `[${host}]` : host;
  const origin = `${method}://${name}${port === undefined ? '' : `:${port}`}`;
  return new URL(path.startsWith('/') ? path : urlPath(path), origin);
}

/** The class of an answer that is no success. */
export function answerError(response: IncomingMessage, url: URL, method: string): PortwrightError {
  const status = response.statusCode ?? 0;
  const reason = `${status} ${response.statusMessage ?? ''}`.trim();
  switch (statusClass(status)) {
    case 'remoteFile':
      return fail('TRANSFER_REMOTE_FILE', { method, file: url.pathname, reason });
    case 'space':
      return fail('TRANSFER_SPACE', { method, reason });
    case 'transport':
      return fail('TRANSFER_TRANSPORT', { method, reason });
    case 'ok':
    case 'redirect':
    case 'refused':
      return fail('TRANSFER_REFUSED', { method, reason });
  }
}

/** A certificate that we refuse is refused the next time too; everything else that a socket throws is the link's. */
export function socketError(error: unknown, method: string): PortwrightError | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string' || !CERTIFICATE_FAULT.test(code)) return undefined;
  return fail('TRANSFER_REFUSED', { method, reason: `the server's certificate: ${code}` }, error);
}

/** Codes of OpenSSL's verification (X509_V_ERR_…, as Node names them) and of Node's own check of the name. */
const CERTIFICATE_FAULT = /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|INVALID_CA|HOSTNAME_MISMATCH/;
