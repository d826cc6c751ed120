/** Telnet and RFC 2217 against programs that others wrote: ser2net, pyserial, conserver. */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { TelnetChannel } from '../../../connectors/sessions/telnet.js';
import { codeOf } from '../../../core/errors/index.js';
import { requirePeer } from '../../support/peers.js';
import { Heard } from './heard.js';
import { startSer2net } from './ser2net.js';
import type { Ser2net } from './ser2net.js';

const host = '127.0.0.1';
const clock = new SystemClock();
const EVERY = Uint8Array.from({ length: 512 }, (_, index) => (index < 256 ? index : 511 - index));

/** The rate that the kernel has for this line. */
async function rateOf(line: string): Promise<string> {
  const { stdout } = await promisify(execFile)('stty', ['-F', line, 'speed']);
  return stdout.trim();
}

async function readExactly({ device }: Ser2net, length: number): Promise<Uint8Array> {
  const all = Buffer.alloc(length);
  for (let at = 0; at < length;) at += (await device.read(all, at, length - at, null)).bytesRead;
  return new Uint8Array(all);
}

describe('TelnetChannel and ser2net', function () {
  let server: Ser2net;
  let stop: (() => Promise<void>) | undefined;

  before(async function () {
    requirePeer.call(this, 'ser2net', 'socat', 'stty');
    server = await startSer2net('telnet(rfc2217)');
    stop = () => server.stop();
  });

  after(async () => {
    await stop?.();
  });

  it('sets the line to its rate, changes it, sends a break, and carries every byte both ways', async () => {
    const heard = new Heard();
    const channel = new TelnetChannel({ host, port: server.port, baudRate: 19_200, clock });
    await channel.open(heard);
    expect(await rateOf(server.line)).to.equal('19200');
    await channel.setBaudRate(115_200);
    expect(await rateOf(server.line)).to.equal('115200');
    await channel.sendBreak(50);
    await channel.write(EVERY);
    expect(await readExactly(server, EVERY.length)).to.deep.equal(EVERY);
    await server.device.write(EVERY);
    const text = await heard.until((all) => all.length >= EVERY.length);
    expect(Uint8Array.from(Buffer.from(text, 'latin1'))).to.deep.equal(EVERY);
    await channel.close();
    expect((await heard.closed).reason).to.be.a('string');
  });

  it('has the configured rate again after a reconnect', async () => {
    const heard = new Heard();
    const channel = new TelnetChannel({ host, port: server.port, baudRate: 38_400, clock });
    await channel.open(heard);
    await channel.setBaudRate(9_600);
    await channel.close();
    await heard.closed;
    await channel.open(new Heard());
    expect(await rateOf(server.line)).to.equal('38400');
    await channel.close();
  });
});

describe('TelnetChannel and ser2net without RFC 2217', function () {
  it('keeps the rate of the server, refuses to change it, and carries every byte', async function () {
    requirePeer.call(this, 'ser2net', 'socat', 'stty');
    const server = await startSer2net('telnet');
    try {
      const heard = new Heard();
      const channel = new TelnetChannel({ host, port: server.port, baudRate: 19_200, clock });
      await channel.open(heard);
      expect(await rateOf(server.line)).to.equal('9600');
      const error = await channel.setBaudRate(115_200).catch((reason: unknown) => reason);
      expect(codeOf(error)).to.equal('CONSOLE_SETTING_REFUSED');
      await channel.write(EVERY);
      expect(await readExactly(server, EVERY.length)).to.deep.equal(EVERY);
      await server.device.write(EVERY);
      const text = await heard.until((all) => all.length >= EVERY.length);
      expect(Uint8Array.from(Buffer.from(text, 'latin1'))).to.deep.equal(EVERY);
      await channel.close();
    } finally {
      await server.stop();
    }
  });
});
