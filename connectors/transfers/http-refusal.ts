/** Saying no over HTTP: a short answer, and where a body was coming, the connection ends after it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../core/ports/clock.js';

export interface HttpRefusal {
  readonly status: number;
  readonly text: string;
  /** Methods that would have been right. */
  readonly allow?: string;
}

/**
 * RFC 9112 §9.6: a connection that is closed while the client still sends is reset, and the reset takes our answer with it. So
 * what comes is read and dropped for a while: this long, ms, and so much, bytes.
 */
const LINGER_MS = 1000;
const LINGER_BYTES = 1024 * 1024;

export function sendRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  { status, text, allow }: HttpRefusal,
  clock: Clock,
): void {
  const body = `${text}\n`;
  const more = hasBody(request) && !request.complete;
  response.writeHead(status, {
    ...{ 'Content-Type': 'text/plain', 'Content-Length': body.length },
    ...(allow === undefined ? {} : { Allow: allow }),
    ...(more ? { Connection: 'close' } : {}),
  });
  if (request.method === 'HEAD') response.flushHeaders();
  else response.write(body);
  if (more) linger(request, response, clock);
  else response.end();
}

/** RFC 9112 §6: a body is there when one of these says so. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function linger(request: IncomingMessage, response: ServerResponse, clock: Clock): void {
  const { socket } = request;
  let left = LINGER_BYTES;
  const over = (): void => {
    cancel();
    response.end();
    socket.destroySoon();
  };
  const cancel = clock.after(LINGER_MS, over);
  socket.once('close', cancel);
  request.once('end', over);
  request.on('data', (chunk: Uint8Array) => {
    left -= chunk.length;
    if (left < 0) over();
  });
  request.resume();
}
