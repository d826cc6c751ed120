import { expect } from 'chai';
import type { ConsoleHappening } from '../../../core/ports/console.js';
import type { Line } from '../../../core/ports/line.js';
import { codeOf, fail } from '../../../core/errors/index.js';
import { PortConsole } from '../../../connectors/sessions/port-console.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { FakeChannel, MemoryTranscripts, quietLog } from './fake-channel.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function make(seed = 1) {
  const clock = new FakeClock();
  const channel = new FakeChannel();
  const transcripts = new MemoryTranscripts();
  const console = new PortConsole({
    portId: 'n1:1/1',
    channel,
    clock,
    random: new SeededRandom(seed),
    transcripts,
    mask: (text) => text.replaceAll('hunter2', '•••'),
    log: quietLog,
  });
  const happenings: ConsoleHappening[] = [];
  console.subscribe((happening) => happenings.push(happening));
  return { clock, channel, transcripts, console, happenings };
}

async function started(seed?: number) {
  const made = make(seed);
  made.console.start();
  await settle();
  return made;
}

const errorOf = (act: () => unknown): Promise<string> =>
  Promise.resolve()
    .then(act)
    .then(
      () => 'no error',
      (error: unknown) => codeOf(error),
    );

describe('PortConsole', () => {
  it('opens, reopens with growing pauses, and stops for good', async () => {
    const { clock, channel, console, happenings } = make();
    channel.refusals = 6;
    console.start();
    await clock.advance(1_000);
    expect(channel.opens).to.be.within(2, 4);
    await clock.advance(60_000);
    expect(console.open).to.equal(true);
    expect(channel.opens).to.equal(7);
    channel.drop('unplugged');
    expect(console.open).to.equal(false);
    await clock.advance(30_000);
    expect(console.open).to.equal(true);
    await console.stop();
    await clock.advance(600_000);
    expect(channel.opens).to.equal(8);
    expect(happenings.map(({ kind }) => kind)).to.deep.equal(['lost', 'opened', 'lost', 'opened', 'lost']);
    expect(clock.pending).to.equal(0);
  });

  it('tells once that it cannot be opened, tells another reason again, and lets a refused login rest', async () => {
    const { clock, channel, console, happenings } = make();
    const refused = fail('CONSOLE_LOGIN_REFUSED', { target: 'fake', reason: 'denied' });
    channel.errors.push(new Error('no route'), new Error('no route'), refused, refused);
    console.start();
    await clock.advance(120_000);
    expect(channel.opens).to.equal(3);
    await clock.advance(600_000);
    expect(channel.opens).to.equal(5);
    expect(happenings.map((happening) => ('code' in happening ? happening.code : happening.kind))).to.deep.equal([
      'CONSOLE_OPEN_FAILED',
      'CONSOLE_LOGIN_REFUSED',
      'opened',
    ]);
    await console.stop();
  });

  it('lets one holder write; another is refused until it is released', async () => {
    const { channel, console, happenings } = await started();
    const line = console.claim('job 1');
    expect(await errorOf(() => console.claim('job 2'))).to.equal('LINE_BUSY');
    await line.write(bytes('show\r'));
    line.release();
    expect(await errorOf(() => line.write(bytes('x')))).to.equal('LINE_FENCED');
    expect(await errorOf(() => line.setMode('binary'))).to.equal('LINE_FENCED');
    const next = console.claim('job 2');
    expect(next.fence).to.be.greaterThan(line.fence);
    line.release();
    await next.write(bytes('y'));
    expect(channel.written).to.deep.equal(['show\r', 'y']);
    expect(happenings.filter(({ kind }) => kind === 'sent')).to.deep.equal([
      { kind: 'sent', bytes: bytes('show\r'), mode: 'dialogue', owner: 'job 1' },
      { kind: 'sent', bytes: bytes('y'), mode: 'dialogue', owner: 'job 2' },
    ]);
  });

  it('changes its speed in turn with the writes, for the holder alone', async () => {
    const { channel, console, transcripts } = await started();
    const line = console.claim('job 1');
    expect(line.baudRate).to.equal(9600);
    channel.hold = true;
    const first = line.write(bytes('speed\r'));
    const speed = Promise.resolve(line.setBaudRate?.(115_200));
    const turns = [first, speed, line.write(bytes('\r'))];
    await settle();
    channel.hold = false;
    channel.waiting.shift()?.();
    await Promise.all(turns);
    expect(channel.written).to.deep.equal(['speed\r', '<115200>', '\r']);
    expect(line.baudRate).to.equal(115_200);
    expect(transcripts.entries.map(({ text }) => text)).to.include('console speed: 115200');
    line.release();
    await settle();
    expect(channel.written.at(-1)).to.equal('<9600>');
    expect(await errorOf(() => line.setBaudRate?.(115_200))).to.equal('LINE_FENCED');
  });

  it('says why a speed cannot be set: refused, or a way without one', async () => {
    const { channel, console } = await started();
    const line = console.claim('job 1');
    channel.refusesSpeed = true;
    expect(await errorOf(() => line.setBaudRate?.(115_200))).to.equal('LINE_SPEED_FIXED');
    expect(line.baudRate).to.equal(9600);
    Object.defineProperty(channel, 'setBaudRate', { value: undefined });
    expect(await errorOf(() => line.setBaudRate?.(115_200))).to.equal('LINE_SPEED_FIXED');
    await console.stop();
    expect(await errorOf(() => line.setBaudRate?.(115_200))).to.equal('CONSOLE_LOST');
  });

  it('replaces a holder by its own name, and tells whoever waits on the old line', async () => {
    const { channel, console } = make();
    const old = console.claim('job 1');
    const lost: string[] = [];
    old.read(
      () => lost.push('bytes'),
      (reason) => lost.push(reason),
    );
    const waiting = errorOf(() => old.opened(new AbortController().signal));
    const fresh = console.claim('job 1');
    expect(await waiting).to.equal('LINE_FENCED');
    expect(lost).to.deep.equal(['the line has another holder']);
    console.start();
    await fresh.opened(new AbortController().signal);
    channel.say('hello');
    expect(lost).to.have.length(1);
    expect(await errorOf(() => old.write(bytes('x')))).to.equal('LINE_FENCED');
  });

  it('refuses writes while listen-only and while the console is away', async () => {
    const { channel, console } = await started();
    const line = console.claim('job 1');
    line.setMode('listenOnly');
    expect(console.mode).to.equal('listenOnly');
    expect(await errorOf(() => line.write(bytes('x')))).to.equal('LINE_LISTEN_ONLY');
    line.setMode('dialogue');
    channel.drop('unplugged');
    expect(await errorOf(() => line.write(bytes('x')))).to.equal('CONSOLE_LOST');
    expect(channel.written).to.deep.equal([]);
  });

  it('writes nothing more of a holder that was replaced while its write waited', async () => {
    const { channel, console } = await started();
    const line = console.claim('job 1');
    channel.hold = true;
    const first = line.write(bytes('first'));
    const second = errorOf(() => line.write(bytes('second')));
    await settle();
    line.release();
    const next = console.claim('job 2');
    const third = next.write(bytes('third'));
    channel.hold = false;
    channel.waiting.shift()?.();
    await first;
    expect(await second).to.equal('LINE_FENCED');
    await third;
    expect(channel.written).to.deep.equal(['first', 'third']);
  });

  it('logs both directions masked, also where a secret is cut, and payload as counts', async () => {
    const { clock, channel, transcripts, console } = await started();
    const line = console.claim('job 1');
    channel.say('user hun');
    channel.say('ter2\r\nRouter#');
    await line.write(bytes('password hunter2\r'));
    await clock.advance(1_000);
    line.setMode('binary');
    channel.say(Uint8Array.of(0x43));
    await line.write(new Uint8Array(1029));
    line.setMode('dialogue');
    channel.say('ok\n');
    line.release();
    const text = transcripts.entries.map((entry) => `${entry.direction} ${entry.text}`);
    expect(text).to.deep.equal([
      'note console opened: fake',
      'note line claimed by job 1',
      'in user •••\r\n',
      'in Router#',
      'out password •••\r',
      'note (in-band transfer: 1029 bytes sent, 1 bytes received)',
      'in ok\n',
      'note line released by job 1',
    ]);
  });

  it('remembers what stands on the line for whoever claims it', async () => {
    const { clock, channel, console } = await started();
    channel.say('Copying...\r\nErase flash: before copying? [confirm]');
    const text = (line: Line): string => new TextDecoder().decode(line.recent?.());
    expect(text(console.claim('a'))).to.equal('Copying...\r\nErase flash: before copying? [confirm]');
    await clock.advance(3_600_000);
    expect(text(console.claim('a'))).to.equal('Erase flash: before copying? [confirm]');
  });

  it('holds the fence against a model, over thousands of random steps', async () => {
    for (const seed of [11, 12, 13, 14]) await fenceAgainstModel(seed);
  });
});

/** The model: a number that grows with each claim; only the newest, unreleased line may write, in its mode. */
async function fenceAgainstModel(seed: number): Promise<void> {
  const { channel, console } = await started(seed);
  const random = new SeededRandom(seed);
  const lines: Line[] = [];
  let holder: { readonly line: Line; readonly owner: string; listenOnly: boolean } | undefined;
  let written = 0;
  const note = `seed ${String(seed)}`;
  for (let step = 0; step < 1_500; step++) {
    const line = lines[random.below(Math.max(1, lines.length))];
    switch (random.below(6)) {
      case 0: {
        const owner = `job ${String(random.below(3))}`;
        const code = await errorOf(() => lines.push(console.claim(owner)));
        expect(code, note).to.equal(holder === undefined || holder.owner === owner ? 'no error' : 'LINE_BUSY');
        if (code === 'no error') holder = { line: lines.at(-1)!, owner, listenOnly: false };
        break;
      }
      case 1:
        line?.release();
        if (line !== undefined && holder?.line === line) holder = undefined;
        break;
      case 2: {
        const listenOnly = random.below(2) === 0;
        const code = await errorOf(() => line?.setMode(listenOnly ? 'listenOnly' : 'dialogue'));
        if (line === undefined) break;
        expect(code, note).to.equal(holder?.line === line ? 'no error' : 'LINE_FENCED');
        if (holder?.line === line) holder.listenOnly = listenOnly;
        break;
      }
      default: {
        if (line === undefined) break;
        const code = await errorOf(() => line.write(bytes(`${String(line.fence)} `)));
        const wanted = holder?.line !== line ? 'LINE_FENCED' : holder.listenOnly ? 'LINE_LISTEN_ONLY' : 'no error';
        expect(code, `${note}, step ${String(step)}`).to.equal(wanted);
        if (wanted === 'no error') written++;
      }
    }
    expect(console.mode === 'idle', note).to.equal(holder === undefined);
  }
  const fences = channel.written.map(Number);
  expect(fences, note).to.have.length(written);
  expect(fences, `${note}: no older fence after a newer one`).to.deep.equal([...fences].sort((a, b) => a - b));
}
