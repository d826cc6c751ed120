import { expect } from 'chai';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { PortConsole } from '../../../connectors/sessions/port-console.js';
import { TcpChannel } from '../../../connectors/sessions/tcp.js';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { SystemRandom } from '../../../connectors/clock/system-random.js';
import type { ConsoleHappening } from '../../../core/ports/console.js';
import { MemoryTranscripts, quietLog } from './fake-channel.js';

async function listen(port = 0): Promise<{ server: Server; port: number; next: () => Promise<Socket> }> {
  const server = createServer({ noDelay: true });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const next = async (): Promise<Socket> => ((await once(server, 'connection')) as [Socket])[0];
  return { server, port: (server.address() as AddressInfo).port, next };
}

const collect = (length: number): { onBytes: (bytes: Uint8Array) => void; all: Promise<Uint8Array> } => {
  const parts: number[] = [];
  let done: (bytes: Uint8Array) => void;
  const all = new Promise<Uint8Array>((resolve) => (done = resolve));
  return {
    onBytes: (bytes) => {
      parts.push(...bytes);
      if (parts.length >= length) done(Uint8Array.from(parts));
    },
    all,
  };
};

describe('TcpChannel', () => {
  it('carries every byte in both directions and tells how it ended', async () => {
    const { server, port, next } = await listen();
    const accepted = next();
    const every = Uint8Array.from({ length: 256 }, (_, index) => index);
    const { onBytes, all } = collect(256);
    const channel = new TcpChannel({ host: '127.0.0.1', port });
    let closed: (reason: string) => void;
    const ended = new Promise<string>((resolve) => (closed = resolve));
    await channel.open({ onBytes, onClosed: (reason) => closed(reason) });
    const far = await accepted;
    const echoed = once(far, 'data') as Promise<[Buffer]>;
    await channel.write(every);
    expect(new Uint8Array((await echoed)[0])).to.deep.equal(every);
    far.write(every);
    expect(await all).to.deep.equal(every);
    far.destroy();
    expect(await ended).to.be.a('string');
    server.close();
  });

  it('rejects where nobody listens', async () => {
    const { server, port } = await listen();
    server.close();
    await once(server, 'close');
    const channel = new TcpChannel({ host: '127.0.0.1', port });
    const error = await channel.open({ onBytes: () => {}, onClosed: () => {} }).catch((reason: unknown) => reason);
    expect((error as NodeJS.ErrnoException).code).to.equal('ECONNREFUSED');
  });

  it('is opened again by its console when the far end comes back', async () => {
    const first = await listen();
    const console = new PortConsole({
      portId: 'n1:1/1',
      channel: new TcpChannel({ host: '127.0.0.1', port: first.port }),
      clock: new SystemClock(),
      random: new SystemRandom(),
      transcripts: new MemoryTranscripts(),
      mask: (text) => text,
      log: quietLog,
    });
    const kinds: string[] = [];
    const happened = (kind: ConsoleHappening['kind']): Promise<void> =>
      new Promise((resolve) => {
        const stop = console.subscribe((happening) => {
          if (happening.kind !== kind) return;
          stop();
          resolve();
        });
      });
    console.subscribe(({ kind }) => kinds.push(kind));
    const accepted = first.next();
    const opened = happened('opened');
    console.start();
    await opened;
    const lost = happened('lost');
    first.server.close();
    (await accepted).destroy();
    await lost;
    const reopened = happened('opened');
    const second = await listen(first.port);
    const again = second.next();
    await reopened;
    (await again).destroy();
    await console.stop();
    second.server.close();
    expect(kinds.slice(0, 3)).to.deep.equal(['opened', 'lost', 'opened']);
  });
});
