import { expect } from 'chai';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { PortConsole } from '../../../connectors/sessions/port-console.js';
import { TelnetChannel } from '../../../connectors/sessions/telnet.js';
import { codeOf } from '../../../core/errors/index.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { bytes, COM_PORT, comPort, DO, DONT, IAC, SB, WONT } from '../../protocols/telnet/telnet-peer.js';
import { MemoryTranscripts, quietLog } from './fake-channel.js';
import { Heard } from './heard.js';

const REFUSES_ALL = bytes(IAC, DONT, COM_PORT, IAC, DONT, 0, IAC, WONT, 0);

describe('TelnetChannel', () => {
  let server: Server;
  let port: number;

  beforeEach(async () => {
    server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });

  afterEach(() => {
    server.close();
  });

  function make(baudRate?: number) {
    const clock = new FakeClock();
    const rate = baudRate === undefined ? {} : { baudRate };
    const channel = new TelnetChannel({ host: '127.0.0.1', port, clock, ...rate });
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    return { clock, channel, heard: new Heard(), far: async () => (await accepted)[0] };
  }

  it('is open when options are settled, and hands over what came before after that', async () => {
    const { clock, channel, heard, far } = make(9_600);
    let open = false;
    const opened = channel.open(heard).then(() => (open = true));
    const socket = await far();
    socket.write(Buffer.concat([bytes('banner\r\n'), REFUSES_ALL]));
    await opened;
    expect({ open, text: heard.text }).to.deep.equal({ open: true, text: '' });
    await heard.until((text) => text === 'banner\r\n');
    expect(channel.baudRate).to.equal(undefined);
    expect(await channel.setBaudRate(115_200).catch(codeOf)).to.equal('CONSOLE_SETTING_REFUSED');
    socket.destroy();
    await heard.closed;
    expect(clock.pending).to.equal(0);
    expect(await channel.write(bytes('x')).catch((error: unknown) => (error as Error).message)).to.equal('not open');
  });

  it('fails to open, with a code and closed, where the far end is no console server', async () => {
    const { clock, channel, heard, far } = make();
    const opened = channel.open(heard).catch(codeOf);
    const socket = await far();
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.resume();
    socket.on('error', () => undefined);
    socket.write(Buffer.concat([bytes(IAC, SB, COM_PORT), new Uint8Array(100_000)]));
    expect(await opened).to.equal('CONSOLE_PROTOCOL_FAULT');
    await closed;
    expect(clock.pending).to.equal(0);
  });

  it('tells the fault of an open console as its end', async () => {
    const { channel, heard, far } = make();
    const opened = channel.open(heard);
    const socket = await far();
    socket.on('error', () => undefined);
    socket.write(REFUSES_ALL);
    await opened;
    for (let i = 0; i < 300; i++) socket.write(bytes(IAC, DO, 31));
    const { fault } = await heard.closed;
    expect(codeOf(fault)).to.equal('CONSOLE_PROTOCOL_FAULT');
  });

  it('holds a write back while the server says so, and ends it when the connection breaks', async () => {
    const { channel, heard, far } = make();
    const opened = channel.open(heard);
    const socket = await far();
    const sent: number[] = [];
    socket.on('data', (chunk: Buffer) => sent.push(...chunk));
    socket.write(Buffer.concat([bytes(IAC, DO, COM_PORT), REFUSES_ALL.subarray(3), comPort(101, 0, 0, 0x25, 0x80)]));
    await opened;
    socket.write(Buffer.concat([comPort(108), bytes('held')]));
    await heard.until((text) => text.includes('held'));
    const [first, second] = [channel.write(bytes('one')), channel.write(bytes('two')).catch((e: unknown) => String(e))];
    await settle();
    expect(String.fromCharCode(...sent)).not.to.contain('one');
    socket.write(comPort(109));
    await first;
    await second;
    while (!String.fromCharCode(...sent).includes('onetwo')) await once(socket, 'data');
    socket.write(Buffer.concat([comPort(108), bytes('again')]));
    await heard.until((text) => text.includes('again'));
    const third = channel.write(bytes('three')).catch((error: unknown) => String(error));
    socket.destroy();
    expect(await third).to.contain('closed');
  });

  it('gives up an opening that is closed', async () => {
    const { clock, channel, heard, far } = make();
    const opened = channel.open(heard).catch((error: unknown) => String(error));
    const socket = await far();
    await once(socket, 'data');
    await channel.close();
    expect(await opened).to.contain('closed');
    expect(clock.pending).to.equal(0);
  });

  it('passes 10 MB without a line end, with 255s and NULs, at bounded memory', async () => {
    const { clock, channel, far } = make();
    const transcripts = new MemoryTranscripts();
    const random = new SeededRandom(1);
    const mask = (text: string): string => text;
    const console = new PortConsole({ portId: 'n:1/1', channel, clock, random, transcripts, mask, log: quietLog });
    let received = 0;
    let longest = 0;
    let enough: () => void = () => undefined;
    const all = new Promise<void>((resolve) => (enough = resolve));
    const chunk = Buffer.alloc(65_534, Buffer.from([0x41, IAC, IAC, 0, 0xc3, 0x28, 7]));
    const wanted = (160 * chunk.length * 6) / 7;
    console.subscribe((happening) => {
      if (happening.kind !== 'received') return;
      received += happening.bytes.length;
      if (received >= wanted) enough();
    });
    console.start();
    const socket = await far();
    socket.write(REFUSES_ALL);
    for (let i = 0; i < 160; i++) if (!socket.write(chunk)) await once(socket, 'drain');
    await all;
    for (const { text } of transcripts.entries) longest = Math.max(longest, text.length);
    expect(longest).to.be.lessThan(200_000);
    expect(console.claim('job 1').recent?.().length).to.be.at.most(4_096);
    await console.stop();
    socket.destroy();
  });
});
