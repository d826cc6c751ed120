/** `terminal`: a person's keys to a node over its real WebSocket, on a console in memory. */
import { once } from 'node:events';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { PortConsole } from '../../connectors/sessions/port-console.js';
import { FakeChannel, MemoryTranscripts, quietLog } from '../connectors/sessions/fake-channel.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { SeededRandom } from '../support/seeded-random.js';
import { startTestNode, TOKEN } from './fake-io.js';
import type { FakeIo, TestNode } from './fake-io.js';

const ESCAPE = '\x1d';
const WRONG_TOKEN = 'd'.repeat(64);

describe('terminal', () => {
  let node: TestNode;
  let channel: FakeChannel;
  let console: PortConsole;

  beforeEach(async () => {
    node = await startTestNode();
    channel = new FakeChannel();
    console = new PortConsole({
      ...{ portId: 'aus-1:1/1', channel, clock: new FakeClock(), transcripts: new MemoryTranscripts() },
      ...{ random: new SeededRandom(1), log: quietLog, mask: (text: string) => text },
    });
    console.start();
    await settle();
    node.services.console = (portId) => (portId === 'aus-1:1/1' ? console : undefined);
  });

  afterEach(async () => {
    await node.stop();
    await console.stop();
  });

  const type = (io: FakeIo, text: string): void => void io.keyboard.emit('keys', new TextEncoder().encode(text));
  /** Sits down, and waits until the node said whose the line is. */
  const sit = async (said: string, ...options: string[]) => {
    const begun = node.begin('terminal', '1/1', ...options);
    await begun.io.saidOnErr(said);
    return begun;
  };
  const untilFree = async (): Promise<void> => {
    while (console.holder !== undefined) await new Promise((resolve) => setImmediate(resolve));
  };
  const untilWritten = async (text: string): Promise<void> => {
    while (channel.written.join('') !== text) await new Promise((resolve) => setImmediate(resolve));
  };

  it('types, shows bytes as they are, and leaves with Ctrl-] q', async () => {
    const { io, code } = await sit('1/1: the line is yours');
    type(io, 'show clock\r');
    await untilWritten('show clock\r');
    channel.say('12:00\r\n\x1b[1mRouter#');
    await io.until('\x1b[1mRouter#');
    type(io, `${ESCAPE}q`);
    expect(await code).to.equal(0);
    await untilFree();
    expect(io.stdout).to.equal('12:00\r\n\x1b[1mRouter#');
  });

  it('ends with its input', async () => {
    const { io, code } = await sit('the line is yours');
    io.keyboard.emit('end');
    expect(await code).to.equal(0);
  });

  it('watches a job, asks for the line, and has it when the job gives it back', async () => {
    const job = console.claim('job 7');
    const { io, code } = await sit('1/1: held by job 7; you watch', '--take');
    await io.saidOnErr('asked for, waiting');
    expect(job.askedBy).to.match(/, terminal 1$/);
    job.release();
    await io.saidOnErr('the line is yours');
    type(io, `${ESCAPE}.`);
    expect(await code).to.equal(0);
  });

  it('takes the line at once after the name of the port, and not after another', async () => {
    console.claim('job 7');
    const { io, code } = await sit('Type the name of the port', '--take', '--now');
    type(io, '1/2\r');
    await io.saidOnErr('"1/2" is not the name of the port');
    expect(console.holder).to.equal('job 7');
    type(io, `${ESCAPE}t`);
    type(io, '1/2\u007f1\r');
    await io.saidOnErr('1/1: the line is yours');
    expect(channel.written).to.deep.equal([]);
    type(io, 'x');
    await untilWritten('x');
    type(io, `${ESCAPE}q`);
    expect(await code).to.equal(0);
  });

  it('sends the escape key itself when it is typed twice, and helps with any other', async () => {
    const { io, code } = await sit('the line is yours');
    type(io, `a${ESCAPE}${ESCAPE}b${ESCAPE}?${ESCAPE}zc`);
    await untilWritten(`a${ESCAPE}bc`);
    expect(io.stderr.match(/Ctrl-\] b {2}send a break/g)).to.have.length(2);
    type(io, ESCAPE);
    type(io, 'q');
    expect(await code).to.equal(0);
  });

  it('says what the node refuses, and exits as for any request', async () => {
    const unknown = await node.run('terminal', '9/9');
    expect(unknown.code).to.equal(2);
    expect(unknown.io.stderr).to.include('9/9');
    const alone = await node.run('terminal', '1/1', '--now');
    expect(alone.code).to.equal(2);
    node.services.console = () => undefined;
    const absent = await node.run('terminal', '1/1');
    expect(absent.code).to.equal(2);
    expect(absent.io.stderr).to.match(/console/);
    await node.stop();
    expect((await node.run('terminal', '1/1')).code).to.equal(5);
  });

  it('a node that stops closes its terminals', async () => {
    const { code } = await sit('the line is yours');
    await node.restart();
    expect(await code).to.equal(0);
    await untilFree();
  });

  describe('its WebSocket', () => {
    const open = (headers: Record<string, string>): WebSocket =>
      new WebSocket(`${node.url.replace('http', 'ws')}/api/v1/ports/1%2F1/terminal`, { headers });
    const status = async (headers: Record<string, string>): Promise<number | undefined> => {
      const socket = open(headers);
      socket.on('error', () => undefined);
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
      socket.terminate();
      return response.statusCode;
    };

    it('opens with the token, from this origin, and else not', async () => {
      const authorization = `Bearer ${TOKEN}`;
      expect(await status({})).to.equal(401);
      expect(await status({ authorization: `Bearer ${WRONG_TOKEN}` })).to.equal(401);
      expect(await status({ authorization, origin: 'http://evil.example' })).to.equal(403);
      expect(console.holder).to.equal(undefined);
    });

    for (const [what, message] of [
      ['no JSON', 'x'],
      ['no request', '{"do":"reload"}'],
      ['a request without its part', '{"do":"take"}'],
    ] as const) {
      it(`closes at ${what}, and the line is free`, async () => {
        const socket = open({ authorization: `Bearer ${TOKEN}` });
        await once(socket, 'message');
        socket.send(message);
        const [code] = (await once(socket, 'close')) as [number];
        expect(code).to.equal(1008);
        await untilFree();
      });
    }
  });
});
