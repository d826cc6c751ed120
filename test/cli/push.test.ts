import { once } from 'node:events';
import { expect } from 'chai';
import type { Verdict } from '../../core/job.js';
import { START_MS } from '../support/fake-services.js';
import { startTestNode } from './fake-io.js';
import type { TestNode } from './fake-io.js';

const STORY = ['System image file is "flash:/old.bin"', 'Device Image Verified.', 'Push OS succeeded.'];

describe('push os', () => {
  let node: TestNode;
  beforeEach(async () => {
    node = await startTestNode();
  });
  afterEach(() => node.stop());

  /** The job of the one command that runs. */
  const jobId = async (): Promise<string> => {
    const { records } = node.services.control;
    while (records.size === 0) await new Promise((resolve) => setImmediate(resolve));
    return [...records.keys()].at(-1) ?? '';
  };
  const end = async (id: string, verdict: Verdict, state: 'ended' | 'waiting' = 'ended'): Promise<void> => {
    node.services.control.move(id, { state, endedAtMs: START_MS, end: { verdict, sentence: `It ${verdict}.` } });
    await node.services.tell(id, state, { verdict });
  };

  it('prints the story, line by line, and nothing else', async () => {
    const { io, code } = node.begin('push', 'os', '1/1', 'candidate');
    const id = await jobId();
    for (const line of STORY) await node.services.tell(id, 'story', { line });
    await node.services.tell('other-job', 'story', { line: 'not ours' });
    await node.services.tell(id, 'progress', { bytes: 128, totalBytes: 256 });
    await node.services.tell(id, 'step', { step: 'stage', phase: 'done' });
    await end(id, 'succeeded');
    expect(await code).to.equal(0);
    expect(io.stdout).to.equal(`${STORY.join('\n')}\n`);
    expect(io.stderr).to.equal('');
    expect(io.bars).to.deep.equal([[128, 256]]);
    expect(node.services.control.records.get(id)).to.deep.include({
      action: 'pushOs',
      params: { version: 'candidate' },
    });
  });

  it('ends with the code of the verdict', async () => {
    const rows: readonly (readonly [Verdict, number])[] = [
      ['succeeded', 0],
      ['staged', 0],
      ['failed', 1],
      ['rolledBack', 3],
      ['degraded', 4],
      ['unknown', 4],
    ];
    for (const [verdict, wanted] of rows) {
      const before = node.services.control.records.size;
      const { io, code } = node.begin('push', 'os', '1/1', 'candidate');
      while (node.services.control.records.size === before) await new Promise((resolve) => setImmediate(resolve));
      await end(await jobId(), verdict, verdict === 'unknown' ? 'waiting' : 'ended');
      expect(await code, verdict).to.equal(wanted);
      expect(io.stderr).to.equal(wanted === 0 ? '' : `${verdict}: It ${verdict}.\n`);
    }
  });

  it('detaches at Ctrl-C, names the job and cancels nothing', async () => {
    const { io, code } = node.begin('push', 'os', '1/1', 'candidate');
    const id = await jobId();
    await node.services.tell(id, 'story', { line: 'first' });
    await io.until('first');
    io.signals.emit('SIGINT');
    expect(await code).to.equal(6);
    expect(io.stdout).to.equal(`first\n${id}\n`);
    expect(io.stderr).to.equal(`The job goes on. portwright jobs watch ${id}\n`);
    expect(node.services.control.records.get(id)?.cancelRequested).to.equal(false);
  });

  it('prints the id alone with --detach', async () => {
    const { io, code } = await node.run('push', 'os', '1/1', 'candidate', '--detach', '--stage-only');
    expect(code).to.equal(6);
    expect(io.stdout).to.equal(`${await jobId()}\n`);
    expect(node.services.control.records.get(await jobId())?.params).to.deep.equal({
      version: 'candidate',
      stageOnly: true,
    });
  });

  it('starts what finishes a staged push', async () => {
    const { io, code } = await node.run('activate', '1/1', '--detach');
    expect(code).to.equal(6);
    expect(io.stdout).to.equal(`${await jobId()}\n`);
    expect(node.services.control.records.get(await jobId())).to.deep.include({ action: 'activate', params: {} });
  });

  it('prints one document with --json', async () => {
    const { io, code } = node.begin('push', 'os', '1/1', 'candidate', '--json');
    const id = await jobId();
    await node.services.tell(id, 'story', { line: 'not on standard output' });
    await end(id, 'rolledBack');
    expect(await code).to.equal(3);
    expect(JSON.parse(io.stdout)).to.deep.include({ id, verdict: 'rolledBack', sentence: 'It rolledBack.' });
  });

  it('tells every line once when the node restarts in between', async () => {
    const { io, code } = node.begin('push', 'os', '1/1', 'candidate');
    const id = await jobId();
    await node.services.tell(id, 'story', { line: 'one' });
    await io.until('one\n');
    await node.restart();
    // Told while nobody listened, and once more the same words.
    await node.services.tell(id, 'story', { line: 'two' });
    await node.services.tell(id, 'story', { line: 'two' });
    await io.until('two\ntwo\n');
    await node.services.tell(id, 'story', { line: 'three' });
    await end(id, 'succeeded');
    expect(await code).to.equal(0);
    expect(io.stdout).to.equal('one\ntwo\ntwo\nthree\n');
  });

  it('follows a job that began before, from its first line', async () => {
    const { io: first } = await node.run('push', 'os', '1/1', 'candidate', '--detach');
    const id = first.stdout.trim();
    await node.services.tell(id, 'story', { line: 'early' });
    const { io, code } = node.begin('jobs', 'watch', id);
    await io.until('early');
    await node.services.tell(id, 'story', { line: 'late' });
    await end(id, 'succeeded');
    expect(await code).to.equal(0);
    expect(io.stdout).to.equal('early\nlate\n');
    const again = await node.run('jobs', 'watch', id);
    expect([again.code, again.io.stdout]).to.deep.equal([0, 'early\nlate\n']);
  });

  it('shows terminal escapes of a device as text', async () => {
    const { io, code } = node.begin('push', 'os', '1/1', 'candidate');
    const id = await jobId();
    await node.services.tell(id, 'story', { line: '\u001b[2J\u009b31mred' });
    await end(id, 'succeeded');
    await code;
    expect(io.stdout).to.equal('\\x1b[2J\\x9b31mred\n');
  });

  it('does nothing and says why where the request is wrong', async () => {
    const rows = [
      [['push', 'os', '1/2', 'candidate'], 'portwright: 1/2 is one of aus-1:1/2, bos-1:1/2\nUse the full id.\n'],
      [['push', 'os', '9/9', 'candidate'], 'portwright: there is no port 9/9\nportwright show ports lists them.\n'],
      [['push', 'os', '1/1', 'not a version'], 'pushOs /version'],
      [['push', 'os', '1/1'], "missing required argument 'VERSION'"],
      [['push', 'os', '1/1', 'candidate', '--force'], "unknown option '--force'"],
      [['pusch', 'os'], "unknown command 'pusch'"],
    ] as const;
    for (const [words, message] of rows) {
      const { code, io } = await node.run(...words);
      expect([code, io.stdout], words.join(' ')).to.deep.equal([2, '']);
      expect(io.stderr).to.include(message);
    }
    expect(node.services.control.records.size).to.equal(0);
  });

  it('says that it cannot reach the node', async () => {
    await node.stop();
    const { code, io } = await node.run('push', 'os', '1/1', 'candidate');
    expect(code).to.equal(5);
    expect(io.stderr).to.include(`cannot reach the node at ${node.url}: ECONNREFUSED`);
  });

  it('gives up on a node that does not come back, and says that the job goes on', async () => {
    const { io, code } = node.begin('push', 'os', '1/1', 'candidate');
    const id = await jobId();
    await node.services.tell(id, 'story', { line: 'first' });
    await io.until('first');
    let nowMs = START_MS;
    io.nowMs = () => (nowMs += 20_000);
    const slept = once(io.happened, 'sleep');
    await node.stop();
    await slept;
    expect(await code).to.equal(5);
    expect(io.stderr).to.include('cannot reach the node').and.include(`Job ${id} is the node's; it goes on there.`);
  });
});
