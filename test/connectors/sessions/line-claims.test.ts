import { expect } from 'chai';
import { PortConsole } from '../../../connectors/sessions/port-console.js';
import { codeOf } from '../../../core/errors/index.js';
import type { ClaimKind, ConsoleHappening } from '../../../core/ports/console.js';
import type { Line } from '../../../core/ports/line.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { FakeChannel, MemoryTranscripts, quietLog } from './fake-channel.js';
import { lineInterleaving } from './line-interleavings.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Who holds, who claims, and what comes of it. */
const CLAIMS: readonly (readonly [held: ClaimKind, claims: ClaimKind, outcome: 'granted' | 'LINE_BUSY'])[] = [
  ['job', 'job', 'LINE_BUSY'],
  ['job', 'person', 'LINE_BUSY'],
  ['job', 'poll', 'LINE_BUSY'],
  ['person', 'job', 'LINE_BUSY'],
  ['person', 'person', 'LINE_BUSY'],
  ['person', 'poll', 'LINE_BUSY'],
  ['poll', 'job', 'granted'],
  ['poll', 'person', 'granted'],
  ['poll', 'poll', 'LINE_BUSY'],
];

describe('the right to write on a line', () => {
  async function started() {
    const [clock, channel, transcripts] = [new FakeClock(), new FakeChannel(), new MemoryTranscripts()];
    const console = new PortConsole({
      ...{ portId: 'n:1/1', channel, clock, random: new SeededRandom(1), transcripts, log: quietLog },
      mask: (text) => text,
    });
    const happenings: ConsoleHappening[] = [];
    console.subscribe((happening) => happenings.push(happening));
    console.start();
    await settle();
    return { clock, channel, transcripts, console, happenings };
  }

  const writes = (line: Line, text: string): Promise<string> => line.write(bytes(text)).then(() => 'written', codeOf);

  for (const [held, claims, outcome] of CLAIMS) {
    it(`held by a ${held}, claimed by a ${claims}: ${outcome}`, async () => {
      const { console } = await started();
      const first = console.claim('first', { kind: held });
      let code = 'granted';
      try {
        console.claim('second', { kind: claims });
      } catch (error) {
        code = codeOf(error);
      }
      expect(code).to.equal(outcome);
      expect(await writes(first, 'x')).to.equal(outcome === 'granted' ? 'LINE_FENCED' : 'written');
    });
  }

  it('gives the line to the person who asked, before the next job, once the job gives it back', async () => {
    const { console, happenings } = await started();
    const job = console.claim('job 1');
    expect(job.askedBy).to.equal(undefined);
    const asked = console.ask('anna', { kind: 'person' }, new AbortController().signal);
    expect(job.askedBy).to.equal('anna');
    expect(await writes(job, 'a')).to.equal('written');
    job.release();
    expect(() => console.claim('job 2')).to.throw('held by anna');
    const person = await asked;
    expect(console.mode).to.equal('person');
    expect(await writes(person, 'b')).to.equal('written');
    person.release();
    expect(await writes(console.claim('job 2'), 'c')).to.equal('written');
    const told = happenings.flatMap((what) =>
      what.kind === 'holder' || what.kind === 'asked' ? [`${what.kind} ${what.owner ?? 'nobody'}`] : [],
    );
    expect(told).to.deep.equal(['holder job 1', 'asked anna', 'holder anna', 'holder nobody', 'holder job 2']);
  });

  it('lets a person who asked go away again', async () => {
    const { console } = await started();
    const job = console.claim('job 1');
    const asks = new AbortController();
    const asked = console.ask('anna', { kind: 'person' }, asks.signal).catch((error: unknown) => String(error));
    asks.abort(new Error('asks no more'));
    expect(await asked).to.contain('asks no more');
    expect(job.askedBy).to.equal(undefined);
    job.release();
    expect(console.mode).to.equal('idle');
  });

  it('takes the line from a job at once for a person who says so, also while it only listens', async () => {
    const { channel, console } = await started();
    const job = console.claim('job 1');
    job.setMode('listenOnly');
    const lost: string[] = [];
    job.read(
      () => undefined,
      (reason) => lost.push(reason),
    );
    const person = console.claim('anna', { kind: 'person', now: true });
    expect(await writes(job, 'job')).to.equal('LINE_FENCED');
    expect(await writes(person, 'x')).to.equal('written');
    expect(lost).to.deep.equal(['the line has another holder']);
    expect(channel.written).to.deep.equal(['x']);
  });

  it('ends the claim of a person who went away, and not that of one who types', async () => {
    const { clock, console, transcripts } = await started();
    const person = console.claim('anna', { kind: 'person', leaseMs: 10_000 });
    for (let i = 0; i < 5; i++) {
      await clock.advance(9_000);
      if (i % 2 === 0) await person.write(bytes('k'));
      else person.renew?.();
    }
    await clock.advance(9_999);
    expect(console.mode).to.equal('person');
    await clock.advance(1);
    expect(console.mode).to.equal('idle');
    expect(await writes(person, 'late')).to.equal('LINE_FENCED');
    expect(transcripts.entries.at(-1)?.text).to.equal('line released by anna');
  });

  it('has one writer at every byte, over hundreds of interleavings', async function () {
    this.timeout(30_000);
    for (let seed = 1; seed <= 300; seed++) await lineInterleaving(seed);
  });
});
