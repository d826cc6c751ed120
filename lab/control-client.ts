/** Asks a running lab for something over its control socket. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fail } from '../core/errors/index.js';
import type { ControlAnswer, ControlRequest } from './control.js';

/** Sends one request and resolves with its answer. Errors: LAB_CONTROL_FAILED. */
export async function askLab(socketPath: string, request: ControlRequest): Promise<ControlAnswer> {
  const socket = connect(socketPath);
  try {
    await once(socket, 'connect');
    socket.write(`${JSON.stringify(request)}\n`);
    const [line] = (await once(createInterface({ input: socket }), 'line')) as [string];
    const answer = JSON.parse(line) as ControlAnswer;
    if (!answer.ok) throw new Error(answer.error);
    return answer;
  } catch (error) {
    throw fail('LAB_CONTROL_FAILED', { socket: socketPath, reason: (error as Error).message }, error);
  } finally {
    socket.destroy();
  }
}
