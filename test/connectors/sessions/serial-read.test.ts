import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SerialPort } from 'serialport';
import { seeHangUp } from '../../../connectors/sessions/serial-read.js';

type Bound = NonNullable<SerialPort['port']>;

/** What serialport's Linux binding is to a reader: a descriptor, and a poller that must not be asked once it is closed. */
class FakeBound {
  fd: number | null;
  readonly asked: string[] = [];
  readonly poller = {
    once: (event: string, callback: (error: Error | null) => void): void => {
      this.asked.push(event);
      queueMicrotask(() => callback(this.whenAsked()));
    },
  };
  whenAsked: () => Error | null = () => null;

  constructor(fd: number) {
    this.fd = fd;
  }

  read(): Promise<{ readonly buffer: Buffer; readonly bytesRead: number }> {
    const bound = this as unknown as Bound;
    seeHangUp(bound);
    return bound.read(Buffer.alloc(16), 0, 16);
  }
}

describe('connectors/sessions/serial-read', () => {
  let folder: string;
  let pipe: FileHandle;
  let bound: FakeBound;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'serial-read-'));
    // A pipe without a writer's bytes answers a non-blocking read as an idle line does: EAGAIN.
    execFileSync('mkfifo', [join(folder, 'line')]);
    pipe = await open(join(folder, 'line'), constants.O_RDWR | constants.O_NONBLOCK);
    bound = new FakeBound(pipe.fd);
  });

  afterEach(async () => {
    await pipe.close();
    await rm(folder, { recursive: true });
  });

  it('waits on an idle line and reads what comes', async () => {
    bound.whenAsked = () => {
      void pipe.write('abc');
      return null;
    };
    const { buffer, bytesRead } = await bound.read();
    expect(buffer.toString('latin1', 0, bytesRead)).to.equal('abc');
    expect(bound.asked).to.include('readable');
  });

  it('never asks the poller of a line that was closed while a read was under way', async () => {
    const reading = bound.read();
    bound.fd = null;
    const ended = await reading.then(
      () => 'read',
      (error: unknown) => (error as Error).message,
    );
    expect(ended).to.equal('closed');
    expect(bound.asked).to.deep.equal([]);
  });
});
