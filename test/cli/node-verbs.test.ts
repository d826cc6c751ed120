import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeEvent } from '../../core/event.js';
import { SECRET, START_MS } from '../support/fake-services.js';
import { withSite } from '../server/site/site-folder.js';
import { startTestNode } from './fake-io.js';
import type { TestNode } from './fake-io.js';

describe('commands that talk to a node', () => {
  let node: TestNode;
  beforeEach(async () => {
    node = await startTestNode();
  });
  afterEach(() => node.stop());

  const out = async (...words: string[]): Promise<string> => {
    const { code, io } = await node.run(...words);
    expect([code, io.stderr], words.join(' ')).to.deep.equal([0, '']);
    return io.stdout;
  };
  const startPush = () =>
    node.services.control.submit({
      ...{ portId: 'aus-1:1/1', action: 'pushOs', params: { version: 'candidate' } },
      cause: { kind: 'rule', name: 'reload-loop' },
    });

  it('copy streams a file into the store and shows its SHA-256', async () => {
    const text = 'x'.repeat(200_000);
    const sha256 = createHash('sha256').update(text).digest('hex');
    await withSite({ 'c1700.bin': text }, async (folder) => {
      const file = join(folder, 'c1700.bin');
      expect(await out('copy', file, '1/1', 'os', 'candidate', '--sha256', sha256.toUpperCase())).to.equal(
        `Stored:  c1700.bin as os candidate of 1/1\nSize:    200000 bytes\nSHA-256: ${sha256}\n`,
      );
      expect(node.services.images.images).to.have.lengthOf(1);
      expect(node.services.images.biggestPiece).to.be.lessThan(200_000);
      const rows = [
        ['copy', file, '1/1', 'os', 'candidate', '--md5', '0'.repeat(32)],
        ['copy', file, '1/1', 'os', 'no such version'],
        ['copy', file, '9/9', 'os', 'candidate'],
        ['copy', file, '1/1', 'running-config', 'candidate'],
        ['copy', file, '1/1', 'odd', 'candidate'],
        ['copy', join(folder, 'none.bin'), '1/1', 'os', 'candidate'],
        ['copy', 'https://vendor.example/x.bin', './x.bin'],
        ['copy', 'ftp://u:hunter2@vendor.example/x.bin', '1/1', 'os', 'candidate'],
        ['copy', 'gopher://vendor.example/x.bin', '1/1', 'os', 'candidate'],
        ['copy', file],
      ];
      for (const words of rows) {
        const { code, io } = await node.run(...words);
        expect([code, io.stdout], words.join(' ')).to.deep.equal([2, '']);
        expect(io.stderr).to.not.equal('').and.not.include('hunter2');
      }
      expect(node.services.images.images).to.have.lengthOf(1);
      expect(await out('show', 'directory', '1/1')).to.equal(
        'VERSION       BYTES   STORED                FILE\nos candidate  200000  2026-01-01 00:00:00Z  c1700.bin\n',
      );
      expect(await out('show', 'directory', '1/1', '-v')).to.include(`SHA-256: ${sha256}`);
    });
  });

  it('copy has the node fetch by URL', async () => {
    const url = 'scp://admin@files.example/images/c1700.bin';
    const md5 = '0'.repeat(32);
    const words = ['copy', url, '1/1', 'os', 'archive', '--credentials', 'lab', '--md5', md5, '--detach'];
    const { code, io } = await node.run(...words);
    expect([code, io.stdout]).to.deep.equal([6, /^.+\n$/.exec(io.stdout)?.[0]]);
    expect(await node.services.jobs.get(io.stdout.trim())).to.deep.include({
      ...{ portId: 'aus-1:1/1', action: 'fetchOs', uses: 'network' },
      params: { url, version: 'archive', md5, credentials: 'lab' },
    });
  });

  it('copy brings a file out, and from store to store; delete takes it away', async () => {
    const text = 'y'.repeat(100_000);
    const sha256 = createHash('sha256').update(text).digest('hex');
    await withSite({ 'c1700.bin': text }, async (folder) => {
      const file = join(folder, 'c1700.bin');
      await out('copy', file, '1/1', 'os', 'mine');
      expect(await out('copy', '1/1', 'os', 'mine', 'aus-1:1/2', 'os', 'candidate')).to.equal(
        `Stored:  c1700.bin as os candidate of aus-1:1/2\nSize:    100000 bytes\nSHA-256: ${sha256}\n`,
      );
      const copy = join(folder, 'copy.bin');
      expect(await out('copy', '1/1', 'os', 'mine', copy)).to.include(`Written: ${copy}, os mine of 1/1\n`);
      expect(readFileSync(copy, 'utf8')).to.equal(text);
      rmSync(file);
      expect(await out('copy', '1/1', 'os', 'mine', folder)).to.include(sha256);
      expect(readFileSync(file, 'utf8')).to.equal(text);
      expect(await out('delete', 'os', '1/1', 'mine')).to.equal('Deleted c1700.bin, os mine of 1/1.\n');
      for (const words of [
        ['copy', '1/1', 'os', 'mine', copy],
        ['copy', '1/1', 'os', 'archive', '3', copy],
        ['copy', '1/1', 'os', 'no such version', copy],
        ['delete', 'os', '1/1', 'mine'],
        ['copy', 'aus-1:1/2', 'os', 'candidate', '9/9', 'os', 'candidate'],
        ['copy', copy, file],
      ]) {
        const { code, io } = await node.run(...words);
        expect([code, io.stdout], words.join(' ')).to.deep.equal([2, '']);
      }
      expect(readFileSync(copy, 'utf8'), 'the old one stays').to.equal(text);
    });
    const words = ['copy', '1/1', 'os', 'archive', '3', 'scp://me@h/srv/', '--detach'];
    const { io } = await node.run(...words);
    expect(await node.services.jobs.get(io.stdout.trim())).to.deep.include({
      ...{ action: 'sendOs', params: { url: 'scp://me@h/srv/', version: 'archive 3' } },
    });
  });

  it('show diff compares configurations, copy brings one out, show directory lists them', async () => {
    const { texts } = node.services.configs;
    texts.set('running-config current', 'hostname r2\nend\n');
    texts.set('running-config previous', 'hostname r1\nend\n');
    texts.set('startup-config current', 'hostname r2\nend\n');
    const changed =
      '--- running-config previous\n+++ running-config current\n@@ -1,2 +1,2 @@\n-hostname r1\n+hostname r2\n end\n';
    expect(await out('show', 'diff', '1/1', 'previous', 'current')).to.equal(changed);
    expect(await out('show', 'diff', '1/1', 'running-config', 'previous', 'running-config')).to.equal(changed);
    expect(await out('show', 'diff', '1/1', 'running-config', 'startup-config')).to.equal(
      'running-config current and startup-config current are the same.\n',
    );
    const asJson = JSON.parse(await out('show', 'diff', '1/1', 'previous', 'current', '--json')) as { patch: string };
    expect(asJson.patch).to.equal(changed);
    expect(await out('show', 'directory', '1/1')).to.match(/^running-config previous +16 +2026-01-01 00:00:00Z/m);
    await withSite({}, async (folder) => {
      const file = join(folder, 'x.cfg');
      const said = await out('copy', '1/1', 'running-config', 'current', file);
      expect(said).to.include(`Written: ${file}, running-config current of 1/1\n`);
      expect(readFileSync(file, 'utf8')).to.equal('hostname r2\nend\n');
      expect(statSync(file).mode & 0o077).to.equal(0);
      for (const words of [
        ['copy', '1/1', 'running-config', 'archive', '2', file],
        ['copy', '1/1', 'running-config', 'current', '1/1', 'running-config', 'previous'],
        ['show', 'diff', '1/1', 'current'],
        ['show', 'diff', '1/1', 'current', 'archive', '3'],
        ['show', 'diff', '1/1', 'current', 'previous', 'current'],
      ]) {
        const { code, io } = await node.run(...words);
        expect([code, io.stdout], words.join(' ')).to.deep.equal([2, '']);
      }
    });
  });

  it('copy has the node send a configuration', async () => {
    const { io } = await node.run('copy', '1/1', 'startup-config', 'archive', '2', 'scp://me@h/cfg/', '--detach');
    expect(await node.services.jobs.get(io.stdout.trim())).to.deep.include({
      ...{ action: 'sendConfig', params: { url: 'scp://me@h/cfg/', type: 'startup-config', version: 'archive 2' } },
    });
  });

  it('show ports and info tell facts, job and hold', async () => {
    const facts = { model: '1760', osVersion: '12.3(9)', serialNumber: 'FOC08060NSX', hostname: 'r\u001b[31m' };
    await node.services.variables.set('facts', 'aus-1:1/1', { facts, readAtMs: START_MS });
    await startPush();
    await node.services.control.hold({ kind: 'port', portId: 'aus-1:1/1' }, 'x', 60_000);
    const ports = (await out('show', 'ports')).split('\n');
    expect(ports[0]).to.match(/^PORT {2}ID +DRIVER +MODEL +OS VERSION +CONSOLE +STATE$/);
    expect(ports[1]).to.match(
      /^1\/1 {3}aus-1:1\/1 +cisco-ios +1760 +12\.3\(9\) +\/dev\/ttyUSB0 closed +held until 2026-01-01 00:01:00Z, pushOs queued at checkImage \(job job-1\)$/,
    );
    const info = await out('show', 'info', '1/1');
    expect(info).to.include('Serial number:      FOC08060NSX\n').and.include('r\\x1b[31m');
    expect(info).to.not.include('Boot image');
    expect(await out('show', 'settings', '1/1')).to.match(/^rebootCap +"90m" +ports\.json \/0\/settings$/m);
  });

  it('show job ends with the sentence', async () => {
    await startPush();
    const attempt = {
      number: 1,
      method: 'tftp',
      bytes: 4096,
      seconds: 1.25,
      outcome: 'failed',
      reason: 'no answer',
    } as const;
    node.services.control.journal.set('job-1', [
      { seq: 1, step: 'stage', phase: 'done', atMs: START_MS, next: 'verify' },
    ]);
    node.services.control.move('job-1', {
      ...{ state: 'ended', attempts: [attempt], endedAtMs: START_MS },
      end: {
        verdict: 'failed',
        code: 'PUSH_ATTEMPTS_USED',
        sentence: 'It runs 12.3(9), read at 00:00; check the cable.',
      },
    });
    const text = await out('show', 'job', 'job-1');
    expect(text.trimEnd().split('\n').at(-1)).to.equal('It runs 12.3(9), read at 00:00; check the cable.');
    expect(text).to.match(/^1 +tftp +4096 +1\.3 +failed +no answer$/m);
    expect(text).to.include('By:      rule reload-loop\n');
    expect(await out('show', 'jobs', '--state', 'ended')).to.match(/^job-1 +aus-1:1\/1 +pushOs +failed /m);
    expect(await out('show', 'jobs', '--port', '1/1', '--state', 'queued')).to.equal('There are no jobs.\n');
    expect((await node.run('show', 'jobs', '--state', 'odd')).code).to.equal(2);
    expect((await node.run('show', 'job', 'none')).code).to.equal(2);
  });

  it('show events tells the newest last', async () => {
    await node.services.tell('job-1', 'queued');
    await node.services.tell('job-1', 'started');
    const rows = (await out('show', 'events')).trimEnd().split('\n');
    expect(rows.map((row) => row.split(/ {2,}/)[2])).to.deep.equal(['TYPE', 'job.queued', 'job.started']);
    expect(await out('show', 'events', '--type', 'job.started', '--since', '10m', '--limit', '1')).to.include(
      'job.started',
    );
    expect(await out('show', 'events', '--since', '2027-01-01T00:00:00Z')).to.equal('There are no events.\n');
    expect((await node.run('show', 'events', '--since', 'later')).code).to.equal(2);
  });

  it('show rules and schedules, rules explain, schedule next by name', async () => {
    expect(await out('show', 'rules')).to.match(/^reload-loop +console\.line +make=cisco +pushOs +act$/m);
    expect(await out('show', 'schedules')).to.match(
      /^weekend +0 2 \* \* 6 +America\/Chicago +driver=cisco-ios +pushOs +2026-01-01 01:00:00Z$/m,
    );
    expect(await out('rules', 'explain', 'reload-loop'))
      .to.include('No decision yet.')
      .and.include('%SYS-5-RESTART');
    expect((await node.run('rules', 'explain', 'none')).code).to.equal(2);
    const frame = { node: 'aus-1', type: 'console.line', timeMs: 0, authenticated: true, data: {} };
    await node.services.accept(makeEvent({ ...frame, id: 'quiet' }));
    node.services.explain = (rule, { id }) =>
      Promise.resolve({
        ...{ id: `${rule}:${id}`, rule, eventId: id, atMs: 0, match: {}, jobs: [], conditions: [], recomputed: true },
        outcome: { kind: 'conditions' },
      });
    expect(await out('rules', 'explain', 'quiet'))
      .to.include('reload-loop')
      .and.include('quiet');
    expect(await out('schedule', 'next', 'weekend', '--count', '1')).to.equal(
      '2026-01-03T08:00:00Z  Sat 2026-01-03 02:00 America/Chicago\n',
    );
    expect((await node.run('schedule', 'next', 'none')).code).to.equal(2);
  });

  it('show transcript puts pieces of lines together and hurts no terminal', async () => {
    await startPush();
    const ref = { kind: 'transcript', jobId: 'job-1' } as const;
    const said = [
      ['in', 'rout'],
      ['in', 'er#'],
      ['out', 'show version\r'],
      ['in', '\r\nIOS \u001b]0;evil\u0007 12.3\r'],
      ['in', '\nrouter#'],
      ['note', 'Device Image Verified.'],
    ] as const;
    for (const [direction, text] of said) node.services.transcripts.append(ref, { atMs: START_MS, direction, text });
    expect(await out('show', 'transcript', 'job-1')).to.equal(
      [
        '00:00:00 < router#',
        '00:00:00 > show version',
        '00:00:00 <',
        '00:00:00 < IOS \\x1b]0;evil\\x07 12.3',
        '00:00:00 < router#',
        '00:00:00 # Device Image Verified.',
        '',
      ].join('\n'),
    );
  });

  it('show console --follow goes on with what comes, each line once', async () => {
    const ref = { kind: 'console', portId: 'aus-1:1/1' } as const;
    const say = (text: string): void =>
      node.services.transcripts.append(ref, { atMs: START_MS, direction: 'in', text });
    say('one\r\n');
    const { io, code } = node.begin('show', 'console', '1/1', '--follow', '--since', '1m');
    await io.until('one');
    say('two\r\n');
    say('two\r\n');
    await io.until('two\n00:00:00 < two');
    io.signals.emit('SIGINT');
    expect(await code).to.equal(0);
    expect(io.stdout).to.equal('00:00:00 < one\n00:00:00 < two\n00:00:00 < two\n');
  });

  it('hold and resume a job, a port, the node', async () => {
    await startPush();
    expect(await out('hold', '--all', '--for', '4h')).to.equal(
      'HELD            SINCE                 UNTIL                 REASON\nthe whole node  2026-01-01 00:00:00Z  2026-01-01 04:00:00Z  held by hand\n',
    );
    await out('hold', '1/1');
    await out('hold', 'job-1', '--reason', 'wait');
    expect(node.services.control.holds().map(({ target }) => target.kind)).to.deep.equal(['all', 'port', 'job']);
    await out('resume', 'job-1');
    await out('resume', '1/1');
    expect(await out('resume', '--all')).to.equal('Nothing is held.\n');
    for (const words of [['hold'], ['hold', '1/1', '--all'], ['hold', 'none'], ['hold', '1/1', '--for', 'long']]) {
      expect((await node.run(...words)).code, words.join(' ')).to.equal(2);
    }
  });

  it('jobs cancel says where the job is', async () => {
    await startPush();
    expect(await out('jobs', 'cancel', 'job-1')).to.equal(
      'Job job-1 is at step checkImage and stops at the next safe boundary. portwright jobs watch job-1\n',
    );
    expect((await node.run('jobs', 'cancel', 'none')).code).to.equal(2);
  });

  it('reload names what is wrong', async () => {
    expect(await out('reload')).to.equal('The site files were read again.\n');
    node.services.reloadProblems = [{ file: 'ports.json', pointer: '/0', wanted: 'a', got: 'b', severity: 'error' }];
    const { code, io } = await node.run('reload');
    expect(code).to.equal(2);
    expect(io.stderr).to.include('ports.json /0: expected a, got b');
  });

  it('gives one JSON document with --json, everywhere, without a secret', async () => {
    await startPush();
    await node.services.variables.set('facts', 'aus-1:1/1', { facts: { hostname: SECRET }, readAtMs: START_MS });
    node.services.transcripts.append(
      { kind: 'transcript', jobId: 'job-1' },
      { atMs: START_MS, direction: 'in', text: `${SECRET}\u009b` },
    );
    const commands = [
      'ports',
      'info 1/1',
      'settings 1/1',
      'directory 1/1',
      'jobs',
      'job job-1',
      'events',
      'rules',
      'schedules',
    ];
    for (const words of [...commands, 'alarms', 'transcript job-1', 'console 1/1']
      .map((text) => `show ${text}`)
      .concat(['hold 1/1', 'resume 1/1', 'reload', 'rules explain reload-loop'])) {
      const text = await out(...words.split(' '), '--json');
      expect(JSON.parse(text), words).to.be.an('object');
      expect(text).to.not.include(SECRET);
      expect(text).to.not.include('\u009b');
    }
  });
});
