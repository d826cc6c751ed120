/** Modem lines, line settings and break against pyserial's RFC 2217 server. */
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { TelnetChannel } from '../../../connectors/sessions/telnet.js';
import { requirePeer } from '../../support/peers.js';
import { Heard } from './heard.js';
import { ended } from './ser2net.js';

const PYTHON = '/usr/bin/python3';

describe("TelnetChannel and pyserial's RFC 2217 server", function () {
  let server: ChildProcessWithoutNullStreams | undefined;
  let said: AsyncIterator<string>;
  let channel: TelnetChannel | undefined;
  const heard = new Heard();

  /** What the server tells of its line next. */
  const next = async (): Promise<unknown> => JSON.parse(String((await said.next()).value)) as unknown;

  before(async function () {
    requirePeer.call(this, PYTHON, '/usr/lib/python3/dist-packages/serial/rfc2217.py');
    server = spawn(PYTHON, [join(import.meta.dirname, 'rfc2217-server.py')]);
    said = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
    const { port } = (await next()) as { port: number };
    channel = new TelnetChannel({ host: '127.0.0.1', port, baudRate: 57_600, clock: new SystemClock() });
    await channel.open(heard);
  });

  after(async () => {
    await channel?.close();
    if (server !== undefined) await ended(server);
  });

  it('sets 8N1 without flow control at its rate when it opens', async () => {
    const changes = [];
    for (let i = 0; i < 6; i++) changes.push(await next());
    expect(changes).to.have.deep.members([
      { set: 'xonxoff', value: false },
      { set: 'rtscts', value: false },
      { set: 'baudrate', value: 57_600 },
      { set: 'bytesize', value: 8 },
      { set: 'parity', value: 'N' },
      { set: 'stopbits', value: 1 },
    ]);
  });

  it('sets DTR and RTS, changes the rate, and holds a break', async () => {
    await channel?.setModemLines({ dtr: false, rts: false });
    expect(await next()).to.deep.equal({ set: 'dtr', value: false });
    expect(await next()).to.deep.equal({ set: 'rts', value: false });
    await channel?.setBaudRate(115_200);
    expect(await next()).to.deep.equal({ set: 'baudrate', value: 115_200 });
    await channel?.sendBreak(20);
    expect(await next()).to.deep.equal({ set: 'break_condition', value: true });
    expect(await next()).to.deep.equal({ set: 'break_condition', value: false });
  });

  it('notes modem lines as they change', async () => {
    server?.stdin.write('{"cts": true, "cd": true, "dsr": true}\n');
    await heard.until((_text, notes) => notes.includes('modem lines: DCD, DSR, CTS'));
    server?.stdin.write('{"cd": false}\n');
    await heard.until((_text, notes) => notes.includes('modem lines: DSR, CTS'));
  });

  it('carries all bytes there and back', async () => {
    const every = Uint8Array.from({ length: 256 }, (_, index) => index);
    heard.clear();
    await channel?.write(every);
    const text = await heard.until((all) => all.length >= 256);
    expect(Uint8Array.from(Buffer.from(text, 'latin1'))).to.deep.equal(every);
  });
});
