/** A stopping API lets the requests in progress finish, and waits for nothing else: streams end, open sockets close. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { Api } from './api-types.js';

/** A request takes milliseconds; an upload that is still going on is broken off and can be sent again. */
const GRACE_MS = 2000;

/** Needs `forceCloseConnections: true`: clients keep spare connections that never carry a request. */
export function finishRequests(app: Api): void {
  const replies = new Set<FastifyReply>();
  app.addHook('onRequest', (_request, reply, done) => {
    replies.add(reply);
    reply.raw.on('close', () => replies.delete(reply));
    done();
  });
  app.addHook('onResponse', (request, _reply, done) => {
    // An upgrade that was refused: Node has let go of the socket, so nobody else would end it.
    if (request.headers.upgrade !== undefined) request.raw.socket.destroySoon();
    done();
  });
  app.addHook('preClose', async () => {
    // A hijacked reply counts as sent: streams end by themselves.
    const busy = [...replies].filter(({ sent }) => !sent);
    const finished = Promise.all(busy.map(({ raw }) => once(raw, 'close')));
    if (busy.length > 0) await Promise.race([finished, delay(GRACE_MS, undefined, { ref: false })]);
  });
}
