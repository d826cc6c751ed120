/** `GET /ports/{port}/terminal`: a person at the console, over a WebSocket (RFC 6455); messages as in core/terminal.ts. */
import '@fastify/websocket';
import { Type } from '@sinclair/typebox';
import type { RawData, WebSocket } from 'ws';
import { fail } from '../../../core/errors/index.js';
import { TERMINAL_NAME, terminalRequestFrom } from '../../../core/terminal.js';
import type { TerminalNews } from '../../../core/terminal.js';
import { TerminalSession } from '../../terminal.js';
import type { Api, ApiContext } from '../api-types.js';
import { PortParams } from '../common-schemas.js';
import { ErrorSchema } from '../errors.js';
import { findPort } from '../find-port.js';

const Query = Type.Object(
  { who: Type.Optional(Type.String({ pattern: TERMINAL_NAME, description: 'how others see this terminal' })) },
  { additionalProperties: false },
);
/** What may wait for one slow terminal before it is dropped, bytes. */
const BUFFER_LIMIT_BYTES = 1_048_576;
/** RFC 6455 §7.4.1: a message that is none of ours; RFC 6455 registry: try again later. */
const CLOSE_POLICY = 1008;
const CLOSE_TRY_AGAIN = 1013;

export function terminalRoutes(app: Api, { services }: ApiContext): void {
  let terminals = 0;
  app.get(
    '/ports/:port/terminal',
    {
      websocket: true,
      schema: {
        summary: 'A person at the console (WebSocket)',
        description: 'Binary messages are bytes of the console, text messages JSON: see docs/terminal.md.',
        params: PortParams,
        querystring: Query,
        response: { 101: Type.Null({ description: 'the terminal is open' }), '4xx': ErrorSchema },
      },
      // Before the upgrade: a refusal is an ordinary answer.
      preValidation: (request, _reply, done) => {
        const port = findPort(services.site(), request.params.port);
        if (services.console(port.id) === undefined) throw fail('CONSOLE_ABSENT', { port: port.id });
        done();
      },
    },
    (socket, request) => {
      const port = findPort(services.site(), request.params.port);
      const console = services.console(port.id);
      if (console === undefined) return;
      terminals += 1;
      const owner = `${request.query.who ?? request.ip}, terminal ${String(terminals)}`;
      const news = (told: TerminalNews): void => {
        socket.send(
          JSON.stringify(told, (_key, value: unknown) => maskText(value, services.secrets.mask.bind(services.secrets))),
        );
      };
      const session = new TerminalSession({
        ...{ console, owner, portName: port.name, tell: news },
        bytes: (bytes) => {
          if (socket.bufferedAmount > BUFFER_LIMIT_BYTES) socket.close(CLOSE_TRY_AGAIN, 'too slow');
          else socket.send(bytes);
        },
      });
      serve(socket, session);
    },
  );
}

function serve(socket: Pick<WebSocket, 'on' | 'close'>, session: TerminalSession): void {
  socket.on('close', () => session.stop());
  socket.on('error', () => session.stop());
  socket.on('message', (data: RawData, isBinary) => {
    const bytes = bytesOf(data);
    if (isBinary) {
      session.keys(bytes);
      return;
    }
    const request = requestIn(bytes.toString('utf8'));
    if (request === undefined) socket.close(CLOSE_POLICY, 'no such request');
    else session.request(request);
  });
  session.start();
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

function requestIn(text: string): ReturnType<typeof terminalRequestFrom> {
  try {
    return terminalRequestFrom(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function maskText(value: unknown, mask: (text: string) => string): unknown {
  return typeof value === 'string' ? mask(value) : value;
}
