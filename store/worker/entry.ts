/** The store's thread: opens the tables, then serves requests until it is told to close. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { toFailure } from './failure.js';
import type { FromWorker, Request, ToWorker, WorkerSettings } from './messages.js';
import { RequestLoop } from './request-loop.js';
import { openTables } from './tables.js';
import type { OpenedTables } from './tables.js';

if (parentPort) start(parentPort, workerData as WorkerSettings);

type Port = NonNullable<typeof parentPort>;

function start(port: Port, settings: WorkerSettings): void {
  const send = (message: FromWorker): void => {
    port.postMessage(message);
  };
  try {
    serve(port, settings, openTables(settings), send);
  } catch (error) {
    send({ kind: 'refused', failure: toFailure(error) });
  }
}

function serve(port: Port, settings: WorkerSettings, tables: OpenedTables, send: (message: FromWorker) => void): void {
  let closing = false;
  const requestsOf = (message: ToWorker): readonly Request[] => {
    if (message.kind === 'requests') return message.requests;
    closing = true;
    return [];
  };
  const loop = new RequestLoop({
    arrived: () => received(port).flatMap(requestsOf),
    find: (request) => tables.find(request),
    reply: (replies, commits) => {
      send({ kind: 'replies', replies, commits });
    },
    commitDelayMs: settings.commitDelayMs,
  });
  port.on('message', (message: ToWorker) => {
    loop.serve(requestsOf(message));
    if (!closing) return;
    tables.close();
    port.close();
  });
  send({ kind: 'opened', warnings: tables.warnings });
}

function received(port: Port): readonly ToWorker[] {
  const messages: ToWorker[] = [];
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
    messages.push(next.message as ToWorker);
  }
  return messages;
}
