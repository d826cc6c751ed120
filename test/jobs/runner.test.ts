/** Queueing, holds, chains, cancel, drain, and jobs of a former process. */
import { expect } from 'chai';
import type { Action, Step, StepOutcome } from '../../core/action.js';
import type { JobEnd, JobRecord } from '../../core/job.js';
import type { ManagedPort } from '../../core/managed-port.js';
import type { JobRequest } from '../../core/ports/job-control.js';
import { DEFAULT_PUSH_SETTINGS } from '../../core/settings.js';
import { decidedJobId } from '../../jobs/job-id.js';
import { JobRunner } from '../../jobs/runner.js';
import { moved } from '../../jobs/transitions.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { MemoryJobStore } from '../support/memory-job-store.js';
import { MemoryVariables } from '../support/memory-variables.js';

const DONE: JobEnd = { verdict: 'succeeded', sentence: 'done' };

function step(run: Step['run'], more: Partial<Step> = {}): Step {
  return { repeatable: true, boundary: true, intents: ['safe'], run, ...more };
}

/** An action of two steps; the first waits for `go`. */
class Gate {
  readonly began: string[] = [];
  /** What each second step was told. */
  readonly resumed: boolean[] = [];
  readonly firstResumed: boolean[] = [];
  readonly action: Action;
  readonly #open: (() => void)[] = [];

  constructor(name: string, uses: Action['uses'] = 'line', intent: Action['intent'] = 'write') {
    this.action = {
      name,
      description: name,
      parameters: { type: 'object' },
      uses,
      intent,
      start: 'first',
      steps: {
        first: step(async ({ jobId, signal, resumed }) => {
          this.began.push(jobId);
          this.firstResumed.push(resumed);
          await new Promise<void>((resolve, reject) => {
            this.#open.push(resolve);
            signal.addEventListener('abort', () => reject(signal.reason as Error));
          });
          return { kind: 'next', step: 'second', memory: { saw: 'first' } };
        }),
        second: step(
          ({ resumed }) => {
            this.resumed.push(resumed);
            return Promise.resolve<StepOutcome>({ kind: 'end', end: DONE });
          },
          { mayPause: true },
        ),
      },
      failed: (_context, _memory, error) =>
        Promise.resolve({
          kind: 'end',
          end: { verdict: 'failed', code: (error as { code: string }).code, sentence: 'failed' },
        }),
    };
  }

  async go(): Promise<void> {
    for (const open of this.#open.splice(0)) open();
    for (let turn = 0; turn < 5; turn++) await settle();
  }
}

function world(...gates: Gate[]) {
  const store = new MemoryJobStore();
  const variables = new MemoryVariables();
  const clock = new FakeClock();
  /** Ports whose line a person has or wants. */
  const taken = new Map<string, 'holds' | 'asks'>();
  const stories: string[] = [];
  let ids = 0;
  const port = (id: string): ManagedPort => ({
    id,
    name: id,
    node: 'n',
    driver: 'cisco-ios',
    make: 'cisco',
    labels: {},
    properties: {},
    settings: DEFAULT_PUSH_SETTINGS,
  });
  const make = (): JobRunner =>
    new JobRunner({
      store,
      variables,
      clock,
      catalog: {
        get: (name) => gates.find(({ action }) => action.name === name)?.action,
        list: () => gates.map(({ action }) => action),
        problems: () => [],
      },
      random: { hex: () => `job${String(++ids)}`, below: () => 0 },
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      port: (id) => (id === 'nowhere' ? undefined : port(id)),
      // These actions use nothing of the context but what the runner itself puts in.
      openSession: (job) => ({
        context: (part) => ({ ...part, jobId: job.id, story: (line: string) => stories.push(line) }) as never,
        close: () => Promise.resolve(),
      }),
      personAt: (id) => taken.get(id),
      committed: () => undefined,
    });
  return { store, clock, make, taken, stories, runner: make() };
}

const ask = (portId: string, action = 'push'): JobRequest => ({
  portId,
  action,
  params: {},
  cause: { kind: 'api', name: 'test' },
});
const state = (store: MemoryJobStore, job: JobRecord): string => store.jobs.get(job.id)?.state ?? 'none';

describe('the job runner', () => {
  it('runs one job a port, others queue; other ports do not wait', async () => {
    const gate = new Gate('push');
    const { runner, store } = world(gate);
    const [a, b, c] = [await runner.submit(ask('p1')), await runner.submit(ask('p1')), await runner.submit(ask('p2'))];
    await settle();
    expect(gate.began).to.deep.equal([a.id, c.id]);
    expect(state(store, b)).to.equal('queued');
    await gate.go();
    expect(gate.began).to.deep.equal([a.id, c.id, b.id]);
    await gate.go();
    expect([a, b, c].map((job) => state(store, job))).to.deep.equal(['ended', 'ended', 'ended']);
  });

  it('pauses for a person before a step that may, keeps others back, and goes on first when the line is free', async () => {
    const gate = new Gate('push');
    const { runner, store, taken } = world(gate);
    const [a, b] = [await runner.submit(ask('p1')), await runner.submit(ask('p1'))];
    const elsewhere = await runner.submit(ask('p2'));
    await settle();
    taken.set('p1', 'asks');
    runner.lineChanged('p1');
    await gate.go();
    expect([a, b, elsewhere].map((job) => state(store, job))).to.deep.equal(['paused', 'queued', 'ended']);
    const late = await runner.submit(ask('p1'));
    await settle();
    expect(gate.began).to.deep.equal([a.id, elsewhere.id]);
    taken.delete('p1');
    runner.lineChanged('p1');
    await gate.go();
    expect(state(store, a)).to.equal('ended');
    expect(gate.resumed).to.deep.equal([false, true]);
    await gate.go();
    await gate.go();
    expect([b, late].map((job) => state(store, job))).to.deep.equal(['ended', 'ended']);
  });

  it('keeps the port of a job whose store fails, and goes on when it can be written again', async () => {
    const gate = new Gate('gate');
    const { runner, store, clock } = world(gate);
    const a = await runner.submit(ask('p1', 'gate'));
    const b = await runner.submit({ ...ask('p1', 'gate'), params: { later: true } });
    await clock.advance(0);
    store.fault = new Error('database or disk is full');
    await gate.go();
    await clock.advance(60_000);
    expect(gate.began).to.deep.equal([a.id]);
    expect(runner.isBusy(a.portId)).to.equal(true);
    store.fault = undefined;
    await clock.advance(10_000);
    expect(gate.firstResumed).to.deep.equal([false, true]);
    await gate.go();
    expect([a, b].map((job) => state(store, job))).to.deep.equal(['ended', 'running']);
  });

  it('is broken off when a person takes the line, and goes on afterwards as after a crash', async () => {
    const gate = new Gate('push');
    const { runner, store, taken, stories } = world(gate);
    const job = await runner.submit(ask('p1'));
    await settle();
    taken.set('p1', 'holds');
    runner.lineChanged('p1');
    for (let turn = 0; turn < 5; turn++) await settle();
    expect(state(store, job)).to.equal('paused');
    expect(store.journal.get(job.id)?.map(({ phase }) => phase)).to.deep.equal(['intended', 'interrupted']);
    expect(stories).to.deep.equal(['A person took the line. The job goes on from what the device says afterwards.']);
    taken.delete('p1');
    runner.lineChanged('p1');
    await settle();
    expect(gate.began).to.deep.equal([job.id, job.id]);
    expect(gate.firstResumed).to.deep.equal([false, true]);
    await gate.go();
    expect(store.jobs.get(job.id)?.end).to.deep.equal(DONE);
  });

  it('a job that is cancelled while it waits for a person does not begin another step', async () => {
    const gate = new Gate('push');
    const { runner, store, taken } = world(gate);
    const job = await runner.submit(ask('p1'));
    await settle();
    taken.set('p1', 'holds');
    runner.lineChanged('p1');
    for (let turn = 0; turn < 5; turn++) await settle();
    await runner.cancel(job.id);
    taken.delete('p1');
    runner.lineChanged('p1');
    for (let turn = 0; turn < 5; turn++) await settle();
    expect(store.jobs.get(job.id)?.end?.code).to.equal('JOB_CANCELLED');
    expect(gate.began).to.deep.equal([job.id]);
  });

  it('an action that uses nothing never queues behind one that uses the line', async () => {
    const [push, alarm] = [new Gate('push'), new Gate('alarm', 'none', 'read')];
    const { runner } = world(push, alarm);
    await runner.submit(ask('p1'));
    const told = await runner.submit(ask('p1', 'alarm'));
    await settle();
    expect(alarm.began).to.deep.equal([told.id]);
  });

  it('the same decision twice is one job', async () => {
    const gate = new Gate('push');
    const { runner, store } = world(gate);
    const id = decidedJobId('rule', 'event', 'p1', 0);
    await Promise.all([runner.submit({ ...ask('p1'), id }), runner.submit({ ...ask('p1'), id })]);
    await settle();
    expect(gate.began).to.deep.equal([id]);
    expect(store.jobs.size).to.equal(1);
    expect(decidedJobId('rule', 'event', 'p1', 1)).not.to.equal(id);
  });

  it('a hold on the node keeps new write jobs back, reads go on, and a restart does not lift it', async () => {
    const [push, read] = [new Gate('push'), new Gate('facts', 'line', 'read')];
    const { runner, make, store } = world(push, read);
    await runner.hold({ kind: 'all' }, 'storm');
    const held = await runner.submit(ask('p1'));
    await runner.submit(ask('p2', 'facts'));
    await settle();
    expect([push.began, read.began.length]).to.deep.equal([[], 1]);
    const later = make();
    await later.start();
    await settle();
    expect(later.holds().map(({ reason }) => reason)).to.deep.equal(['storm']);
    expect(push.began).to.deep.equal([]);
    await later.resume({ kind: 'all' });
    await settle();
    expect(push.began).to.deep.equal([held.id]);
    expect(state(store, held)).to.equal('running');
  });

  it('a timed hold on a port ends by itself', async () => {
    const gate = new Gate('push');
    const { runner, clock } = world(gate);
    await runner.hold({ kind: 'port', portId: 'p1' }, 'window', 60_000);
    await runner.submit(ask('p1'));
    await clock.advance(59_000);
    expect(gate.began).to.have.length(0);
    await clock.advance(2000);
    expect(gate.began).to.have.length(1);
  });

  it('a chain goes on after success and stops after failure', async () => {
    const [push, second] = [new Gate('push'), new Gate('second')];
    const { runner, store } = world(push, second);
    const actions = [
      { action: 'push', params: {} },
      { action: 'second', params: {} },
    ];
    const first = await runner.submit({ ...ask('p1'), chain: { actions, index: 0 } });
    await settle();
    await push.go();
    expect(second.began).to.have.length(1);
    expect(store.jobs.get(second.began[0] ?? '')?.chain?.index).to.equal(1);
    expect(second.began[0]).not.to.equal(first.id);

    const again = await runner.submit({ ...ask('p2'), chain: { actions, index: 0 } });
    await settle();
    await runner.cancel(again.id);
    await push.go();
    expect(store.jobs.get(again.id)?.end).to.include({ verdict: 'failed', code: 'JOB_CANCELLED' });
    expect(second.began).to.have.length(1);
  });

  it('does not queue twice what waits to begin', async () => {
    const gate = new Gate('push');
    const { runner } = world(gate);
    const running = await runner.submit(ask('p1'));
    const waiting = await runner.submit(ask('p1'));
    const [again, other] = [
      await runner.submit(ask('p1')),
      await runner.submit({ ...ask('p1'), params: { other: 1 } }),
    ];
    expect(again.id).to.equal(waiting.id);
    expect(new Set([running.id, waiting.id, other.id]).size).to.equal(3);
    await settle();
    await gate.go();
    expect((await runner.submit(ask('p1'))).id).not.to.equal(waiting.id);
  });

  it('cancel ends a queued job at once and a running one at its next boundary', async () => {
    const gate = new Gate('push');
    const { runner, store } = world(gate);
    const [running, queued] = [await runner.submit(ask('p1')), await runner.submit(ask('p1'))];
    await settle();
    await runner.cancel(queued.id);
    expect(store.jobs.get(queued.id)?.end?.code).to.equal('JOB_CANCELLED');
    expect((await runner.cancel(running.id)).boundary).to.equal('first');
    expect(state(store, running)).to.equal('running');
    await gate.go();
    expect(store.jobs.get(running.id)?.end?.code).to.equal('JOB_CANCELLED');
    expect(gate.began).to.deep.equal([running.id]);
  });

  it('drain breaks off, journals it as interrupted, and the next process goes on from the same step', async () => {
    const gate = new Gate('push');
    const { runner, make, store } = world(gate);
    const job = await runner.submit(ask('p1'));
    await settle();
    await runner.drain(1000);
    expect(state(store, job)).to.equal('paused');
    expect(store.journal.get(job.id)?.map(({ phase }) => phase)).to.deep.equal(['intended', 'interrupted']);
    await make().start();
    await settle();
    await gate.go();
    expect(store.jobs.get(job.id)?.end).to.deep.equal(DONE);
    expect(store.jobs.get(job.id)?.memory).to.deep.equal({ saw: 'first' });
  });

  it('refuses an unknown port, an unknown action, and a move that has no row', async () => {
    const { runner } = world(new Gate('push'));
    const code = async (promise: Promise<unknown>): Promise<unknown> =>
      promise.then(
        () => 'none',
        (error: unknown) => (error as { code: string }).code,
      );
    expect(await code(runner.submit(ask('nowhere')))).to.equal('PORT_UNKNOWN');
    expect(await code(runner.submit(ask('p1', 'fly')))).to.equal('ACTION_UNKNOWN');
    expect(await code(runner.cancel('none'))).to.equal('JOB_UNKNOWN');
    expect(() => moved('ended', 'start')).to.throw('cannot start');
  });

  it('a job that loops is stopped and told', async () => {
    const gate = new Gate('push');
    const loop: Action = {
      ...gate.action,
      start: 'a',
      steps: {
        a: step(() => Promise.resolve({ kind: 'next', step: 'b' })),
        b: step(() => Promise.resolve({ kind: 'next', step: 'a' })),
      },
    };
    const { runner, store } = world({ action: loop, began: [], go: () => Promise.resolve() } as unknown as Gate);
    const job = await runner.submit(ask('p1'));
    for (let turn = 0; turn < 40; turn++) await settle();
    expect(store.jobs.get(job.id)?.end).to.include({ verdict: 'unknown', code: 'JOB_LOOPING' });
  });
});
