/** A thousand consoles in one process: each hears its own device and nobody else's. */
import { expect } from 'chai';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { PortConsole } from '../../../connectors/sessions/port-console.js';
import { TcpChannel } from '../../../connectors/sessions/tcp.js';
import { TelnetChannel } from '../../../connectors/sessions/telnet.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { bytes, COM_PORT, DONT, IAC, WONT } from '../../protocols/telnet/telnet-peer.js';
import { MemoryTranscripts, quietLog } from './fake-channel.js';

const EACH = 500;
const REFUSALS = bytes(IAC, DONT, COM_PORT, IAC, DONT, 0, IAC, WONT, 0);

describe('a thousand sessions in one process', () => {
  it('open, speak and close, raw and by Telnet', async function () {
    this.timeout(30_000);
    let devices = 0;
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      const name = `device ${String(devices++)}>`;
      socket.write(Buffer.concat([REFUSALS, Buffer.from(name)]));
      // Options are answered with refusals before; what is typed comes back with the device's name.
      socket.on('data', (typed: Buffer) => {
        if (typed.includes('who')) socket.write(`\r\nthis is ${name}`);
      });
    }).listen(0, '127.0.0.1', 2_048);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [clock, random] = [new SystemClock(), new SeededRandom(1)];

    const talk = async (channel: TcpChannel | TelnetChannel, index: number): Promise<PortConsole> => {
      const parts = { channel, clock, random, transcripts: new MemoryTranscripts(), log: quietLog };
      const console = new PortConsole({ ...parts, portId: `n:${String(index)}`, mask: (text) => text });
      let heard = '';
      let tell: () => void = () => undefined;
      console.subscribe((happening) => {
        if (happening.kind === 'received') heard += Buffer.from(happening.bytes).toString('latin1');
        tell();
      });
      const until = async (wanted: RegExp): Promise<string> => {
        for (;;) {
          const [, found] = wanted.exec(heard) ?? [];
          if (found !== undefined) return found;
          await new Promise<void>((resolve) => (tell = resolve));
        }
      };
      console.start();
      const name = await until(/(device \d+>)/);
      const line = console.claim('test');
      await line.write(bytes('who\r'));
      expect(await until(/this is (device \d+>)/)).to.equal(name);
      line.release();
      return console;
    };

    const channels = Array.from({ length: EACH }, () => [
      new TcpChannel({ host: '127.0.0.1', port }),
      new TelnetChannel({ host: '127.0.0.1', port, clock }),
    ]).flat();
    const consoles = await Promise.all(channels.map(talk));
    expect(consoles.filter((console) => console.open)).to.have.length(2 * EACH);
    await Promise.all(consoles.map((console) => console.stop()));
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});
