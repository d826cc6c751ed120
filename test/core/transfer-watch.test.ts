import { expect } from 'chai';
import { codeOf, fail } from '../../core/errors/index.js';
import type { TransferOptions } from '../../core/ports/transfer.js';
import type { TransferProgress } from '../../core/transfer-progress.js';
import { watched } from '../../core/transfer-watch.js';
import type { TransferWatch } from '../../core/transfer-watch.js';
import { FakeClock, settle } from '../support/fake-clock.js';

describe('core/transfer-watch', () => {
  let clock: FakeClock;
  let abort: AbortController;
  let told: TransferProgress[];

  const never = (watch: TransferWatch): Promise<never> =>
    new Promise((_resolve, reject) => {
      watch.signal.addEventListener('abort', () => reject(new Error('socket closed')));
    });
  const run = <T>(work: (watch: TransferWatch) => Promise<T>, limits: Partial<TransferOptions> = {}): Promise<T> => {
    const options: TransferOptions = {
      ...{ stallMs: 1000, totalMs: 10_000, signal: abort.signal, onProgress: (progress) => told.push(progress) },
      ...limits,
    };
    return watched({ method: 'http', clock, options }, work);
  };
  const failureOf = async (promise: Promise<unknown>): Promise<Error> =>
    promise.then(
      () => expect.fail('it succeeded'),
      (error: unknown) => error as Error,
    );

  beforeEach(() => {
    clock = new FakeClock();
    abort = new AbortController();
    told = [];
  });

  it('passes on what the work gives, and leaves no timer and no listener', async () => {
    expect(await run(() => Promise.resolve(7))).to.equal(7);
    expect(clock.pending).to.equal(0);
  });

  it('ends at a stall, counted from the last byte that moved', async () => {
    let watch: TransferWatch | undefined;
    const ended = failureOf(
      run((given) => {
        watch = given;
        return never(given);
      }),
    );
    await clock.advance(900);
    watch!.moved(1);
    await clock.advance(900);
    expect(watch!.cause).to.equal(undefined);
    await clock.advance(100);
    const error = await ended;
    expect(codeOf(error)).to.equal('TRANSFER_TIMEOUT');
    expect(error.message).to.equal('http: no progress for 1 s');
    expect(clock.monotonicMs()).to.equal(1900);
  });

  it('ends at the total time, however well it moves', async () => {
    const ended = failureOf(
      run(
        async (watch) => {
          for (let bytes = 1; ; bytes++) {
            await clock.sleep(500, watch.signal);
            watch.moved(bytes);
          }
        },
        { totalMs: 3000 },
      ),
    );
    await clock.advance(3000);
    const error = await ended;
    expect(codeOf(error)).to.equal('TRANSFER_TIMEOUT');
    expect(error.message).to.equal('http: not over after 3 s');
  });

  it('ends when the caller aborts, also before it begins, with the reason', async () => {
    const running = failureOf(run(never));
    abort.abort(new Error('the node is stopping'));
    const error = await running;
    expect(codeOf(error)).to.equal('TRANSFER_ABORTED');
    expect(error.message).to.equal('http: aborted: the node is stopping');
    let began = false;
    const refused = await failureOf(
      run(() => {
        began = true;
        return Promise.resolve();
      }),
    );
    expect(codeOf(refused)).to.equal('TRANSFER_ABORTED');
    expect(began).to.equal(false);
    expect(clock.pending).to.equal(0);
  });

  it('settles after the work has let go, and waits for one that does not no longer than two seconds', async () => {
    let letGo = (): void => undefined;
    const slow = (watch: TransferWatch): Promise<never> =>
      new Promise((_resolve, reject) => {
        watch.signal.addEventListener('abort', () => (letGo = () => reject(new Error('closed'))));
      });
    let settled = false;
    const ended = failureOf(run(slow)).finally(() => (settled = true));
    abort.abort(new Error('stop'));
    await settle();
    expect(settled).to.equal(false);
    letGo();
    expect(codeOf(await ended)).to.equal('TRANSFER_ABORTED');

    abort = new AbortController();
    const stuck = failureOf(run(() => new Promise<never>(() => undefined)));
    abort.abort(new Error('stop'));
    await clock.advance(2000);
    expect(codeOf(await stuck)).to.equal('TRANSFER_ABORTED');
  });

  it('keeps errors of the registry, classifies those of libraries, and calls the rest the link', async () => {
    const refused = fail('TRANSFER_REFUSED', { method: 'http', reason: '403' });
    expect(await failureOf(run(() => Promise.reject(refused)))).to.equal(refused);
    const reset = await failureOf(run(() => Promise.reject(new Error('read ECONNRESET'))));
    expect(codeOf(reset)).to.equal('TRANSFER_TRANSPORT');
    expect(reset.message).to.equal('http: read ECONNRESET');
    const options: TransferOptions = { stallMs: 1, totalMs: 1, signal: abort.signal, onProgress: () => undefined };
    const classified = await failureOf(
      watched(
        { method: 'ftp', clock, options },
        () => Promise.reject(new Error('550')),
        () => refused,
      ),
    );
    expect(classified).to.equal(refused);
  });

  it('tells progress at most every 50 ms, and at the end what has moved', async () => {
    await run(async (watch) => {
      watch.expect(1000, 100);
      for (let bytes = 101; bytes <= 900; bytes++) watch.moved(bytes);
      await Promise.resolve();
    });
    expect(told.map(({ bytes, totalBytes }) => [bytes, totalBytes])).to.deep.equal([
      [101, 1000],
      [900, 1000],
    ]);
  });
});
