/** Our TFTP client engine on a real UDP socket: fetches a file from any server on the loopback. */
import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodeTftp } from '../../../protocols/tftp/packet.js';
import type { TransferTerms } from '../../../protocols/tftp/options.js';
import { ReceiveTransfer } from '../../../protocols/tftp/receive-transfer.js';
import type { ReceiveInput, TftpRequest } from '../../../protocols/tftp/transfer-io.js';

export interface Fetched {
  readonly bytes: Buffer;
  readonly terms: TransferTerms | undefined;
  /** Blocks that came another time. */
  readonly repeatedBlocks: number;
  /** Absent: the file is whole. */
  readonly error?: { readonly reason: string; readonly code?: number; readonly message?: string };
}

/** `from`: the address that the server shall see. Resolves when the file is whole or the transfer failed. */
export async function fetchByTftp(
  server: { readonly host: string; readonly port: number },
  request: TftpRequest,
  from = '127.0.0.1',
): Promise<Fetched> {
  const socket = createSocket('udp4');
  socket.bind(0, from);
  await once(socket, 'listening');
  try {
    return await drive(socket, new ReceiveTransfer({ kind: 'request', request }, performance.now()), server);
  } finally {
    socket.close();
  }
}

function drive(socket: Socket, client: ReceiveTransfer, server: { host: string; port: number }): Promise<Fetched> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let terms: TransferTerms | undefined;
    let blocks = 0;
    let serverPort: number | undefined;
    let timer: NodeJS.Timeout | undefined;
    const end = (error?: Fetched['error']): void => {
      clearTimeout(timer);
      socket.removeAllListeners('message');
      // The last acknowledgement leaves before the socket closes.
      setImmediate(() => {
        const repeatedBlocks = blocks - pieces.length;
        resolve({ bytes: Buffer.concat(pieces), terms, repeatedBlocks, ...(error ? { error } : {}) });
      });
    };
    const keep = (bytes: Uint8Array): void => {
      pieces.push(Buffer.from(bytes));
      feed({ kind: 'stored' });
    };
    const feed = (input: ReceiveInput): void => {
      let over: (() => void) | undefined;
      for (const output of client.handle(input, performance.now())) {
        if (output.kind === 'send') socket.send(output.bytes, serverPort ?? server.port, server.host);
        else if (output.kind === 'data') keep(output.bytes);
        else if (output.kind === 'terms') terms = output.terms;
        else if (output.kind === 'failed') over = () => end(output);
        else over = () => end();
      }
      clearTimeout(timer);
      const dueMs = client.nextDeadlineMs();
      if (dueMs !== undefined) timer = setTimeout(() => feed({ kind: 'timer' }), Math.ceil(dueMs - performance.now()));
      over?.();
    };
    socket.on('message', (datagram: Uint8Array, from: RemoteInfo) => {
      serverPort ??= from.port;
      if (from.port !== serverPort) return;
      const packet = decodeTftp(datagram);
      if (packet.kind === 'data') blocks += 1;
      feed({ kind: 'packet', packet });
    });
    feed({ kind: 'timer' });
  });
}
