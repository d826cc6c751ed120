import { expect } from 'chai';
import { PortConsole } from '../../connectors/sessions/port-console.js';
import type { TerminalNews } from '../../core/terminal.js';
import { TerminalSession } from '../../server/terminal.js';
import { FakeChannel, MemoryTranscripts, quietLog } from '../connectors/sessions/fake-channel.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { SeededRandom } from '../support/seeded-random.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

class Sat {
  readonly news: TerminalNews[] = [];
  screen = '';
  readonly session: TerminalSession;

  constructor(console: PortConsole, owner: string) {
    this.session = new TerminalSession({
      ...{ console, owner, portName: '1/1' },
      bytes: (heard) => {
        this.screen += new TextDecoder().decode(heard);
      },
      tell: (news) => this.news.push(news),
    });
    this.session.start();
  }

  async type(text: string): Promise<void> {
    this.session.keys(bytes(text));
    await settle();
  }

  get line(): string | undefined {
    const last = this.news.findLast((news) => 'line' in news);
    return last !== undefined && 'line' in last ? last.line : undefined;
  }

  get refusals(): string[] {
    return this.news.flatMap((news) => ('refused' in news ? [news.refused.code] : []));
  }
}

describe('TerminalSession', () => {
  let clock: FakeClock;
  let channel: FakeChannel;
  let transcripts: MemoryTranscripts;
  let console: PortConsole;

  beforeEach(async () => {
    [clock, channel, transcripts] = [new FakeClock(), new FakeChannel(), new MemoryTranscripts()];
    console = new PortConsole({
      ...{ portId: 'n1:1/1', channel, clock, transcripts, random: new SeededRandom(1), log: quietLog },
      mask: (text) => text,
    });
    console.start();
    await settle();
  });

  it('has the line where nobody holds it, and gives it back', async () => {
    const ada = new Sat(console, 'ada');
    expect(ada.line).to.equal('yours');
    await ada.type('show clock\r');
    channel.say('show clock\r\n12:00\r\nRouter#');
    expect(channel.written).to.deep.equal(['show clock\r']);
    expect(ada.screen).to.equal('show clock\r\n12:00\r\nRouter#');
    ada.session.stop();
    expect(console.holder).to.equal(undefined);
  });

  it('shows what stands on the line already', () => {
    channel.say('Router con0 is now available\r\n\r\nRouter#');
    expect(new Sat(console, 'ada').screen).to.equal('Router con0 is now available\r\n\r\nRouter#');
  });

  it('watches while a job writes, is refused once, and asks', async () => {
    const job = console.claim('job 7');
    const ada = new Sat(console, 'ada');
    expect(ada.line).to.equal('busy');
    await ada.type('a');
    await ada.type('b');
    expect(ada.refusals).to.deep.equal(['LINE_BUSY']);
    expect(channel.written).to.deep.equal([]);
    channel.say('Loading image');
    expect(ada.screen).to.equal('Loading image');
    ada.session.request({ do: 'ask' });
    expect(job.askedBy).to.equal('ada');
    expect(ada.news.at(-1)).to.include({ line: 'busy', holder: 'job 7', asked: true });
    job.release();
    await settle();
    expect(ada.line).to.equal('yours');
    await ada.type('x');
    expect(channel.written).to.deep.equal(['x']);
  });

  it('takes the line from a job only after the name of the port, and then the job writes nothing more', async () => {
    const job = console.claim('job 7');
    job.setMode('listenOnly');
    const ada = new Sat(console, 'ada');
    ada.session.request({ do: 'take', confirm: '1/2' });
    expect(ada.refusals).to.deep.equal(['TERMINAL_NOT_CONFIRMED']);
    expect(console.holder).to.equal('job 7');
    ada.session.request({ do: 'take', confirm: '1/1' });
    expect(ada.line).to.equal('yours');
    const refused = await job.write(bytes('reload\r')).then(
      () => 'written',
      () => 'fenced',
    );
    expect(refused).to.equal('fenced');
    await ada.type('\r');
    expect(channel.written).to.deep.equal(['\r']);
  });

  it('of two persons one writes; the other is told when the line is free, and its first key claims it', async () => {
    const ada = new Sat(console, 'ada');
    const bob = new Sat(console, 'bob');
    expect([ada.line, bob.line]).to.deep.equal(['yours', 'busy']);
    ada.session.request({ do: 'release' });
    expect([ada.line, bob.line]).to.deep.equal(['free', 'free']);
    await bob.type('b');
    expect([ada.line, bob.line]).to.deep.equal(['busy', 'yours']);
    expect(channel.written).to.deep.equal(['b']);
  });

  it('a person who types nothing for a quarter of an hour has gone', async () => {
    const ada = new Sat(console, 'ada');
    await clock.advance(14 * 60_000);
    await ada.type('x');
    await clock.advance(14 * 60_000);
    expect(ada.line).to.equal('yours');
    await clock.advance(2 * 60_000);
    expect(ada.line).to.equal('free');
    expect(console.claim('job 8').owner).to.equal('job 8');
  });

  it('an answer that is not waited for any more gives the line on', async () => {
    const job = console.claim('job 7');
    const ada = new Sat(console, 'ada');
    ada.session.request({ do: 'ask' });
    ada.session.stop();
    job.release();
    await settle();
    expect(console.holder).to.equal(undefined);
  });

  it('sees nothing of the payload of a transfer, and all after it', () => {
    const job = console.claim('job 7');
    const ada = new Sat(console, 'ada');
    job.setMode('binary');
    channel.say('\u0006C\u0006');
    expect(ada.news.at(-1)).to.include({ line: 'busy', mode: 'binary' });
    job.setMode('dialogue');
    channel.say('Router#');
    expect(ada.screen).to.equal('Router#');
  });

  it('sends a break where the way has one, and says so where not', async () => {
    const ada = new Sat(console, 'ada');
    ada.session.request({ do: 'break' });
    await settle();
    expect(ada.refusals).to.deep.equal(['LINE_BREAK_ABSENT']);
    const breaks: number[] = [];
    Object.assign(channel, { sendBreak: (durationMs: number) => Promise.resolve(void breaks.push(durationMs)) });
    ada.session.request({ do: 'break' });
    await settle();
    expect(breaks).to.deep.equal([500]);
  });

  it('is told that the console is away and back', async () => {
    const ada = new Sat(console, 'ada');
    channel.drop('unplugged');
    expect(ada.news.at(-1)).to.deep.equal({ console: 'lost', reason: 'unplugged' });
    await ada.type('x');
    expect(ada.refusals).to.deep.equal(['CONSOLE_LOST']);
    await clock.advance(30_000);
    expect(ada.news.at(-1)).to.deep.equal({ console: 'open' });
  });

  it('leaves whole lines in the log, and no password', async () => {
    const ada = new Sat(console, 'ada');
    channel.say('Router>');
    for (const key of 'enable\r') {
      await ada.type(key);
      channel.say(key === '\r' ? '\r\nPassword: ' : key);
    }
    for (const key of 'hunter2\r') await ada.type(key);
    channel.say('\r\nRouter#');
    ada.session.stop();
    await console.stop();
    const out = transcripts.entries.filter(({ direction }) => direction === 'out').map(({ text }) => text);
    expect(out).to.deep.equal(['enable\r', '•••']);
    expect(JSON.stringify(transcripts.entries)).not.to.include('hunter2');
  });
});
