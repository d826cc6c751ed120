/**
 * Reading a serial line so that its end is seen. On Linux a tty that was hung up (an unplugged adapter, a closed pty)
 * reads as zero bytes for ever; bindings-cpp 13 takes that for "nothing yet" and reads again at once, without end and
 * without news (serialport/bindings-cpp issue 162). A line in the mode that we open (VMIN 1, non-blocking) never reads
 * zero bytes while it is alive: EAGAIN says that nothing came.
 */
import { read } from 'node:fs';
import { promisify } from 'node:util';
import type { SerialPort } from 'serialport';

type Bound = NonNullable<SerialPort['port']>;
type UnixBound = Extract<Bound, { readonly poller: unknown }>;

const readOnce = promisify(read);
const NOTHING_YET: readonly unknown[] = ['EAGAIN', 'EWOULDBLOCK', 'EINTR'];

/** Makes an open port report a hang-up as a lost device. Elsewhere than on Unix nothing is changed. */
export function seeHangUp(bound: Bound): void {
  if ('poller' in bound) bound.read = (buffer, offset, length) => readOrFail(bound, buffer, offset, length);
}

async function readOrFail(
  bound: UnixBound,
  buffer: Buffer,
  offset: number,
  length: number,
): Promise<{ readonly buffer: Buffer; readonly bytesRead: number }> {
  for (;;) {
    if (bound.fd === null) throw closed();
    try {
      const { bytesRead } = await readOnce(bound.fd, buffer, offset, length, null);
      if (bytesRead > 0) return { buffer, bytesRead };
    } catch (error) {
      if (!NOTHING_YET.includes((error as NodeJS.ErrnoException).code)) throw error;
      await readable(bound);
      continue;
    }
    throw new Error('the line was hung up');
  }
}

/** Closing destroys the poller, also while a read is in the thread pool: one that is asked after that ends the process. */
function readable(bound: UnixBound): Promise<void> {
  return new Promise((resolve, reject) => {
    if (bound.fd === null) {
      reject(closed());
      return;
    }
    bound.poller.once('readable', (error) => {
      if (error == null) resolve();
      else reject(error);
    });
  });
}

/** `canceled` is serialport's own word for a read that its own close ended: no device was lost. */
function closed(): Error {
  return Object.assign(new Error('closed'), { canceled: true });
}
