/** One answer with file content: the parts in order, at the pace of the peer, exact or broken off. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { FileSource } from '../../core/ports/transfer.js';
import type { TransferWatch } from '../../core/transfer-watch.js';
import type { FileAnswer } from '../../protocols/http/file-answer.js';
import type { ByteRange } from '../../protocols/http/range.js';
import { writePieces } from './paced-writes.js';
import { readPieces } from './read-pieces.js';

export interface HttpSend {
  readonly response: ServerResponse;
  readonly source: FileSource;
  readonly body: FileAnswer['body'];
  readonly watch: TransferWatch;
  readonly clock: Clock;
  /** First `bytes` of the file that the operating system has taken. */
  readonly onSent: (bytes: number) => void;
}

/** Resolves when the operating system has all of it. Errors: TRANSFER_INTEGRITY, the source's and the socket's own. */
export async function sendBody(send: HttpSend): Promise<void> {
  const { response, body, watch, clock } = send;
  let rejectClosed: (reason: Error) => void = () => undefined;
  const closed = new Promise<never>((_resolve, reject) => (rejectClosed = reject));
  closed.catch(() => undefined);
  const onClose = (): void => rejectClosed(new Error('the peer closed the connection'));
  response.once('close', onClose);
  // A write that waits for a peer which does not read ends when its connection does.
  watch.signal.addEventListener('abort', () => cutConnection(response.socket), { once: true });
  const write = (bytes: Uint8Array, onMoved: (bytes: number) => void): Promise<void> =>
    Promise.race([writePieces(response, bytes, clock, onMoved), closed]);
  try {
    for (const part of body) {
      if ('offset' in part) await sendRange(send, part, write);
      else await write(part, () => watch.alive());
    }
    await Promise.race([ended(response), closed]);
  } finally {
    response.off('close', onClose);
  }
}

async function sendRange(
  { source, watch, onSent }: Pick<HttpSend, 'source' | 'watch' | 'onSent'>,
  range: ByteRange,
  write: (bytes: Uint8Array, onMoved: (bytes: number) => void) => Promise<void>,
): Promise<void> {
  const { offset, endOffset } = range;
  let sent = offset;
  let given = offset;
  const onMoved = (bytes: number): void => {
    sent += bytes;
    watch.moved(sent);
    onSent(sent);
  };
  for await (const piece of readPieces(source, range)) {
    given += piece.length;
    if (given > endOffset) break;
    await write(piece, onMoved);
  }
  if (given === endOffset) return;
  const reason = `${source.fileName} holds other than the ${source.sizeBytes} bytes of its record`;
  throw fail('TRANSFER_INTEGRITY', { method: watch.method, reason });
}

/** Cut in the middle, where TCP can say so by a reset; TLS tells by the missing end of its own. */
export function cutConnection(socket: Socket | null): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}

function ended(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.end(() => resolve());
  });
}
