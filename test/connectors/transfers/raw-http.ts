/** Requests on a bare socket: bytes as they are, for what no proper client would send. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';

export interface RawAnswer {
  /** All that came until the connection ended. */
  readonly text: string;
  readonly bytes: Buffer;
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface RawOptions {
  /** Each byte in a packet of its own. */
  readonly byteByByte?: boolean;
  readonly from?: string;
}

export async function openRaw(port: number, from?: string): Promise<Socket> {
  const socket = connect({
    host: '127.0.0.1',
    port,
    noDelay: true,
    ...(from === undefined ? {} : { localAddress: from }),
  });
  const connected = once(socket, 'connect');
  // A reset later on is an end like any other.
  socket.on('error', () => undefined);
  await connected;
  return socket;
}

/** Sends `request` and reads until the server closes; a reset counts as its end. */
export async function askRaw(port: number, request: string | Uint8Array, options: RawOptions = {}): Promise<RawAnswer> {
  const socket = await openRaw(port, options.from);
  const pieces: Buffer[] = [];
  socket.on('data', (piece) => pieces.push(piece));
  const closed = once(socket, 'close');
  const bytes = typeof request === 'string' ? Buffer.from(request, 'latin1') : request;
  if (options.byteByByte === true) {
    for (const byte of bytes) {
      if (socket.destroyed) break;
      socket.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
  } else socket.write(bytes);
  await closed;
  return readAnswer(Buffer.concat(pieces));
}

/** The last of the answers that came, but for 100 (Continue). */
export function readAnswer(bytes: Buffer): RawAnswer {
  const text = bytes.toString('latin1');
  const at = text.startsWith('HTTP/1.1 100') ? text.indexOf('\r\n\r\n') + 4 : 0;
  const end = text.indexOf('\r\n\r\n', at);
  const [first = '', ...lines] = text.slice(at, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { text, bytes, status: Number(first.split(' ')[1] ?? 0), headers, body: bytes.subarray(end + 4) };
}
