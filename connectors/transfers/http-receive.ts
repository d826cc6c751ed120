/** One PUT into a granted sink (RFC 9110 §9.3.4): the whole body or a refusal that says why. */
import type { IncomingMessage } from 'node:http';
import type { PortwrightError } from '../../core/errors/index.js';
import type { FileSink, MovedFile } from '../../core/ports/transfer.js';
import type { TransferWatch } from '../../core/transfer-watch.js';
import type { HttpRefusal } from './http-refusal.js';
import { ReceivedFile } from './received-file.js';

/** `headers` alone decide, so that a client that waits for 100 (Continue) never sends what is not taken. */
export function refusePut({ headers }: IncomingMessage, sink: FileSink): HttpRefusal | undefined {
  // §14.5: a partial PUT that was taken for a whole one would leave a broken file.
  if (headers['content-range'] !== undefined) return { status: 400, text: 'Whole files only' };
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') return { status: 415, text: 'No content coding' };
  const length = contentLength(headers['content-length']);
  if (length === undefined && headers['transfer-encoding'] === undefined) {
    return { status: 411, text: 'Length required' };
  }
  return (length ?? 0) > sink.maxBytes ? { status: 413, text: 'Content too large' } : undefined;
}

/** Errors: TRANSFER_SPACE, TRANSFER_INTEGRITY, the sink's and the socket's own. */
export async function receiveBody(
  request: IncomingMessage,
  sink: FileSink,
  watch: TransferWatch,
  onReceived: (bytes: number) => void,
): Promise<MovedFile> {
  const file = new ReceivedFile(sink, watch);
  const length = contentLength(request.headers['content-length']);
  await file.begin(0, length);
  watch.signal.addEventListener('abort', () => request.destroy(), { once: true });
  // The connection stays, so that a refusal in the middle can be answered.
  const chunks: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) {
    await file.write(chunk);
    onReceived(file.bytes);
  }
  return file.finish(length);
}

/** What a PUT that failed while it ran is answered with; our own inside stays inside. */
export function refusalOf(error: PortwrightError): HttpRefusal {
  if (error.code === 'TRANSFER_SPACE') return { status: 507, text: 'No space' };
  return error.code === 'TRANSFER_TIMEOUT' ? { status: 408, text: 'Too slow' } : { status: 500, text: 'Not stored' };
}

function contentLength(header: string | undefined): number | undefined {
  return header === undefined ? undefined : Number(header);
}
