/** The WebSocket of a terminal: bytes and news in, keys and requests out. */
import WebSocket from 'ws';
import type { RawData } from 'ws';
import { fail } from '../../core/errors/index.js';
import type { TerminalNews, TerminalRequest } from '../../core/terminal.js';
import type { NodeClient } from '../node-client.js';
import { segment } from '../cli.js';

export interface TerminalEvents {
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly onNews: (news: TerminalNews) => void;
  /** Once, before the first of the others. */
  readonly onOpen: (link: TerminalLink) => void;
}

export interface TerminalLink {
  keys(bytes: Uint8Array): void;
  request(request: TerminalRequest): void;
  close(): void;
}

/** Resolves when it is closed, with the node's reason. Errors: ApiError, NODE_UNREACHABLE, NODE_ANSWER. */
export function terminalAt(client: NodeClient, port: string, who: string, events: TerminalEvents): Promise<string> {
  const { url, headers } = client.upgrade(`/ports/${segment(port)}/terminal`, { who });
  const socket = new WebSocket(url, { headers });
  const link: TerminalLink = {
    keys: (bytes) => {
      socket.send(bytes);
    },
    request: (request) => {
      socket.send(JSON.stringify(request));
    },
    close: () => {
      socket.close();
    },
  };
  return new Promise((resolve, reject) => {
    socket.on('open', () => events.onOpen(link));
    socket.on('message', (data: RawData, isBinary) => {
      const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer);
      if (isBinary) events.onBytes(bytes);
      else events.onNews(JSON.parse(bytes.toString('utf8')) as TerminalNews);
    });
    socket.on('unexpected-response', (request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        request.destroy();
        reject(client.refusalOf(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8')));
      });
    });
    // A promise keeps the first: what comes after an error changes nothing.
    socket.on('error', (error) => {
      reject(fail('NODE_UNREACHABLE', { url: client.url, reason: error.message }, error));
    });
    socket.on('close', (_code, reason) => {
      resolve(reason.toString('utf8'));
    });
  });
}
